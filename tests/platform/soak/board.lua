-- SPDX-License-Identifier: MIT
--
-- conf/linux-aarch64.lua with four CPUs, and a second UART into which SystemC sends byte after byte: /dev/ttyAMA1.
-- platform.conf_dir is its folder; disk and script are its parameters.
conf_dir = param["platform.conf_dir"]
param["platform.cpus"] = "4"
param["platform.shell"] = "false"
dofile(conf_dir .. "/linux-aarch64.lua")

platform.parameters.conf_dir = "folder of linux-aarch64.lua"
platform.conf_dir = conf_dir
platform.storm_uart = {
    moduletype = "Pl011",
    target_socket = { address = 0x09010000, size = 0x1000, bind = "&router.initiator_socket" },
    irq = { bind = "&gic.spi_in_2" },
    backend_socket = { bind = "&storm.biflow_socket" },
    device_tree = {
        compatible = { "arm,pl011", "arm,primecell" },
        clocks = { "&/clock", "&/clock" },
        ["clock-names"] = { "uartclk", "apb_pclk" },
    },
}
platform.storm = { moduletype = "test_storm", period_ns = 50000 }
