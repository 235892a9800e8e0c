-- SPDX-License-Identifier: MIT
--
-- board { ... } is the platform of a measurement: CPUs that run bench.elf, and SystemC around them. Its entries:
--   cpus, quantum_ns, idle       as on any platform; cpus is their number
--   words = { ... }              the guest's parameters (firmware/bench.h), 64 bits each
--   direct                       the timer's registers are read in the direct lane
--   foreign                      the shared object with the modules of foreign.cpp
local RESET, PARAMETERS = 0x40000000, 0x40010000

local function low_and_high(words)
    local halves = {}
    for _, word in ipairs(words) do
        halves[#halves + 1] = word & 0xffffffff
        halves[#halves + 1] = word >> 32
    end
    return halves
end

function board(spec)
    local function target(address, size)
        return { address = address, size = size, bind = "&router.initiator_socket" }
    end
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns,
        idle = spec.idle or "warp",
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = target(RESET, 0x08000000) },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/bench.elf" },
            { data = low_and_high(spec.words), address = PARAMETERS },
        },
        qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
        qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },
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
        console = { moduletype = "char_backend_stdio", read_write = false },
        timer = { moduletype = "sc_timer", target_socket = target(0x0a100000, 0x1000), direct = spec.direct },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
        gpio = {
            moduletype = "qemu_device",
            args = { "&qemu_inst", "pl061" },
            properties = { pullups = 0, pulldowns = 0xff },
            mmio_0 = target(0x0a500000, 0x1000),
            gpio_out_0 = { bind = "&echo.in" },
            gpio_in_1 = { bind = "&echo.out" },
        },
        echo = { moduletype = "line_echo", dylib_path = spec.foreign },
        foreign_bus = {
            moduletype = "foreign_bus",
            dylib_path = spec.foreign,
            target_socket = target(0x0a600000, 0x1000),
            initiator_socket = { bind = "&foreign_target.target_socket" },
        },
        foreign_target = { moduletype = "foreign_target", dylib_path = spec.foreign },
    }

    for c = 0, spec.cpus - 1 do
        local function ppi(number) return { bind = "&gic.ppi_in_cpu_" .. c .. "_" .. number } end

        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu_inst" },
            mem = { bind = "&router.target_socket" },
            rvbar = RESET,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
            cntfrq_hz = 62500000,
            irq_timer_phys_out = ppi(30),
            irq_timer_virt_out = ppi(27),
        }
        for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
            p.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
        end
    end
    return p
end
