-- SPDX-License-Identifier: MIT
--
-- board { ... } is the platform of a test: CPUs, a GICv3, and devices that a reset has to reset. Its entries:
--   program                    "reset_system" or "reset_single"
--   cpus, rounds               how many
--   method                     "register", "watchdog", "psci" or "systemc": who resets the system
--   kind                       "warm" or "cold"
--   others, first              states of the CPUs (firmware/board.h)
--   psci                       CPUs but the first are off until it starts them
--   gpio                       the CPUs' reset lines hang on a reset_gpio
--   quantum_ns, mode, pauser   as in tests/platform/timing/board.lua

local METHODS = { register = 0, watchdog = 1, psci = 2, systemc = 3 }
local STATES = { computes = 0, sleeps = 1, accesses = 2, waits = 3, hammers = 4, mixed = 5 }
local HVC, PSCI_HVC = 1, 2 -- enum psci_conduit of the firmware, QEMU's psci-conduit

local function target(address)
    return { address = address, size = 0x1000, bind = "&router.initiator_socket" }
end

function board(spec)
    local psci = spec.psci or spec.method == "psci"
    local kind = spec.kind or "warm"
    local system_line = { bind = "&controller." .. kind .. "_reset" }
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns or 100000,
        idle = "warp",
        mode = spec.mode,
        router = { moduletype = "router" },
        ram = {
            moduletype = "gs_memory",
            target_socket = { address = 0x40000000, size = 0x08000000, bind = "&router.initiator_socket" },
        },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/" .. spec.program .. ".elf" },
            {
                data = {
                    spec.cpus, spec.rounds, METHODS[spec.method or "register"], kind == "cold" and 1 or 0,
                    STATES[spec.others or "mixed"], STATES[spec.first or "computes"], psci and HVC or 0,
                },
                address = 0x40010000,
            },
        },
        qemu_inst = { moduletype = "QemuInstance", args = { "AARCH64" }, guest_reset = kind },
        gic = {
            moduletype = "arm_gicv3",
            args = { "&qemu_inst" },
            dist_iface = { address = 0x08000000, size = 0x10000, bind = "&router.initiator_socket" },
            redist_iface_0 = { address = 0x080a0000, size = 0x20000 * spec.cpus, bind = "&router.initiator_socket" },
            num_cpus = spec.cpus,
            num_spi = 64,
            redist_region = { spec.cpus },
        },
        uart = {
            moduletype = "Pl011",
            target_socket = target(0x09000000),
            backend_socket = { bind = "&console.biflow_socket" },
            irq = { bind = "&gic.spi_in_1" },
        },
        console = { moduletype = "char_backend_stdio" },
        timer = { moduletype = "sc_timer", target_socket = target(0x0a100000), irq = { bind = "&gic.spi_in_16" } },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000) },
        slow = { moduletype = "test_slow_target", target_socket = target(0x0a400000) },
        controller = { moduletype = "reset_controller", num_lines = 16, target_socket = target(0x0a600000) },
        resetter = {
            moduletype = "sc_timer",
            target_socket = target(0x0a110000),
            irq = spec.method == "systemc" and system_line or nil,
        },
        watchdog = {
            moduletype = "sp805",
            target_socket = target(0x0a610000),
            reset = spec.method == "watchdog" and system_line or nil,
        },
        mailbox = {
            moduletype = "mailbox",
            target_socket_0 = target(0x0a620000),
            target_socket_1 = target(0x0a628000),
            irq_1 = { bind = "&gic.spi_in_2" },
        },
        dma = {
            moduletype = "dma",
            target_socket = target(0x0a630000),
            initiator_socket = { bind = "&router.target_socket" },
            bytes_per_second = 100000000,
            irq = { bind = "&gic.spi_in_3" },
        },
        dual_timer = { moduletype = "sp804", target_socket = target(0x0a640000), irq = { bind = "&gic.spi_in_4" } },
        gpio = { moduletype = "pl061", target_socket = target(0x0a650000) },
    }
    for c = 0, spec.cpus - 1 do
        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu_inst" },
            mem = { bind = "&router.target_socket" },
            rvbar = 0x40000000,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
            cntfrq_hz = 1000000000, -- the counter counts ns
            psci_conduit = psci and PSCI_HVC or 0,
            start_powered_off = psci and c > 0 and spec.program == "reset_system",
            irq_timer_virt_out = { bind = "&gic.ppi_in_cpu_" .. c .. "_27" },
        }
        for _, each in ipairs { "irq", "fiq", "virq", "vfiq" } do
            p.gic[each .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. each .. "_in" }
        end
        if spec.gpio then p["cpu_" .. c].reset = { bind = "&gpio_of_reset.reset" } end
        if spec.program == "reset_single" then
            p.controller["reset_" .. c] = { bind = "&cpu_" .. c .. ".reset" }
            p.controller["reset_" .. 8 + c] = { bind = "&cpu_" .. c .. ".power_off" }
        end
    end
    if spec.gpio then p.gpio_of_reset = { moduletype = "reset_gpio", args = { "&qemu_inst" } } end
    if spec.pauser then
        p.pauser = spec.pauser
        p.pauser.moduletype = "test_pauser"
        p.pauser.args = { "&cpu_0" }
    end
    return p
end
