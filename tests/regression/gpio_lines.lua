-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("gpio_lines", {
    gpio = { out_0 = { bind = "&gpio.in_1" }, irq = spi(8) },
})
