// SPDX-License-Identifier: MIT
//
// A SoC: an Arm CPU and a GPIO controller of QEMU's, and models of one's own around them.
#ifndef SOC_H
#define SOC_H

#include "bus.h"
#include "console.h"
#include "led.h"
#include "memory.h"
#include "timer.h"

#include <timekeeper/systemc/qemu/cpu.h>
#include <timekeeper/systemc/qemu/device.h>

#include <string>

struct soc : sc_core::sc_module {
    static constexpr uint64_t ram_base = 0x40000000, ram_size = 0x100000;

    tk::qemu_instance qemu{"qemu", "aarch64"};
    tk::qemu_cpu cpu{"cpu", qemu, "cortex-a53"};
    tk::qemu_device gpio{"gpio", qemu, "pl061"};
    ::bus bus{"bus"};
    memory ram{"ram", ram_size};
    ::timer timer{"timer"};
    ::led led{"led"};
    ::console console{"console"};

    soc(const sc_core::sc_module_name &name, const std::string &program) : sc_module(name)
    {
        cpu.insn_per_second(100000000)
            .property("rvbar", ram_base)
            .property("has_el2", false)
            .property("has_el3", false);
        gpio.property("pullups", 0).property("pulldowns", 0xff);
        ram.load(program, ram_base);

        cpu.mem.bind(bus.target);
        bus.map(ram_base, ram_size);
        bus.initiator.bind(ram.socket);
        bus.map(0x09000000, 0x1000);
        bus.initiator.bind(console.socket);
        bus.map(0x09030000, 0x1000);
        bus.initiator.bind(gpio.mmio(0));
        bus.map(0x0a300000, 0x1000);
        bus.initiator.bind(timer.socket);

        timer.irq.bind(cpu.irq);
        gpio.output(0).bind(led.in);
    }
};

#endif
