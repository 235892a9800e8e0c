-- SPDX-License-Identifier: MIT
--
-- Linux on 1 to 8 Cortex-A53: Debian's cloud kernel for arm64, and an initrd with busybox. GICv3, generic timers
-- and PSCI are QEMU's; the console's UART and a timer are SystemC's. conf/linux/prepare makes kernel and initrd,
-- once; this file runs it.
--
--     ./run conf/linux-aarch64.lua                            # a shell if standard input is a terminal, else the
--                                                             # self-test in the initrd; both end with a power-off
--     ./run conf/linux-aarch64.lua -p platform.cpus=4 -p platform.shell=false --stats
--
--     ./run conf/linux-aarch64.lua -p platform.disk=disk.img -p platform.net=user -p platform.virtio=pci
--
-- The device tree that the kernel reads is made of the tables `device_tree` of the modules below, and of the
-- addresses and interrupt lines that they have anyway: see platforms/components/device_tree.h.

local common = dofile(conf_dir .. "/linux/common.lua")
local cpus = common.cpus(2)
local shell = common.given("shell", host.stdin_is_terminal == "yes")
local linux = common.dir("arm64")

-- Where things are in the RAM. The kernel wants 2 MiB steps, and some room behind it.
local RAM, RAM_SIZE = 0x40000000, 0x20000000
local KERNEL, TREE, INITRD = RAM + 0x200000, RAM + 0x7e00000, RAM + 0x8000000
local SC_TIMER = 0x0a100000

local HVC = 2                                               -- psci_conduit
local PPI = { secure = 29, physical = 30, virtual = 27, hypervisor = 26 }
local LEVEL_HIGH = 4

local arguments = "console=ttyAMA0 quiet panic=-1 tk_sc_timer=" .. string.format("0x%x", SC_TIMER)
if shell then arguments = arguments .. " tk_shell=1" end

local virtio = dofile(conf_dir .. "/linux/virtio.lua")
local devices = virtio.asked(param)
arguments = arguments .. virtio.arguments(devices)
local initrd_size = common.size_of(linux .. "/initrd")

-- What a boot loader does, Documentation/arch/arm64/booting.rst in Linux: the tree's address in x0, x1 to x3 zero,
-- and off to the kernel.
local function boot_loader()
    return {
        0x580000c0, --     ldr x0, tree
        0xaa1f03e1, --     mov x1, xzr
        0xaa1f03e2, --     mov x2, xzr
        0xaa1f03e3, --     mov x3, xzr
        0x58000084, --     ldr x4, kernel
        0xd61f0080, --     br  x4
        TREE, 0,    -- tree:
        KERNEL, 0,  -- kernel:
    }
end

