-- SPDX-License-Identifier: MIT
--
-- conf/heterogeneous.lua with a RISC-V CPU, in a QEMU of another target, in the place of the Cortex-M4: messages
-- through the SystemC mailbox and shared memory.

dofile(conf_dir .. "/../../../conf/heterogeneous.lua")

local RATE = 100000000

for _, name in ipairs { "m4_code", "m4_sram", "m4_loader", "m4_qemu", "m4" } do platform[name] = nil end

local function at(address, size) return { address = address, size = size, bind = "&m4_router.initiator_socket" } end

platform.rv_ram = { moduletype = "gs_memory", target_socket = at(0x80000000, 0x100000) }
platform.rv_loader = {
    moduletype = "loader",
    initiator_socket = { bind = "&m4_router.target_socket" },
    { elf_file = firmware_dir .. "/riscv64_pong.elf" },
}
platform.rv_qemu = { moduletype = "QemuInstance", args = { "&qemu_inst_mgr", "RISCV64" } }
platform.rv = {
    moduletype = "cpu_riscv64",
    args = { "&rv_qemu" },
    mem = { bind = "&m4_router.target_socket" },
    resetvec = 0x80000000,
    insn_per_second = RATE,
}
platform.mailbox.irq_1 = { bind = "&rv.irq_in_11" }
platform.begin.gpio_out_0 = nil -- nobody waits for it
