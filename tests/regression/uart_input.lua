-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

local file = assert(io.open(conf_dir .. "/uart_input.txt", "rb"))
local sum = 0
for byte in file:read("a"):gmatch(".") do sum = (sum * 31 + byte:byte()) & 0xffffff end
file:close()

platform = board("uart_input", {
    argument = sum,
    input_uart = {
        moduletype = "Pl011",
        target_socket = at(0x0a700000),
        irq = spi(8),
        backend_socket = { bind = "&input.biflow_socket" },
    },
    input = { moduletype = "char_backend_file", read_file = conf_dir .. "/uart_input.txt" },
})
