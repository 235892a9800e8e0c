-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("powered_off", { off = true, rates = { 100000000, 1000, 1000, 1000 } })
