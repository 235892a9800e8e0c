-- SPDX-License-Identifier: MIT
--
-- board("name", { more modules }) is the platform of a scenario: CPUs of one QEMU with their memory, a GICv3, and a
-- set of SystemC's devices, all on one router. The program is firmware/NAME.c. Parameters of every scenario:
--
--   -p platform.cpus=1..4 -p platform.quantum_ns=N -p platform.mode=parallel|deterministic
--
-- What a scenario needs besides is in its second argument: modules by name, which come on top of the board's or
-- into them (a table that has no moduletype), and these:
--   rates        insn_per_second of the CPUs, in turn; else 100 MHz
--   off          CPUs but the first are off until somebody starts them
--   argument     a number for the program
-- firmware/scenario.h has the same addresses and numbers.

local HZ = 1000000000        -- of the guests' counters: they count ns
local RATE = 100000000       -- an instruction takes 10 ns
local RAM, PARAMETERS = 0x40000000, 0x40010000
local PSCI_HVC = 2           -- QEMU's psci-conduit

local function given(name, default) return param["platform." .. name] or default end

-- How many CPUs; of scenarios' files, too.
cpus = math.tointeger(tonumber(given("cpus", "1")))
local quantum_ns = math.tointeger(tonumber(given("quantum_ns", "1000000")))
local mode = given("mode", "parallel")
if not cpus or cpus < 1 or cpus > 4 then error("platform.cpus is a number from 1 to 4", 0) end
if not quantum_ns then error("platform.quantum_ns is a number", 0) end

-- A window behind the router.
function at(address, size, more)
    local window = more or {}
    window.address, window.size, window.bind = address, size or 0x1000, "&router.initiator_socket"
    return window
end

function spi(number) return { bind = "&gic.spi_in_" .. number } end

-- A string as 32-bit words, with zeros to the end.
local function name_words(text, count)
    local words = {}
    local padded = text .. string.rep("\0", 4 * count - #text)
    for i = 1, count do words[i] = string.unpack("<I4", padded, 4 * i - 3) end
    return words
end

-- struct parameters in firmware/scenario.h
local function parameters(name, spec)
    local words = {
        cpus, quantum_ns, mode == "deterministic" and 1 or 0, spec.argument or 0, 0, 0, 0, 0,
    }
    for c = 1, 4 do words[4 + c] = spec.rates and spec.rates[c] or RATE end
    for _, word in ipairs(name_words(name, 8)) do words[#words + 1] = word end
    return words
end

-- A CPU with that affinity, in the QEMU of that name.
function arm_cpu(instance, affinity)
    return {
        moduletype = "cpu_arm_cortexA53",
        args = { "&" .. instance },
        mem = { bind = "&router.target_socket" },
        rvbar = RAM,
        mp_affinity = affinity,
        has_el2 = false,
        has_el3 = false,
        psci_conduit = PSCI_HVC,
        cntfrq_hz = HZ,
        insn_per_second = RATE,
    }
end

-- CPU c of the board.
local function board_cpu(c, spec)
    local cpu = arm_cpu("qemu_inst", c)
    cpu.start_powered_off = spec.off and c > 0 or false
    cpu.insn_per_second = spec.rates and spec.rates[c + 1] or RATE
    cpu.irq_timer_virt_out = { bind = "&gic.ppi_in_cpu_" .. c .. "_27" }
    return cpu
end

local OPTIONS = { rates = true, off = true, argument = true }

function board(name, spec)
    spec = spec or {}
    local p = {
        moduletype = "Container",
        parameters = { cpus = "number of CPUs, 1 to 4" },
        cpus = cpus,
        quantum_ns = quantum_ns,
        mode = mode,
        idle = "warp",
        router = { moduletype = "router" },
        ram = { moduletype = "gs_memory", target_socket = at(RAM, 0x08000000) },
        -- Memory that is reached by transactions only, each of which takes 100 ns.
        slow_ram = {
            moduletype = "gs_memory", dmi_allow = false, latency_ns = 100, target_socket = at(0x0b000000, 0x1000),
        },
        loader = {
            moduletype = "loader",
            initiator_socket = { bind = "&router.target_socket" },
            { elf_file = firmware_dir .. "/regression.elf" },
            { data = parameters(name, spec), address = PARAMETERS },
        },
        qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
        qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" }, guest_reset = "warm" },
        gic = {
            moduletype = "arm_gicv3",
            args = { "&qemu_inst" },
            dist_iface = at(0x08000000, 0x10000),
            redist_iface_0 = at(0x080a0000, 0x20000 * cpus),
            num_cpus = cpus,
            num_spi = 64,
            redist_region = { cpus },
        },
        uart = {
            moduletype = "Pl011",
            target_socket = at(0x09000000),
            backend_socket = { bind = "&console.biflow_socket" },
        },
        console = { moduletype = "char_backend_stdio", read_write = false },
        timer = { moduletype = "sc_timer", target_socket = at(0x0a100000), irq = spi(16) },
        exiter = { moduletype = "exiter", target_socket = at(0x0a200000) },
        dma = {
            moduletype = "dma",
            target_socket = at(0x0a630000),
            initiator_socket = { bind = "&router.target_socket" },
            bytes_per_second = 100000000,
            irq = spi(3),
        },
        mailbox = {
            moduletype = "mailbox",
            target_socket_0 = at(0x0a620000),
            target_socket_1 = at(0x0a628000),
            irq_0 = spi(4),
            irq_1 = spi(5),
        },
        dual_timer = { moduletype = "sp804", target_socket = at(0x0a640000), irq = spi(6) },
        gpio = { moduletype = "pl061", target_socket = at(0x0a650000) },
        watchdog = { moduletype = "sp805", target_socket = at(0x0a610000), irq = spi(7) },
        resets = { moduletype = "reset_controller", target_socket = at(0x0a600000) },
    }
    -- A timer of SystemC's for each CPU.
    for c = 0, cpus - 1 do
        p["timer_" .. c] = { moduletype = "sc_timer", target_socket = at(0x0a110000 + 0x1000 * c), irq = spi(20 + c) }
        p["cpu_" .. c] = board_cpu(c, spec)
        for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
            p.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
        end
    end
    for key, value in pairs(spec) do
        if OPTIONS[key] then
            -- above
        elseif value.moduletype then
            p[key] = value
        else
            for entry, of in pairs(value) do p[key][entry] = of end
        end
    end
    return p
end
