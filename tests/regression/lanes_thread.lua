-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("lanes", { slow_ram = { direct = false } })
