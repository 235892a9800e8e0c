-- SPDX-License-Identifier: MIT
--
-- Virtio devices of QEMU's for a platform that boots Linux, each if its parameter asks for it. Use:
--
--     local virtio = dofile(conf_dir .. "/linux/virtio.lua")
--     local asked = virtio.asked(param)            -- the parameters of `virtio.help`
--     virtio.add(platform, asked, { ... })         -- modules and their nodes of the device tree; see `add`
--
-- The kernel's drivers are modules: the initrd has them in /modules (conf/linux/prepare), and loads them when the
-- kernel's command line says tk_virtio=1, which `virtio.arguments(asked)` gives.
local virtio = {}

virtio.help = {
    disk = "file with a disk's image, raw: the guest's /dev/vda, read-only with disk_readonly",
    disk_readonly = "the disk's file is not written",
    net = "a network card, and what it is connected to, as QEMU's -netdev: user,hostfwd=tcp:127.0.0.1:2222-:22",
    hvc = "a virtio console, /dev/hvc0, and where it leads, as QEMU's -chardev: file,path=console.txt",
    rng = "an entropy source, /dev/hwrng",
    script = "file on the disk that the guest runs instead of the self-test; its end powers off",
    virtio = "how they are attached: mmio, or pci (then the platform has a PCIe host bridge)",
}

function virtio.asked(param)
    local function text(name)
        local value = param["platform." .. name]
        return value ~= "" and value or nil
    end
    local function flag(name)
        local value = text(name)
        if value and value ~= "true" and value ~= "false" then
            error("platform." .. name .. ": '" .. value .. "' is neither true nor false", 0)
        end
        return value == "true"
    end
    local asked = {
        disk = text("disk"), disk_readonly = flag("disk_readonly"), net = text("net"),
        hvc = text("hvc"), rng = flag("rng"), script = text("script"), virtio = text("virtio") or "mmio",
    }
    if asked.virtio ~= "mmio" and asked.virtio ~= "pci" then
        error("platform.virtio: '" .. asked.virtio .. "' is no way to attach devices; it is mmio or pci", 0)
    end
    if asked.script and not asked.disk then
        error("platform.script: '" .. asked.script .. "' is a file on the disk; platform.disk names the disk's image", 0)
    end
    asked.any = asked.disk or asked.net or asked.hvc or asked.rng
    return asked
end

-- What the kernel's command line needs.
function virtio.arguments(asked)
    local script = asked.script and " tk_script=" .. asked.script or ""
    return asked.any and " tk_virtio=1" .. script or ""
end

-- PCIe's host bridge. ECAM for 16 buses; what the CPUs access in the window goes to the same address on PCI, so the
-- binding says relative_addresses = false. bindings/pci/host-generic-pci.yaml in Linux.
local function add_pci(platform, at)
    local interrupts = {}
    for slot = 0, 3 do
        for pin = 1, 4 do -- hw/pci-host/gpex.c, gpex_swizzle_map_irq_fn()
            local line = at.lines + (slot + pin - 1) % 4
            for _, cell in ipairs { slot << 11, 0, 0, pin } do interrupts[#interrupts + 1] = cell end
            for _, cell in ipairs(at.interrupt(line)) do interrupts[#interrupts + 1] = cell end
        end
    end
    platform.pcie = {
        moduletype = "gpex_pcihost",
        args = { "&qemu_inst" },
        ecam_iface = { address = at.ecam, size = 0x1000000, bind = "&router.initiator_socket" },
        mmio_iface = { address = at.pci_window, size = at.pci_window_size, bind = "&router.initiator_socket",
                       relative_addresses = false },
        device_tree = {
            compatible = "pci-host-ecam-generic",
            device_type = "pci",
            reg = { 0, at.ecam, 0, 0x1000000 },
            interrupts = false,
            ["#address-cells"] = 3,
            ["#size-cells"] = 2,
            ["bus-range"] = { 0, 15 },
            ranges = { 0x02000000, 0, at.pci_window, 0, at.pci_window, 0, at.pci_window_size },
            ["#interrupt-cells"] = 1,
            ["interrupt-map-mask"] = { 0x1800, 0, 0, 7 },
            ["interrupt-map"] = interrupts,
            ["msi-map"] = at.msi and { 0, at.msi, 0, 0x10000 } or false,
            ["dma-coherent"] = true,
        },
    }
    for pin = 0, 3 do
        platform.pcie["irq_out_" .. pin] = { bind = at.line(at.lines + pin) }
    end
end

-- Adds what was asked for.
--   at.mmio          address of the first virtio-mmio transport; the others follow, 0x1000 apart
--   at.ecam, at.pci_window, at.pci_window_size     where the PCIe host bridge is
--   at.lines         number of the first of 8 interrupt lines: 4 of PCI's, then one for each transport
--   at.line(n)       what line n is bound to
--   at.interrupt(n)  cells of an interrupt-map for line n: parent, its unit address, its interrupt
--   at.msi           the MSI controller, "&its"; nil: none
function virtio.add(platform, asked, at)
    local pci = asked.virtio == "pci"
    local transports = 0

    -- A transport, or nothing, and the device on it.
    local function add(name, device, properties)
        local parent = "pcie"
        if not pci then
            parent = name .. "_transport"
            platform[parent] = {
                moduletype = "virtio_mmio",
                args = { "&qemu_inst" },
                mem = { address = at.mmio + 0x1000 * transports, size = 0x1000, bind = "&router.initiator_socket" },
                irq_out = { bind = at.line(at.lines + 4 + transports) },
                device_tree = { node = "virtio_mmio", compatible = "virtio,mmio", ["dma-coherent"] = true },
            }
            transports = transports + 1
        end
        platform[name] = {
            moduletype = "qemu_device",
            args = { "&" .. parent, device .. (pci and "-pci" or "-device") },
            properties = properties,
        }
    end

    for name, help in pairs(virtio.help) do platform.parameters[name] = help end
    for _, name in ipairs { "disk", "net", "hvc", "script" } do platform[name] = asked[name] or "" end
    platform.disk_readonly, platform.rng, platform.virtio = asked.disk_readonly, asked.rng, asked.virtio
    if not asked.any then return end
    local qemu = platform.qemu_inst
    qemu.mem = { bind = "&router.target_socket" } -- where the devices read and write
    if pci then add_pci(platform, at) end
    if asked.disk then
        qemu.drives = { disk = { file = asked.disk, format = "raw", readonly = asked.disk_readonly } }
        add("virtio_disk", "virtio-blk", { drive = "disk" })
    end
    if asked.net then
        qemu.netdevs = { net = asked.net }
        add("virtio_net", "virtio-net", { netdev = "net" })
    end
    if asked.hvc then
        qemu.chardevs = { console = asked.hvc }
        add("virtio_serial", "virtio-serial", {})
        platform.virtio_console = {
            moduletype = "qemu_device",
            args = { "&virtio_serial", "virtconsole" },
            properties = { chardev = "console" },
        }
    end
    if asked.rng then add("virtio_rng", "virtio-rng", {}) end
end

return virtio
