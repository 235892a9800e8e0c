-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("power_on_off", { off = true })
