-- SPDX-License-Identifier: MIT
-- Devices whose interrupts go to two CPUs through a GICv3.
dofile(conf_dir .. "/board.lua")

local function spi(number) return { bind = "&gic.spi_in_" .. number } end

platform = board {
    program = "devices",
    cpus = 2,
    more = {
        gic = {
            moduletype = "arm_gicv3",
            args = { "&qemu_inst" },
            dist_iface = target(0x08000000, 0x10000),
            redist_iface_0 = target(0x080a0000, 0x20000 * 2),
            num_cpus = 2,
            num_spi = 64,
            redist_region = { 2 },
        },
        timer = { moduletype = "sp804", target_socket = target(0x0a600000, 0x1000), irq = spi(20) },
        dma = {
            moduletype = "dma",
            target_socket = target(0x0a610000, 0x1000),
            initiator_socket = { bind = "&router.target_socket" },
            irq = spi(21),
        },
        mailbox = {
            moduletype = "mailbox",
            target_socket_0 = target(0x0a620000, 0x1000),
            target_socket_1 = target(0x0a630000, 0x1000),
            irq_0 = spi(22),
            irq_1 = spi(23),
        },
    },
}

for c = 0, 1 do
    for _, line in ipairs { "irq", "fiq", "virq", "vfiq" } do
        platform.gic[line .. "_out_" .. c] = { bind = "&cpu_" .. c .. "." .. line .. "_in" }
    end
end
