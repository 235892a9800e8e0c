-- SPDX-License-Identifier: MIT
-- Holes everywhere: between devices, behind the RAM, and in a router behind the router.
dofile(conf_dir .. "/board.lua")

platform = board {
    program = "holes",
    more = {
        twice = {
            moduletype = "gs_memory",
            target_socket = target(0x51000000, 0x2000, { aliases = { { address = 0x52000000 } } }),
        },
        inner = { moduletype = "router", target_socket = target(0x50000000, 0x10000) },
        before = {
            moduletype = "gs_memory",
            target_socket = { address = 0x1000, size = 0x1000, bind = "&inner.initiator_socket" },
        },
        after = {
            moduletype = "gs_memory",
            target_socket = { address = 0x3000, size = 0x1000, bind = "&inner.initiator_socket" },
        },
    },
}
