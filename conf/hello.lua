-- SPDX-License-Identifier: MIT
--
-- The first platform: one CPU, memory and a UART. The guest says hello and ends the run with exit code 0.
--
--     ./run conf/hello.lua
--
-- A platform file fills the global table `platform`. Each entry with a `moduletype` becomes a SystemC
-- module of that type, with the entry's key as its name: `uart` below is `platform.uart`. Inside a
-- module, `x = { bind = "&other.y" }` connects its socket or signal x to y of the module `other`, and
-- anything else is a parameter, which -p can override: -p platform.cpu_0.insn_per_second=500000000

platform = {
    moduletype = "Container",

    -- How far apart two clocks may be, in ns: the CPU's against SystemC's. Smaller is more exact,
    -- larger is faster.
    quantum_ns = 1000000,

    -- Initiators (who makes accesses) bind to the router's target_socket. Targets (who answers them)
    -- bind to its initiator_socket, and say at which addresses they answer.
    router = { moduletype = "router" },

    ram = {
        moduletype = "gs_memory",
        target_socket = { address = 0x40000000, size = 0x08000000, bind = "&router.initiator_socket" },
    },

    -- Writes the program into the RAM before the run. `firmware_dir` is where the build put it.
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/hello.elf" },
    },

    -- A QEMU inside this process (the manager looks after them), and one CPU in it.
    qemu_inst_mgr = { moduletype = "QemuInstanceManager" },
    qemu_inst = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },

    cpu_0 = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu_inst" },
        mem = { bind = "&router.target_socket" },
        rvbar = 0x40000000, -- the first instruction after reset
        has_el2 = false,
        has_el3 = false,
        insn_per_second = 1000000000, -- each instruction takes 1 ns of simulated time
    },

    -- The UART, and what it is plugged into: our standard input and output.
    uart = {
        moduletype = "Pl011",
        target_socket = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
        backend_socket = { bind = "&console.biflow_socket" },
    },
    console = { moduletype = "char_backend_stdio" },

    -- The guest ends the run by writing an exit code here.
    exiter = {
        moduletype = "exiter",
        target_socket = { address = 0x0a200000, size = 0x1000, bind = "&router.initiator_socket" },
    },
}
