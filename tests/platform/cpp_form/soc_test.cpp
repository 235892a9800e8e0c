// SPDX-License-Identifier: MIT
//
// One CPU and one device of QEMU's in a model of C++: times, and orders of elaboration.
#include "soc.h"

#include <timekeeper/systemc/keeper.h>

#include <gtest/gtest.h>

#include <memory>
#include <tlm_utils/simple_initiator_socket.h>

namespace
{

constexpr unsigned interrupts = 10; // blink.c
const sc_core::sc_time period(1, sc_core::SC_MS);
// From the interrupt to the line: a block of at most 512 instructions, and at most 100 of the handler's.
const sc_core::sc_time reaction(6120, sc_core::SC_NS);

// `rises`: both edges of the timer's interrupt; `line`: those of the GPIO's output.
void expect_blinking(const std::vector<sc_core::sc_time> &irq, const std::vector<sc_core::sc_time> &line)
{
    ASSERT_EQ(line.size(), interrupts);
    ASSERT_GE(irq.size(), 2 * interrupts - 1);
    for (unsigned i = 0; i < interrupts; i++) {
        EXPECT_EQ(irq[2 * i], irq[0] + i * period);
        EXPECT_GT(line[i], irq[2 * i]) << i;
        EXPECT_LE(line[i], irq[2 * i] + reaction) << i;
    }
}

struct observed_soc : soc {
    ::led irq_probe{"irq_probe"};
    explicit observed_soc(const sc_core::sc_module_name &name) : soc(name, PROGRAM)
    {
        irq_probe.in.bind(cpu.irq);
    }
};

void expect_finish(const console &guest)
{
    int code = -1;
    EXPECT_TRUE(guest.finished(code));
    EXPECT_EQ(code, 0);
}

} // namespace

TEST(cpp_form, a_timer_interrupts_the_cpu_and_its_device_drives_a_line)
{
    const observed_soc all("soc");

    sc_core::sc_start();
    expect_finish(all.console);
    expect_blinking(all.irq_probe.edges(), all.led.edges());
    EXPECT_STREQ(all.cpu.mem.name(), "soc.cpu.mem");
    EXPECT_EQ(tk::keeper::instance()->stats().vcpus.at(0).name, "soc.cpu");
    EXPECT_EQ(tk::keeper::instance()->stats().vcpus.at(0).insn_per_second, 100000000u);
}

TEST(cpp_form, runs_in_steps)
{
    const observed_soc all("soc");
    int code = -1;

    for (unsigned i = 0; i < 12 && !all.console.finished(code); i++) {
        sc_core::sc_start(1, sc_core::SC_MS);
    }
    expect_finish(all.console);
    expect_blinking(all.irq_probe.edges(), all.led.edges());
}

namespace
{

// What a parent makes and binds as late as SystemC allows.
struct late_soc : sc_core::sc_module {
    ::console console{"console"};
    ::timer timer{"timer"};
    ::led led{"led"}, irq_probe{"irq_probe"};
    sc_core::sc_signal<bool> line{"line"}, irq{"irq"};
    std::unique_ptr<tk::qemu_cpu> cpu;
    std::unique_ptr<tk::qemu_device> gpio;
    std::unique_ptr<::bus> bus;
    std::unique_ptr<memory> ram;
    std::unique_ptr<tk::qemu_instance> qemu;

    explicit late_soc(const sc_core::sc_module_name &name) : sc_module(name)
    {
        timer.irq.bind(irq);
        irq_probe.in.bind(irq);
        led.in.bind(line);
    }
    // The QEMU is the last to be made here, and in the destructor the first to go.
    void before_end_of_elaboration() override
    {
        bus = std::make_unique<::bus>("bus");
        ram = std::make_unique<memory>("ram", soc::ram_size);
        ram->load(PROGRAM, soc::ram_base);
        qemu = std::make_unique<tk::qemu_instance>("qemu", "AArch64");
        cpu = std::make_unique<tk::qemu_cpu>("cpu", *qemu, "cortex-a53-arm-cpu");
        gpio = std::make_unique<tk::qemu_device>("gpio", *qemu, "pl061");
        bus->map(soc::ram_base, soc::ram_size);
        bus->initiator.bind(ram->socket);
        bus->map(0x09000000, 0x1000);
        bus->initiator.bind(console.socket);
        bus->map(0x09030000, 0x1000);
        gpio->mmio(0).bind(bus->initiator);
        bus->map(0x0a300000, 0x1000);
        bus->initiator.bind(timer.socket);
        cpu->mem.bind(bus->target);
        cpu->irq.bind(irq);
        gpio->output(0).bind(line);
        gpio->property("pullups", 0).property("pulldowns", 0xff);
        cpu->property("rvbar", soc::ram_base).property("has_el2", false).property("has_el3", false);
        cpu->insn_per_second(1).insn_per_second(100000000);
    }
};

} // namespace

