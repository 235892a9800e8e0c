-- SPDX-License-Identifier: MIT
--
-- A board whose CPUs stay in a chosen state until something happens to the run.
--
--     work=run,idle,access,wake   what each CPU does: firmware/guest.h; as many CPUs as there are words
--     value=N                     exit code of "finish", lines of "talk"
--     console=stdio|file|server|client, address=HOST:PORT or FILE
--     target=NAME                 of QEMU
--     second=true                 another QEMU with a CPU of its own, which runs

local WORKS = { run = 0, idle = 1, access = 2, wake = 3, finish = 4, talk = 5, fault = 6 }
local RESET, PARAMETERS = 0x40000000, 0x40010000
local VIRTUAL_TIMER = 27

local function given(name, default) return param["platform." .. name] or default end

local works = {}
for word in given("work", "run"):gmatch("[^,]+") do
    works[#works + 1] = WORKS[word] or error("platform.work: there is no '" .. word .. "'", 0)
end
local value = math.tointeger(tonumber(given("value", "0")))

local function target(address, size)
    return { address = address, size = size, bind = "&router.initiator_socket" }
end

local consoles = {
    stdio = { moduletype = "char_backend_stdio", read_write = false },
    file = { moduletype = "char_backend_file", write_file = given("address", "") },
    server = { moduletype = "char_backend_socket", address = given("address", "") },
    client = { moduletype = "char_backend_socket", address = given("address", ""), server = false },
}

platform = {
    moduletype = "Container",
    parameters = {
        work = "what each CPU does", value = "exit code, or lines", console = "where the UART goes",
        address = "of that", target = "of QEMU", second = "another QEMU",
    },
    work = given("work", "run"),
    value = value,
    console = given("console", "stdio"),
    address = given("address", ""),
    target = given("target", "AARCH64"),
    second = given("second", "false") == "true",
    quantum_ns = 1000000,
    idle = "auto",

    router = { moduletype = "router" },
    ram = { moduletype = "gs_memory", target_socket = target(RESET, 0x08000000) },
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/held.elf" },
        { data = { value, table.unpack(works) }, address = PARAMETERS },
    },
    qemu_inst = { moduletype = "QemuInstance", args = { given("target", "AARCH64") } },
    gic = {
        moduletype = "arm_gicv3",
        args = { "&qemu_inst" },
        dist_iface = target(0x08000000, 0x10000),
        redist_iface_0 = target(0x080a0000, 0x20000 * #works),
        num_cpus = #works,
        num_spi = 64,
        redist_region = { #works },
    },
    uart = {
        moduletype = "Pl011",
        target_socket = target(0x09000000, 0x1000),
        backend_socket = { bind = "&terminal.biflow_socket" },
    },
    terminal = consoles[given("console", "stdio")],
    timer = { moduletype = "sc_timer", target_socket = target(0x0a100000, 0x1000) },
    exiter = { moduletype = "exiter", target_socket = target(0x0a200000, 0x1000) },
    alive = { moduletype = "keep_alive" },
}

for c = 0, #works - 1 do
    platform["cpu_" .. c] = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = RESET,
        mp_affinity = c,
        has_el2 = false,
        has_el3 = false,
        cntfrq_hz = 62500000,
        irq_timer_virt_out = { bind = "&gic.ppi_in_cpu_" .. c .. "_" .. VIRTUAL_TIMER },
    }
    for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
        platform.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
    end
end

if platform.second then
    platform.other_inst = { moduletype = "QemuInstance", args = { "AARCH64" } }
    platform.other_cpu = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&other_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = RESET,
        mp_affinity = 7, -- the guest's parameters say "run" for it
        has_el2 = false,
        has_el3 = false,
    }
end
