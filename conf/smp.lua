-- SPDX-License-Identifier: MIT
--
-- The default platform: four Cortex-A53 in one QEMU, two of them slower than the others, with a GICv3 and
-- their generic timers in QEMU, and a UART and a timer in SystemC. The guest checks that all of them keep
-- one time, prints a table, and ends the run with exit code 0 if they agree within one quantum, else 1.
--
--     ./run conf/smp.lua
--     ./run conf/smp.lua -p platform.quantum_ns=10000 -p platform.cpu_3.insn_per_second=250000000
--
-- conf/hello.lua explains the elements. What is new here: a platform file is a Lua program, so what
-- occurs more than once (four CPUs; numbers that the hardware and the guest must agree on) is written once.

-- `param` holds what was given with -p, as strings by full name. An override counts here as well, because
-- the guest has to know about it.
local function number(name, default)
    local given = param and param[name]
    if given == nil then return default end
    return math.tointeger(tonumber(given)) or error(name .. ": '" .. given .. "' is not an integer", 2)
end

local quantum_ns = number("platform.quantum_ns", 1000000)

-- For each CPU: instructions a second, and the period of its generic timer. The guest lets every CPU
-- take the interrupts of `tick_window_ns`.
local cpus = {
    { insn_per_second = 1000000000, timer_period_ns = 1000000 },
    { insn_per_second = 1000000000, timer_period_ns = 1300000 },
    { insn_per_second =  400000000, timer_period_ns = 1700000 },
    { insn_per_second =  400000000, timer_period_ns = 2100000 },
}
for i, cpu in ipairs(cpus) do
    cpu.insn_per_second = number("platform.cpu_" .. (i - 1) .. ".insn_per_second", cpu.insn_per_second)
end

local run_ns = 20000000        -- length of the run of a known number of instructions
local tick_window_ns = 20000000
local sc_period_ns = 1000000   -- the SystemC timer's period, and how often it ticks
local sc_ticks = 20
local late_quanta = 2          -- how late a generic timer's interrupt may be taken; 0: only reported
local cntfrq_hz = 62500000     -- of the generic timers' counter

local RESET = 0x40000000       -- start of the RAM, and of the program
local PARAMETERS = 0x40010000  -- the guest looks for its parameters here

-- Interrupt numbers: SPI n of the GIC is its input spi_in_n, PPI n of CPU c its input ppi_in_cpu_c_n.
local UART_SPI, TIMER_SPI = 1, 16
local PPI = { secure = 29, physical = 30, virtual = 27, hypervisor = 26 }

-- The guest's parameter block, in 32-bit words: struct smp_params in platforms/firmware/smp_params.h.
local function parameters()
    local HAS_SC_TIMER, HAS_EXITER = 1, 2
    local function low(value) return value & 0xffffffff end
    local function high(value) return value >> 32 end

    local words = {
        0x31504b54, -- "TKP1"
        HAS_SC_TIMER | HAS_EXITER,
        #cpus,
        0, -- no PSCI: all CPUs start at reset
        low(quantum_ns), high(quantum_ns),
        late_quanta,
        cntfrq_hz,
        run_ns,
        tick_window_ns,
        sc_period_ns,
        sc_ticks,
        0, 0, 0, 0,
    }
    for _, cpu in ipairs(cpus) do
        for _, word in ipairs { low(cpu.insn_per_second), high(cpu.insn_per_second), cpu.timer_period_ns, 0 } do
            words[#words + 1] = word
        end
    end
    return words
end

platform = {
    moduletype = "Container",
    quantum_ns = quantum_ns,

    router = { moduletype = "router" },

    ram = {
        moduletype = "gs_memory",
        target_socket = { address = RESET, size = 0x08000000, bind = "&router.initiator_socket" },
    },

    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/smp.elf" },
        { data = parameters(), address = PARAMETERS },
    },

    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },

    -- QEMU's interrupt controller: CPUs reach its registers without leaving QEMU.
    gic = {
        moduletype = "arm_gicv3",
        args = { "&qemu_inst" },
        dist_iface = { address = 0x08000000, size = 0x10000, bind = "&router.initiator_socket" },
        redist_iface_0 = { address = 0x080a0000, size = 0x20000 * #cpus, bind = "&router.initiator_socket" },
        num_cpus = #cpus,
        num_spi = 64,
        redist_region = { #cpus }, -- one region with all redistributors
    },

    -- SystemC's devices; their interrupt lines go into QEMU's GIC.
    uart = {
        moduletype = "Pl011",
        target_socket = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
        irq = { bind = "&gic.spi_in_" .. UART_SPI },
        backend_socket = { bind = "&console.biflow_socket" },
    },
    console = { moduletype = "char_backend_stdio" },

    timer = {
        moduletype = "sc_timer",
        target_socket = { address = 0x0a100000, size = 0x1000, bind = "&router.initiator_socket" },
        irq = { bind = "&gic.spi_in_" .. TIMER_SPI },
    },

    exiter = {
        moduletype = "exiter",
        target_socket = { address = 0x0a200000, size = 0x1000, bind = "&router.initiator_socket" },
    },
}

-- The CPUs, and their lines to and from the GIC.
for i, cpu in ipairs(cpus) do
    local c = i - 1
    local function ppi(number_of_ppi) return { bind = "&gic.ppi_in_cpu_" .. c .. "_" .. number_of_ppi } end

    platform["cpu_" .. c] = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = RESET,
        mp_affinity = c,
        has_el2 = false,
        has_el3 = false,
        start_powered_off = false,
        cntfrq_hz = cntfrq_hz,
        insn_per_second = cpu.insn_per_second,
        irq_timer_phys_out = ppi(PPI.physical),
        irq_timer_virt_out = ppi(PPI.virtual),
        irq_timer_hyp_out = ppi(PPI.hypervisor),
        irq_timer_sec_out = ppi(PPI.secure),
    }
    for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
        platform.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
    end
end
