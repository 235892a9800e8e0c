-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("watchdog", { watchdog = { reset = { bind = "&resets.warm_reset" } } })
