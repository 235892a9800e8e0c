-- SPDX-License-Identifier: MIT
--
-- board { program = "holes", cpus = 2, more = { name = module, ... } }: the platform of a test. RAM, a UART and
-- the exiter are where platforms/firmware/machine.h says; `more` comes on top.

function target(address, size, more)
    local window = more or {}
    window.address, window.size, window.bind = address, size, "&router.initiator_socket"
    return window
end

function board(spec)
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns or 100000,
        idle = "warp",
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = target(0x40000000, 0x08000000) },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/" .. spec.program .. ".elf" },
        },
        qemu_inst = { moduletype = "QemuInstance", args = { "AARCH64" } },
        uart = {
            moduletype = "Pl011",
            target_socket = target(0x09000000, 0x1000),
            backend_socket = { bind = "&console.biflow_socket" },
        },
        console = { moduletype = "char_backend_stdio" },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
    }
    for c = 0, (spec.cpus or 1) - 1 do
        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu_inst" },
            mem = { bind = "&router.target_socket" },
            rvbar = 0x40000000,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
        }
    end
    for name, module in pairs(spec.more or {}) do p[name] = module end
    return p
end
