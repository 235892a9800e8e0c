-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

local lines = {}
for c = 0, cpus - 1 do lines["reset_" .. c] = { bind = "&cpu_" .. c .. ".reset" } end

platform = board("reset_one", { resets = lines })
