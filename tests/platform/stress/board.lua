-- SPDX-License-Identifier: MIT
--
-- board { cpus = 4, rounds = 100, least_ns = 50000, quantum_ns = 10000, mode = "parallel" }: CPUs, a GICv3, and a timer of
-- SystemC's for each CPU, whose interrupts come least_ns to twice that after the last one was taken.

local function target(address, size)
    return { address = address, size = size, bind = "&router.initiator_socket" }
end

function board(spec)
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns,
        idle = "warp",
        mode = spec.mode,
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = target(0x40000000, 0x08000000) },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/stress.elf" },
            { data = { spec.cpus, spec.rounds, spec.least_ns }, address = 0x40010000 },
        },
        qemu_inst = { moduletype = "QemuInstance", args = { "AARCH64" } },
        gic = {
            moduletype = "arm_gicv3",
            args = { "&qemu_inst" },
            dist_iface = target(0x08000000, 0x10000),
            redist_iface_0 = target(0x080a0000, 0x20000 * spec.cpus),
            num_cpus = spec.cpus,
            num_spi = 64,
            redist_region = { spec.cpus },
        },
        uart = {
            moduletype = "Pl011",
            target_socket = target(0x09000000, 0x1000),
            backend_socket = { bind = "&console.biflow_socket" },
        },
        console = { moduletype = "char_backend_stdio" },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
    }
    for c = 0, spec.cpus - 1 do
        p["timer_" .. c] = {
            moduletype = "sc_timer",
            target_socket = target(0x0a110000 + 0x1000 * c, 0x1000),
            irq = { bind = "&gic.spi_in_" .. 20 + c },
        }
        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu_inst" },
            mem = { bind = "&router.target_socket" },
            rvbar = 0x40000000,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
            cntfrq_hz = 62500000,
        }
        for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
            p.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
        end
    end
    return p
end
