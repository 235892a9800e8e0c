-- SPDX-License-Identifier: MIT
--
-- RISC-V harts with ACLINT and PLIC of QEMU's, and UART, timer and exiter of SystemC's: for firmware/clocks.c.
--   -p platform.bits=32|64  -p platform.cpu=MODULETYPE  -p platform.harts=1|2  -p platform.rate=INSTRUCTIONS_PER_SECOND

local function given(name, default)
    return math.tointeger(tonumber(param["platform." .. name] or default))
end

local bits, harts, rate = given("bits", 64), given("harts", 1), given("rate", 1000000000)
local cpu = param["platform.cpu"] or "cpu_riscv" .. bits
local RAM = 0x80000000

local function at(address, size) return { address = address, size = size, bind = "&router.initiator_socket" } end

platform = {
    moduletype = "Container",
    parameters = { bits = "32 or 64", cpu = "moduletype of the harts", harts = "1 or 2", rate = "instructions per second" },
    bits = bits, cpu = cpu, harts = harts, rate = rate,
    quantum_ns = 1000000,
    idle = "warp",

    router = { moduletype = "router" },
    ram = { moduletype = "gs_memory", target_socket = at(RAM, 0x200000) },
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/riscv" .. bits .. "_clocks.elf" },
        { data = { harts, 1000000 }, address = RAM + 0x180000 },
    },

    qemu_inst = { moduletype = "QemuInstance", args = { "RISCV" .. bits } },
    swi = { moduletype = "riscv_aclint_swi", args = { "&qemu_inst" }, num_harts = harts, mem = at(0x02000000, 0x4000) },
    mtimer = { moduletype = "riscv_aclint_mtimer", args = { "&qemu_inst" }, num_harts = harts, mem = at(0x02004000, 0x8000) },
    plic = {
        moduletype = "plic_sifive",
        args = { "&qemu_inst" },
        hart_config = ("M,"):rep(harts):sub(1, -2),
        num_harts = harts,
        mem = at(0x0c000000, 0x600000),
    },

    uart = { moduletype = "Pl011", target_socket = at(0x09000000, 0x1000), backend_socket = { bind = "&console.biflow_socket" } },
    console = { moduletype = "char_backend_stdio" },
    sc_timer = { moduletype = "sc_timer", target_socket = at(0x0a100000, 0x1000), irq = { bind = "&plic.irq_in_1" } },
    exiter = { moduletype = "exiter", target_socket = at(0x00100000, 0x1000) },
}

for h = 0, harts - 1 do
    platform["hart_" .. h] = {
        moduletype = cpu,
        args = cpu == "qemu_cpu" and { "&qemu_inst", "rv" .. bits .. "-riscv-cpu" } or { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        insn_per_second = rate,
    }
    local hart = platform["hart_" .. h]
    if cpu == "qemu_cpu" then -- in QEMU's own words
        hart.properties = { hartid = h, resetvec = RAM }
    else
        hart.hartid, hart.resetvec = h, RAM
    end
    local function line(number)
        return { bind = "&hart_" .. h .. (cpu == "qemu_cpu" and ".gpio_in_" or ".irq_in_") .. number }
    end
    platform.swi["soft_irq_" .. h] = line(3)
    platform.mtimer["timer_irq_" .. h] = line(7)
    platform.plic["m_irq_out_" .. h] = line(11)
end
