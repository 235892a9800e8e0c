-- SPDX-License-Identifier: MIT
--
-- Two QEMUs in one process, on one timeline: two Cortex-A53 at 1 GHz and a Cortex-M4 at 100 MHz. They share a piece of
-- memory and a SystemC mailbox, whose interrupts go both ways. The A53 sends messages, the M4 answers; each sleeps
-- while it waits. The guest checks the answers, and that nothing was heard before it was sent by more than a quantum.
--
--     ./run conf/heterogeneous.lua
--     ./run conf/heterogeneous.lua -p platform.messages=100000 -p platform.quantum_ns=100000 --stats
--
-- The PL061, whose line tells the M4 to begin, is a device of QEMU's for which we have nothing but this: its type,
-- `vp --describe pl061`, and the names that come from there (mmio_0, gpio_out_0, pullups). Any other device is added in
-- the same way.

local function number(name, default)
    local given = param["platform." .. name]
    if given == nil then return default end
    return math.tointeger(tonumber(given)) or error("platform." .. name .. ": '" .. given .. "' is not an integer", 2)
end

local messages, quantum_ns = number("messages", 5000), number("quantum_ns", 1000000)
local A53_RATE, M4_RATE = 1000000000, 100000000
local slack_ns = 512 * 1000000000 // M4_RATE -- the longest translation block, on the slower CPU

local RAM, PARAMETERS, SHARED = 0x40000000, 0x40010000, 0x60000000
local MAIL_SPI = 20

platform = {
    moduletype = "Container",
    parameters = { messages = "how many messages are sent" },
    messages = messages,
    quantum_ns = quantum_ns,
    idle = "warp",

    -- --- what both see -------------------------------------------------------------------------------
    router = {
        moduletype = "router",
        -- The M4 comes in from here with the same addresses, wherever it has nothing of its own.
        target_socket = {
            address = 0x0a000000, size = 0x60000000, relative_addresses = false, priority = 1,
            bind = "&m4_router.initiator_socket",
        },
    },
    shared = {
        moduletype = "gs_memory",
        target_socket = { address = SHARED, size = 0x10000, bind = "&router.initiator_socket" },
    },
    mailbox = {
        moduletype = "mailbox",
        target_socket_0 = { address = 0x0a300000, size = 0x1000, bind = "&router.initiator_socket" },
        target_socket_1 = { address = 0x40000000, size = 0x1000, bind = "&m4_router.initiator_socket" },
        irq_0 = { bind = "&gic.spi_in_" .. MAIL_SPI },
        irq_1 = { bind = "&m4.irq_in_0" },
    },
    clock = {
        moduletype = "sc_timer", -- both read SystemC's time from it
        target_socket = { address = 0x0a100000, size = 0x1000, bind = "&router.initiator_socket" },
    },

    -- --- the A53 cluster -----------------------------------------------------------------------------
    ram = {
        moduletype = "gs_memory",
        target_socket = { address = RAM, size = 0x08000000, bind = "&router.initiator_socket" },
    },
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/ping.elf" },
        { data = { messages, quantum_ns, slack_ns }, address = PARAMETERS },
    },
    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    a53_qemu = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },
    gic = {
        moduletype = "arm_gicv3",
        args = { "&a53_qemu" },
        dist_iface = { address = 0x08000000, size = 0x10000, bind = "&router.initiator_socket" },
        redist_iface_0 = { address = 0x080a0000, size = 0x40000, bind = "&router.initiator_socket" },
        num_cpus = 2,
        num_spi = 64,
        redist_region = { 2 },
    },
    begin = {
        moduletype = "qemu_device",
        args = { "&a53_qemu", "pl061" },
        properties = { pullups = 0, pulldowns = 0xff }, -- its lines are low until they are driven
        mmio_0 = { address = 0x0a500000, size = 0x1000, bind = "&router.initiator_socket" },
        gpio_out_0 = { bind = "&m4.irq_in_1" },
    },
    uart = {
        moduletype = "Pl011",
        target_socket = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
        backend_socket = { bind = "&console.biflow_socket" },
    },
    console = { moduletype = "char_backend_stdio" },
    exiter = {
        moduletype = "exiter",
        target_socket = { address = 0x0a200000, size = 0x1000, bind = "&router.initiator_socket" },
    },

    -- --- the M4, with a bus of its own ---------------------------------------------------------------
    m4_router = { moduletype = "router" },
    m4_code = {
        moduletype = "gs_memory",
        target_socket = { address = 0x00000000, size = 0x00100000, bind = "&m4_router.initiator_socket" },
    },
    m4_sram = {
        moduletype = "gs_memory",
        target_socket = { address = 0x20000000, size = 0x00100000, bind = "&m4_router.initiator_socket" },
    },
    m4_loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&m4_router.target_socket" },
        { elf_file = firmware_dir .. "/cortex_m_pong.elf" },
    },
    m4_qemu = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },
    m4 = {
        moduletype = "cpu_arm_cortexM4",
        args = { "&m4_qemu" },
        mem = { bind = "&m4_router.target_socket" },
        num_irq = 32,
        cpuclk_hz = M4_RATE,
        insn_per_second = M4_RATE,
    },
}

for c = 0, 1 do
    platform["a53_" .. c] = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&a53_qemu" },
        mem = { bind = "&router.target_socket" },
        rvbar = RAM,
        mp_affinity = c,
        has_el2 = false,
        has_el3 = false,
        cntfrq_hz = 62500000,
        insn_per_second = A53_RATE,
    }
    for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
        platform.gic[line .. "_out_" .. c] = { bind = "&a53_" .. c .. "." .. line .. "_in" }
    end
end
