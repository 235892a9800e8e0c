-- SPDX-License-Identifier: MIT
--
-- The CPU's subsystem of embed-subsystem. What is behind the router at 0x09000000 is bound to it in C++.
platform = {
    moduletype = "Container",
    quantum_ns = 100000,

    router = { moduletype = "router" },
    ram = {
        moduletype = "gs_memory",
        target_socket = { address = 0x40000000, size = 0x08000000, bind = "&router.initiator_socket" },
    },
    loader = {
        moduletype = "loader",
        initiator_socket = { bind = "&router.target_socket" },
        { elf_file = firmware_dir .. "/hello.elf" },
    },
    qemu = { moduletype = "QemuInstance", args = { "AARCH64" } },
    cpu_0 = {
        moduletype = "cpu_arm_cortexA53",
        args = { "&qemu" },
        mem = { bind = "&router.target_socket" },
        rvbar = 0x40000000,
        has_el2 = false,
        has_el3 = false,
        insn_per_second = 100000000,
    },
    exiter = {
        moduletype = "exiter",
        target_socket = { address = 0x0a200000, size = 0x1000, bind = "&router.initiator_socket" },
    },
}
