-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("memory_alias", {
    ram = { target_socket = at(0x40000000, 0x08000000, { aliases = { { address = 0x60000000 } } }) },
})