TEST(cpp_form, children_and_bindings_may_come_before_the_end_of_elaboration)
{
    auto all = std::make_unique<late_soc>("soc");

    sc_core::sc_start();
    expect_finish(all->console);
    expect_blinking(all->irq_probe.edges(), all->led.edges());
    EXPECT_NO_THROW(all.reset()); // QEMU first, the CPU last
}

namespace
{

// A line of a device's that goes to SystemC and to another device of the same QEMU.
struct forked_soc : observed_soc {
    tk::qemu_device mirror{"mirror", qemu, "pl061"};
    tlm_utils::simple_initiator_socket<forked_soc, 128> reader{"reader"};
    std::vector<uint8_t> seen; // by the mirror, at each edge

    SC_HAS_PROCESS(forked_soc);
    explicit forked_soc(const sc_core::sc_module_name &name) : observed_soc(name)
    {
        gpio.output(0).bind(mirror.input(3));
        reader.bind(mirror.mmio(0));
        SC_THREAD(read);
    }
    void read()
    {
        for (;;) {
            wait(led.in.default_event());
            wait(1, sc_core::SC_US);
            uint32_t value = 0;
            tlm::tlm_generic_payload access;
            sc_core::sc_time delay;
            access.set_read();
            access.set_address(0x3fc); // GPIODATA, all bits
            access.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
            access.set_data_length(sizeof(value));
            access.set_streaming_width(sizeof(value));
            reader->b_transport(access, delay);
            ASSERT_TRUE(access.is_response_ok());
            seen.push_back(static_cast<uint8_t>(value));
        }
    }
};

} // namespace

TEST(cpp_form, a_line_goes_to_systemc_and_to_inputs_of_its_own_qemu)
{
    const forked_soc all("soc");

    sc_core::sc_start();
    expect_blinking(all.irq_probe.edges(), all.led.edges());
    ASSERT_GE(all.seen.size(), interrupts - 1);
    for (unsigned i = 0; i + 1 < interrupts; i++) {
        EXPECT_EQ(all.seen[i], i % 2 == 0 ? 0x08 : 0x00) << i;
    }
}

namespace
{

struct held_soc : observed_soc {
    sc_core::sc_signal<bool> hold{"hold", true};

    SC_HAS_PROCESS(held_soc);
    explicit held_soc(const sc_core::sc_module_name &name) : observed_soc(name)
    {
        cpu.reset.bind(hold);
        SC_THREAD(let_go);
    }
    void let_go()
    {
        wait(3, sc_core::SC_MS);
        EXPECT_EQ(tk::keeper::instance()->stats().vcpus.at(0).instructions, 0u);
        hold = false;
    }
};

} // namespace

TEST(cpp_form, a_reset_that_is_high_from_the_beginning_holds_the_cpu)
{
    const held_soc all("soc");

    sc_core::sc_start();
    expect_finish(all.console);
    ASSERT_FALSE(all.irq_probe.edges().empty());
    EXPECT_GE(all.irq_probe.edges()[0], sc_core::sc_time(4, sc_core::SC_MS));
    expect_blinking(all.irq_probe.edges(), all.led.edges());
}

TEST(cpp_form, the_keeper_is_a_member_with_settings)
{
    struct own_keeper {
        tk::keeper keeper{"time", {{"quantum_ns", 50000}, {"mode", "deterministic"}}};
        observed_soc all{"soc"};
    } model;

    EXPECT_EQ(tk::keeper::instance(), &model.keeper);
    EXPECT_TRUE(model.keeper.deterministic());
    sc_core::sc_start();
    EXPECT_EQ(model.keeper.stats().quantum_ps, UINT64_C(50000000));
    expect_blinking(model.all.irq_probe.edges(), model.all.led.edges());
}
