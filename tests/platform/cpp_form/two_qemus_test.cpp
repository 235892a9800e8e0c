// SPDX-License-Identifier: MIT
//
// Two QEMUs in one model, and signals of SystemC's between them.
#include "soc.h"

#include <timekeeper/systemc/keeper.h>

#include <gtest/gtest.h>

#include <tlm_utils/simple_initiator_socket.h>

namespace
{

// A second QEMU, whose GPIO controller has an interrupt while input 1 is high.
struct second : sc_core::sc_module {
    tk::qemu_instance qemu{"qemu", "aarch64"};
    tk::qemu_cpu cpu{"cpu", qemu, "max"};
    tk::qemu_device gpio{"gpio", qemu, "pl061"};
    memory ram{"ram", 0x1000};
    led irq_probe{"irq_probe"};
    tlm_utils::simple_initiator_socket<second> writer{"writer"};

    SC_HAS_PROCESS(second);
    explicit second(const sc_core::sc_module_name &name) : sc_module(name)
    {
        cpu.property("start-powered-off", true);
        ram.socket.bind(cpu.mem);
        writer.bind(gpio.mmio(0));
        gpio.irq(0).bind(irq_probe.in);
        SC_THREAD(set_up);
    }
    void write(uint64_t address, uint32_t value)
    {
        tlm::tlm_generic_payload access;
        sc_core::sc_time delay;
        access.set_write();
        access.set_address(address);
        access.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
        access.set_data_length(sizeof(value));
        access.set_streaming_width(sizeof(value));
        writer->b_transport(access, delay);
        ASSERT_TRUE(access.is_response_ok());
    }
    void set_up()
    {
        wait(1, sc_core::SC_US); // QEMU has reset its devices at the start
        write(0x40c, 0x2);       // GPIOIEV: high
        write(0x404, 0x2);       // GPIOIS: level
        write(0x41c, 0x2);       // GPIOIC: what there was before
        write(0x410, 0x2);       // GPIOIE
    }
};

struct pair : sc_core::sc_module {
    soc one{"one", PROGRAM};
    second two{"two"};
    sc_core::sc_signal<bool> line{"line"};
    led line_probe{"line_probe"};

    explicit pair(const sc_core::sc_module_name &name) : sc_module(name)
    {
        one.gpio.output(1).bind(line);
        two.gpio.input(1).bind(line);
        line_probe.in.bind(line);
    }
};

} // namespace

TEST(two_qemus, have_one_keeper_and_each_its_objects)
{
    const pair all("pair");

    sc_core::sc_start();
    int code = -1;
    EXPECT_TRUE(all.one.console.finished(code));
    const tk::run_stats stats = tk::keeper::instance()->stats();
    ASSERT_EQ(stats.vcpus.size(), 2u);
    EXPECT_EQ(stats.vcpus[0].name, "pair.one.cpu");
    EXPECT_EQ(stats.vcpus[1].name, "pair.two.cpu");
    EXPECT_EQ(stats.vcpus[1].instructions, 0u);
    EXPECT_EQ(all.one.led.edges().size(), 10u);
    EXPECT_TRUE(all.line_probe.edges().empty()); // the guest leaves output 1 alone
}

TEST(two_qemus, a_signal_goes_from_one_to_the_other_without_time)
{
    struct joined : sc_core::sc_module {
        soc one{"one", PROGRAM};
        second two{"two"};
        explicit joined(const sc_core::sc_module_name &name) : sc_module(name)
        {
            one.gpio.output(0).bind(two.gpio.input(1));
        }
    } const all("joined");

    sc_core::sc_start();
    ASSERT_EQ(all.one.led.edges().size(), 10u);
    ASSERT_EQ(all.two.irq_probe.edges().size(), 1u); // the guest does not clear it
    EXPECT_EQ(all.two.irq_probe.edges()[0], all.one.led.edges()[0]);
}
