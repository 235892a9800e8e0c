-- SPDX-License-Identifier: MIT
-- A CPU that idles for ever, with nothing pending; keep_alive.active says whether that ends the run. At its end the
-- beginning of the program is in the file DUMP of the environment.
dofile(conf_dir .. "/board.lua")

platform = board {
    program = "idle",
    more = {
        console = { moduletype = "char_backend_stdio", read_write = false },
        keep_alive = { moduletype = "keep_alive" },
        dumper = {
            moduletype = "memory_dumper",
            initiator_socket = { bind = "&router.target_socket" },
            { address = 0x40000000, size = 64, file = os.getenv("DUMP") },
        },
    },
}
