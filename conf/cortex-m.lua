-- SPDX-License-Identifier: MIT
--
-- A microcontroller: a Cortex-M with NVIC and SysTick (QEMU's), a UART and a timer (SystemC's). The guest takes the
-- interrupts of SysTick and of SystemC's timer, checks that each comes at its time, and ends the run with 0 if so.
--
--     ./run conf/cortex-m.lua
--     ./run conf/cortex-m.lua -p platform.cpu_0.moduletype=cpu_arm_cortexM7
--     ./run conf/cortex-m.lua -p platform.tick_ns=5000
--
-- M0, M3, M4, M7, M33 and M55 are rows of the same table, platforms/models/qemu.lua. conf/hello.lua explains the elements.

local function number(name, default)
    local given = param["platform." .. name]
    if given == nil then return default end
    return math.tointeger(tonumber(given)) or error("platform." .. name .. ": '" .. given .. "' is not an integer", 2)
end

local CLOCK_HZ = 100000000
local TICK_NS, SC_TICK_NS, TICKS = number("tick_ns", 1000000), 1300000, 20
-- An interrupt is seen when the block that executes is over (512 instructions at most), after its handler's first 100.
local LATE_NS = (512 + 100) * 1000000000 // CLOCK_HZ

platform = {
    moduletype = "Container",
    parameters = { tick_ns = "the period of SysTick, ns" },
    tick_ns = TICK_NS,
    quantum_ns = 1000000,
    idle = "warp",

    router = { moduletype = "router" },

    -- The address map of Armv7-M: code from 0, SRAM from 0x20000000, devices from 0x40000000.
    code = {
        moduletype = "gs_memory",
        target_socket = { address = 0x00000000, size = 0x00100000, bind = "&router.initiator_socket" },
    },
    sram = {
        moduletype = "gs_memory",
        target_socket = { address = 0x20000000, size = 0x00100000, bind = "&router.initiator_socket" },
    },

    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/cortex_m_ticks.elf" },
        { data = { TICK_NS, TICK_NS * (CLOCK_HZ // 1000000) // 1000, TICKS, SC_TICK_NS, LATE_NS }, address = 0x10000 },
    },

    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } }, -- it has the 32-bit CPUs, too

    cpu_0 = {
        moduletype = "cpu_arm_cortexM4",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        num_irq = 32,
        cpuclk_hz = CLOCK_HZ, -- what SysTick counts
        insn_per_second = CLOCK_HZ,
    },

    uart = {
        moduletype = "Pl011",
        target_socket = { address = 0x40004000, size = 0x1000, bind = "&router.initiator_socket" },
        backend_socket = { bind = "&console.biflow_socket" },
    },
    console = { moduletype = "char_backend_stdio" },

    timer = {
        moduletype = "sc_timer",
        target_socket = { address = 0x40001000, size = 0x1000, bind = "&router.initiator_socket" },
        irq = { bind = "&cpu_0.irq_in_0" },
    },

    exiter = {
        moduletype = "exiter",
        target_socket = { address = 0x40002000, size = 0x1000, bind = "&router.initiator_socket" },
    },
}
