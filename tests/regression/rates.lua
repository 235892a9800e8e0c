-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("rates", { rates = { 100000000, 50000000, 25000000, 200000000 } })
