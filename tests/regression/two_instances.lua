-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("two_instances", {
    other_qemu = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "AARCH64" } },
    other_cpu = arm_cpu("other_qemu", 4),
})
