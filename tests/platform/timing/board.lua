-- SPDX-License-Identifier: MIT
--
-- board { ... } is the platform of a test: CPUs with roles (firmware/params.h), a GICv3, a UART, and the test's
-- devices. Its entries:
--   quantum_ns, idle, min_window_ns, mode    as on any platform
--   cpus = { { rate = insn_per_second, off = true, ROLE, arguments... }, ... }
--   interrupts = { [CPU] = { parameters of test_interrupts } }     their lines go to that CPU
--   ticker_ps                          period of a free-running SystemC clock; nil: none
--   slow = { parameters of test_slow_target }
--   direct                             whether the timer is in the direct lane; nil: as it declares
--   deadlines                          as on any platform
--   pauser = { parameters of test_pauser }      its file is "pauses"
--   gdb_port                           a debugger says when the run begins
--   cpu_gdb_port                       of each CPU, for what is refused
--   chatty                             CPU 0 says where it is
-- The records go to "records", the interrupts of CPU c to "interrupts_c", the clock's ticks to "ticks".

local RESET, PARAMETERS = 0x40000000, 0x40010000
local CNTFRQ_HZ = 1000000000 -- the guests' counters count ns
local INTERRUPTS_SPI, TIMER_SPI = 32, 16
local PSCI_HVC = 2

-- enum role in firmware/params.h; whether the run waits for it
local ROLES = {
    none = { 0, false }, run = { 1, true }, timer = { 2, true }, line = { 3, true }, race = { 4, true },
    access = { 5, true }, compute = { 6, false }, atomics = { 7, false }, program = { 8, true }, start = { 9, true },
}

local function parameters(spec)
    local awaited = 0
    local words = { 0, spec.chatty and 1 or 0, 0, 0 }
    for _, cpu in ipairs(spec.cpus) do
        local role = ROLES[cpu[1]]
        words[#words + 1] = role[1]
        for i = 2, 4 do words[#words + 1] = cpu[i] or 0 end
        if role[2] then awaited = awaited + 1 end
    end
    words[1] = awaited
    return words
end

function board(spec)
    local function target(address, size)
        return { address = address, size = size, bind = "&router.initiator_socket" }
    end
    local p = {
        moduletype = "Container",
        quantum_ns = spec.quantum_ns or 1000000,
        idle = spec.idle or "warp",
        min_window_ns = spec.min_window_ns,
        mode = spec.mode,
        deadlines = spec.deadlines,
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = target(RESET, 0x08000000) },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/timing.elf" },
            { data = parameters(spec), address = PARAMETERS },
        },
        qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
        qemu_inst = {
            moduletype = "QemuInstance",
            args = { "&qemu_inst_mgr", "AARCH64" },
            gdb_port = spec.gdb_port,
            gdb_wait = spec.gdb_port and true,
        },
        gic = {
            moduletype = "arm_gicv3",
            args = { "&qemu_inst" },
            dist_iface = target(0x08000000, 0x10000),
            redist_iface_0 = target(0x080a0000, 0x20000 * #spec.cpus),
            num_cpus = #spec.cpus,
            num_spi = 64,
            redist_region = { #spec.cpus },
        },
        uart = {
            moduletype = "Pl011",
            target_socket = target(0x09000000, 0x1000),
            backend_socket = { bind = "&console.biflow_socket" },
        },
        console = { moduletype = "char_backend_stdio" },
        timer = {
            moduletype = "sc_timer",
            direct = spec.direct,
            target_socket = target(0x0a100000, 0x1000),
            irq = { bind = "&gic.spi_in_" .. TIMER_SPI },
        },
        exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
        recorder = { moduletype = "test_recorder", target_socket = target(0x0a300000, 0x1000) },
        slow = spec.slow or {},
        ticker = spec.ticker_ps and { moduletype = "test_ticker", period_ps = spec.ticker_ps },
    }
    p.slow.moduletype = "test_slow_target"
    p.slow.target_socket = target(0x0a400000, 0x1000)

    for i, cpu in ipairs(spec.cpus) do
        local c = i - 1
        local function ppi(number) return { bind = "&gic.ppi_in_cpu_" .. c .. "_" .. number } end

        p["cpu_" .. c] = {
            moduletype = "cpu_arm_cortexA53",
            args = { "&qemu_inst" },
            mem = { bind = "&router.target_socket" },
            rvbar = RESET,
            mp_affinity = c,
            has_el2 = false,
            has_el3 = false,
            psci_conduit = PSCI_HVC,
            start_powered_off = cpu.off or false,
            cntfrq_hz = CNTFRQ_HZ,
            insn_per_second = cpu.rate or 1000000000,
            gdb_port = spec.cpu_gdb_port,
            irq_timer_phys_out = ppi(30),
            irq_timer_virt_out = ppi(27),
        }
        for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
            p.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
        end
    end
    if spec.pauser then
        p.pauser = spec.pauser
        p.pauser.moduletype = "test_pauser"
        p.pauser.args = { "&cpu_0" }
    end
    for c, generator in pairs(spec.interrupts or {}) do
        generator.moduletype = "test_interrupts"
        generator.target_socket = target(0x0a500000 + 0x1000 * c, 0x1000)
        generator.irq = { bind = "&gic.spi_in_" .. INTERRUPTS_SPI + c }
        generator.file = "interrupts_" .. c
        p["interrupts_" .. c] = generator
    end
    return p
end
