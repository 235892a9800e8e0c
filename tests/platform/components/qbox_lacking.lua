-- SPDX-License-Identifier: MIT
-- A file in Qbox's style that asks for more than there is: each item is one error.

platform = {
    moduletype = "Container";
    quantum_ns = 1000000;
    router = { moduletype = "router"; colour = "blue" };
    qemu_inst_mgr = { moduletype = "QemuInstanceManager" };
    qemu_inst = {
        moduletype = "QemuInstance";
        args = { "&platform.qemu_inst_mgr", "AARCH64" };
        accel = "kvm";
    };
    other_inst = {
        moduletype = "QemuInstance";
        args = { "&platform.qemu_inst_mgr", "AARCH64" };
        time_sync_strategy = "quantum_keeper";
    };
    near = { moduletype = "LocalPass" };
    remote = {
        moduletype = "RemotePass";
        inner = { moduletype = "hexagon_core"; mem = { bind = "&router.target_socket" } };
    };
    ram_0 = {
        moduletype = "gs_memory";
        target_socket = { address = 0, size = 0x1000, bind = "&router.initiator_socket" };
        encrypted = true;
    };
    net_0 = { moduletype = "char_backend_socket"; sigquit = true };
    uart_0 = {
        moduletype = "Pl011";
        target_socket = { address = 0x1000, size = 0x1000, bind = "&router.initiator_socket" };
        irq = { bind = "&near.tick" };
        rts = { bind = "&router.nothing" };
        backend_socket = { bind = "&nobody.biflow_socket" };
    };
    cpu_0 = { moduletype = "cpu_arm_cortexA53"; args = { "&qemu_inst" }; mem = { bind = "&router.target_socket" } };
}
