-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

local all = {}
for c = 0, cpus - 1 do all[#all + 1] = "&cpu_" .. c end

platform = board("rate_change", {
    rates_of = { moduletype = "test_rate_control", args = all, target_socket = at(0x0a700000) },
})
