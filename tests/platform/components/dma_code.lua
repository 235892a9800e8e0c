-- SPDX-License-Identifier: MIT
-- A DMA engine that overwrites code while two CPUs execute it.
dofile(conf_dir .. "/board.lua")

platform = board {
    program = "dma_code",
    cpus = 2,
    more = {
        dma = {
            moduletype = "dma",
            target_socket = target(0x0a600000, 0x1000),
            bytes_per_second = 10000000000,
            initiator_socket = { bind = "&router.target_socket" },
        },
    },
}