-- The generic timer's node names its interrupts in this order: bindings/timer/arm,arch_timer.yaml.
local function timer_interrupts()
    local cells = {}
    for _, name in ipairs { "secure", "physical", "virtual", "hypervisor" } do
        for _, cell in ipairs { 1, PPI[name] - 16, LEVEL_HIGH } do cells[#cells + 1] = cell end
    end
    return cells
end

platform = {
    moduletype = "Container",
    parameters = {
        cpus = "number of CPUs, 1 to 8",
        shell = "a shell on the console; else the self-test. Default: if standard input is a terminal",
    },
    cpus = cpus,
    shell = shell,
    quantum_ns = 1000000,
    idle = shell and "wallclock" or "warp",

    router = { moduletype = "router" },

    ram = {
        moduletype = "gs_memory",
        target_socket = { address = RAM, size = RAM_SIZE, bind = "&router.initiator_socket" },
        device_tree = { node = "memory", device_type = "memory" },
    },

    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { data = boot_loader(), address = RAM },
        { bin_file = linux .. "/Image", address = KERNEL },
        { bin_file = linux .. "/initrd", address = INITRD },
    },

    device_tree = {
        moduletype = "device_tree",
        initiator_socket = { bind = "&router.target_socket" },
        address = TREE,
        -- What belongs to no module.
        root = {
            compatible = "qemu-timekeeper,linux-aarch64",
            model = "qemu-timekeeper",
            ["interrupt-parent"] = "&gic",
            chosen = {
                bootargs = arguments,
                ["stdout-path"] = "/uart@9000000",
                ["linux,initrd-start"] = INITRD,
                ["linux,initrd-end"] = INITRD + initrd_size,
            },
            cpus = { ["#address-cells"] = 1, ["#size-cells"] = 0 },
            psci = { compatible = { "arm,psci-1.0", "arm,psci-0.2" }, method = "hvc" },
            timer = { compatible = "arm,armv8-timer", ["always-on"] = true, interrupts = timer_interrupts() },
            clock = { compatible = "fixed-clock", ["#clock-cells"] = 0, ["clock-frequency"] = 24000000 },
        },
    },

    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },

    gic = {
        moduletype = "arm_gicv3",
        args = { "&qemu_inst" },
        dist_iface = { address = 0x08000000, size = 0x10000, bind = "&router.initiator_socket" },
        redist_iface_0 = { address = 0x080a0000, size = 0x20000 * cpus, bind = "&router.initiator_socket" },
        num_cpus = cpus,
        num_spi = 64,
        redist_region = { cpus },
        properties = { has_lpi = true },
        bus_sysmem = { bind = "&router.target_socket" }, -- the tables of LPIs are in the RAM
        device_tree = {
            compatible = "arm,gic-v3",
            ["#address-cells"] = 2,
            ["#size-cells"] = 2,
            ranges = true,
            ["interrupt-controller"] = true,
            ["#interrupt-cells"] = 3,
            interrupt_inputs = { ["spi_in_%"] = { 0, "%", LEVEL_HIGH } },
        },
    },

    its = {
        moduletype = "arm_gicv3_its",
        args = { "&qemu_inst" },
        gic = "&gic",
        target_socket = { address = 0x08080000, size = 0x20000, bind = "&router.initiator_socket" },
        device_tree = {
            under = "/gic",
            compatible = "arm,gic-v3-its",
            ["msi-controller"] = true,
            ["#msi-cells"] = 1,
        },
    },

    uart = {
        moduletype = "Pl011",
        target_socket = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
        irq = { bind = "&gic.spi_in_1" },
        backend_socket = { bind = "&console.biflow_socket" },
        device_tree = {
            compatible = { "arm,pl011", "arm,primecell" },
            clocks = { "&/clock", "&/clock" },
            ["clock-names"] = { "uartclk", "apb_pclk" },
        },
    },
    console = { moduletype = "char_backend_stdio" },

    -- Not for Linux, which has no driver for it: `clocks` in the initrd reads SystemC's time from it.
    sc_timer = {
        moduletype = "sc_timer",
        target_socket = { address = SC_TIMER, size = 0x1000, bind = "&router.initiator_socket" },
    },
}

-- The CPUs, and their lines to and from the GIC. All but the first are off until Linux asks PSCI for them.
for c = 0, cpus - 1 do
    local function ppi(number) return { bind = "&gic.ppi_in_cpu_" .. c .. "_" .. number } end

    platform["cpu_" .. c] = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = RAM,
        mp_affinity = c,
        has_el2 = false,
        has_el3 = false,
        psci_conduit = HVC,
        start_powered_off = c > 0,
        cntfrq_hz = 62500000,
        insn_per_second = 1000000000,
        irq_timer_phys_out = ppi(PPI.physical),
        irq_timer_virt_out = ppi(PPI.virtual),
        irq_timer_hyp_out = ppi(PPI.hypervisor),
        irq_timer_sec_out = ppi(PPI.secure),
        device_tree = {
            node = "cpu",
            under = "/cpus",
            device_type = "cpu",
            compatible = "arm,cortex-a53",
            ["enable-method"] = "psci",
            reg = c,
        },
    }
    for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
        platform.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
    end
end

-- Disk, network, console and entropy source, each if asked for.
virtio.add(platform, devices, {
    mmio = 0x0a000000,
    ecam = 0x3f000000,
    pci_window = 0x10000000,
    pci_window_size = 0x2eff0000,
    lines = 3,
    line = function(number) return "&gic.spi_in_" .. number end,
    interrupt = function(number) return { "&gic", 0, 0, 0, number, LEVEL_HIGH } end,
    msi = "&its",
})
if devices.any then
    -- The kernel's virtio drivers are modules. They are an initrd of their own, behind the other one.
    local drivers = linux .. "/modules"
    local start = (initrd_size + 3) // 4 * 4
    table.insert(platform.loader, { bin_file = drivers, address = INITRD + start })
    platform.device_tree.root.chosen["linux,initrd-end"] = INITRD + start + common.size_of(drivers)
end
