-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("bank_switch", {
    banks = {
        moduletype = "test_bank_switch",
        target_socket = at(0x0a700000),
        memory_socket = at(0x0c000000),
    },
})
