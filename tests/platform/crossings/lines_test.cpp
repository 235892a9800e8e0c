// SPDX-License-Identifier: MIT
//
// A line out of QEMU into SystemC: each edge comes at the time at which QEMU makes it, in order; none is lost
// or merged with another.
#include "stores.h"

#include "support/program.h"
#include "support/tcp_port.h"
#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/keeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <regex>
#include <string>
#include <thread>

using namespace crossings;

namespace
{

constexpr uint64_t direction = gpio_base + 0x400;
constexpr uint64_t pin(unsigned line)
{
    return gpio_base + (4u << line);
}
// QEMU's sp804: Load, Control of timer 1; its clock is 1 MHz.
constexpr uint64_t timer_load = timer_base + 0, timer_control = timer_base + 8, timer_clear = timer_base + 12;
constexpr uint32_t timer_runs = 0xe3, tick_us = 1; // 32 bits, interrupt, enabled, one-shot

void expect_edges(const std::vector<edge> &seen, const std::vector<edge> &expected)
{
    ASSERT_EQ(seen.size(), expected.size()) << testing::PrintToString(seen);
    for (size_t i = 0; i < seen.size(); i++) {
        EXPECT_EQ(seen[i], expected[i]) << "edge " << i;
    }
}

// Drives line `line` up and down, slowly, fast, and in a row. Returns what must be seen.
std::vector<edge> drive(program &cpu, unsigned line)
{
    std::vector<edge> expected;
    expected.push_back({cpu.store(1000, pin(line), 1u << line), true});
    expected.push_back({cpu.store(25000, pin(line), 0), false});
    for (const uint32_t turns : {100, 1, 0, 0, 3000, 70000}) {
        expected.push_back({cpu.store(turns, pin(line), 1u << line), true});
        expected.push_back({cpu.store(0, pin(line), 0), false});
    }
    bool level = true;
    for (const uint64_t each : cpu.burst(pin(line), 1u << line)) {
        expected.push_back({each, level});
        level = !level;
    }
    return expected;
}

struct setup {
    const char *mode;
    uint64_t quantum_ns;
};

std::ostream &operator<<(std::ostream &out, const setup &each)
{
    return out << each.mode << "_" << each.quantum_ns << "_ns";
}

class lines : public testing::TestWithParam<setup>
{
  protected:
    lines() { tk::register_installed_models(); }
    static tk::settings settings()
    {
        return {{"quantum_ns", GetParam().quantum_ns}, {"mode", GetParam().mode}, {"idle", "warp"}};
    }
};

// Does something on a thread of its own from the start of the simulation on. QEMU has started by then: a
// process that is forked while QEMU starts leaves it with a lock that is taken.
class when_started : public sc_core::sc_module
{
  public:
    when_started(const sc_core::sc_module_name &name, std::function<void()> does)
        : sc_module(name), m_does(std::move(does))
    {
    }
    void join() { m_thread.join(); }

  private:
    void start_of_simulation() override { m_thread = std::thread(m_does); }
    const std::function<void()> m_does;
    std::thread m_thread;
};

// Answers each rise of `in` by one of `out` a little later, and each fall at once.
class reflex : public sc_core::sc_module
{
  public:
    static constexpr uint64_t late_ps = 50 * ns;
    SC_HAS_PROCESS(reflex);
    explicit reflex(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(changed);
        sensitive << in;
        dont_initialize();
        SC_METHOD(answer);
        sensitive << m_late;
        dont_initialize();
    }
    sc_core::sc_in<bool> in{"in"};
    sc_core::sc_out<bool> out{"out"};

  private:
    void changed() { in.read() ? m_late.notify(sc_core::sc_time::from_value(late_ps)) : out.write(false); }
    void answer() { out.write(true); }
    sc_core::sc_event m_late;
};

} // namespace

TEST_P(lines, are_driven_at_the_instruction_of_a_store)
{
    core cpu;
    cpu.does.store(0, direction, 0xff);
    const std::vector<edge> expected = drive(cpu.does, 0);
    cpu.does.store(10, exiter_base, 0);
    const auto s = soc({cpu}, settings());
    probe seen("seen");
    s->bind("gpio.gpio_out_0", seen.line);
    sc_core::sc_start();
    expect_edges(seen.edges, expected);
    EXPECT_LE(tk::keeper::instance()->max_systemc_lag_ps(), 512 * ns)
        << "one CPU: SystemC is never behind it by more than the rest of a block";
}

TEST_P(lines, of_several_cpus_are_each_at_its_own_time)
{
    std::vector<core> cpus(3);
    cpus[1].insn_per_second = 500000000;
    cpus[1].does = program(2 * ns);
    cpus[2].insn_per_second = 250000000;
    cpus[2].does = program(4 * ns);
    std::vector<std::vector<edge>> expected;
    for (unsigned c = 0; c < 3; c++) {
        cpus[c].does.store(c == 0 ? 0 : 50, direction, 0xff);
        expected.push_back(drive(cpus[c].does, c));
    }
    const auto s = soc(cpus, settings());
    probe seen_0("seen_0"), seen_1("seen_1"), seen_2("seen_2");
    s->bind("gpio.gpio_out_0", seen_0.line);
    s->bind("gpio.gpio_out_1", seen_1.line);
    s->bind("gpio.gpio_out_2", seen_2.line);
    sc_core::sc_start(1, sc_core::SC_SEC);
    expect_edges(seen_0.edges, expected[0]);
    expect_edges(seen_1.edges, expected[1]);
    expect_edges(seen_2.edges, expected[2]);
    EXPECT_LE(tk::keeper::instance()->max_systemc_lag_ps(), GetParam().quantum_ns * ns + 512 * 4 * ns);
}

// The deadline decides, and not the thread that runs the timer.
TEST_P(lines, of_a_timer_of_qemus_rise_at_its_deadline)
{
    core cpu;
    std::vector<edge> expected;
    for (const uint32_t us_ahead : {1, 37, 500}) {
        cpu.does.store(0, timer_load, us_ahead);
        const uint64_t begins = cpu.does.store(0, timer_control, timer_runs);
        expected.push_back({begins / ns * ns + us_ahead * us, true});
        expected.push_back({cpu.does.store(us_ahead * 1000, timer_clear, 0), false});
    }
    // The last one finds the CPU asleep.
    cpu.does.store(0, timer_load, 40);
    expected.push_back({cpu.does.store(0, timer_control, timer_runs) + 40 * us, true});
    const auto s = soc({cpu}, settings());
    probe seen("seen");
    s->bind("timer.irq_out_0", seen.line);
    sc_core::sc_start(10, sc_core::SC_MS);
    expect_edges(seen.edges, expected);
}

// Out of QEMU, into a module that answers, back into the same device of QEMU's, and out again on its
// interrupt line: each on time, because the CPU stands meanwhile.
TEST_P(lines, go_through_systemc_and_back_into_qemu_on_time)
{
    core cpu;
    std::vector<edge> expected;
    cpu.does.store(0, direction, 0x01);
    cpu.does.store(0, gpio_base + 0x40c, 0x02); // line 1 interrupts when it rises,
    cpu.does.store(0, gpio_base + 0x410, 0x02); // which is enabled,
    for (const uint32_t turns : {1000, 30, 26, 5000}) {
        expected.push_back({cpu.does.store(turns, pin(0), 1) + reflex::late_ps, true});
        expected.push_back({cpu.does.store(200, gpio_base + 0x41c, 0x02), false}); // until it is cleared
        cpu.does.store(5, pin(0), 0);
    }
    const auto s = soc({cpu}, settings());
    reflex answers("answers");
    probe seen("seen");
    s->bind("gpio.gpio_out_0", answers.in);
    s->bind("gpio.gpio_in_1", answers.out);
    s->bind("gpio.irq_out_0", seen.line);
    sc_core::sc_start(10, sc_core::SC_MS);
    expect_edges(seen.edges, expected);
}

// From one QEMU's device to another's: SystemC is between them.
TEST_P(lines, between_two_instances_are_at_their_times)
{
    core cpu;
    cpu.does.store(0, direction, 0x01);
    const std::vector<edge> expected = drive(cpu.does, 0);
    const auto s = soc({cpu}, settings());
    s->add("other", "QemuInstance", {"AARCH64"});
    s->add("inverter", "qemu_device", {"&other", "or-irq"}, {{"properties.num-lines", 2}});
    probe seen("seen"), behind("behind");
    s->bind("gpio.gpio_out_0", "inverter.gpio_in_0");
    s->bind("gpio.gpio_out_0", seen.line);
    s->bind("inverter.gpio_out_0", behind.line);
    sc_core::sc_start(10, sc_core::SC_MS);
    expect_edges(seen.edges, expected);
    expect_edges(behind.edges, expected);
}

// All stop, and go on: the edges are the same.
TEST_P(lines, are_the_same_in_a_run_that_is_paused)
{
    core cpu;
    cpu.does.store(0, direction, 0xff);
    const std::vector<edge> expected = drive(cpu.does, 0);
    cpu.does.store(10, exiter_base, 0);
    const auto s = soc({cpu}, settings());
    probe seen("seen");
    s->bind("gpio.gpio_out_0", seen.line);
    std::atomic<bool> over{false};
    unsigned stands = 0;
    std::thread pauser([&] {
        tk::keeper &keeper = *tk::keeper::instance();
        while (!over) {
            keeper.pause();
            stands += keeper.stands();
            keeper.resume();
            std::this_thread::yield();
        }
    });
    sc_core::sc_start();
    over = true;
    pauser.join();
    expect_edges(seen.edges, expected);
}

// gdb goes through some stores one by one, and stops the CPU a few times.
TEST_P(lines, are_the_same_in_a_run_under_gdb)
{
    core cpu;
    cpu.does.store(0, direction, 0xff);
    const std::vector<edge> expected = drive(cpu.does, 0);
    cpu.does.store(10, exiter_base, 0);
    const std::string port = test::free_port();
    const auto s = soc({cpu}, settings(), {{"gdb_port", std::stoul(port)}, {"gdb_wait", true}});
    probe seen("seen");
    s->bind("gpio.gpio_out_0", seen.line);
    test::finished gdb{};
    when_started debugger("debugger", [&] {
        std::vector<std::string> arguments = {"-nx", "-batch"};
        for (const char *const each :
             {"set confirm off", "set remotetimeout 60", "target remote 127.0.0.1:PORT", "stepi 20",
              "tbreak burst", "continue", "stepi 6", "info registers pc", "detach"}) {
            arguments.insert(arguments.end(),
                             {"-ex", std::regex_replace(std::string(each), std::regex("PORT"), port)});
        }
        arguments.emplace_back(STORES_ELF);
        gdb = test::run(GDB_PROGRAM, arguments, "/");
    });
    sc_core::sc_start();
    debugger.join();
    EXPECT_NE(gdb.out.find("pc "), std::string::npos) << gdb.out << gdb.err;
    expect_edges(seen.edges, expected);
}

// Wherever sc_start() ends: between edges, at one, in a burst.
TEST_P(lines, do_not_depend_on_where_sc_start_ends)
{
    core cpu;
    cpu.does.store(0, direction, 0xff);
    const std::vector<edge> expected = drive(cpu.does, 0);
    const auto s = soc({cpu}, settings());
    probe seen("seen");
    s->bind("gpio.gpio_out_0", seen.line);
    uint64_t step_ps = 1;
    while (sc_core::sc_time_stamp().value() < ms) {
        const uint64_t end = sc_core::sc_time_stamp().value() + step_ps;
        sc_core::sc_start(sc_core::sc_time::from_value(step_ps));
        ASSERT_EQ(sc_core::sc_time_stamp().value(), end);
        step_ps = step_ps * 7 % 100003 + 1;
    }
    expect_edges(seen.edges, expected);
}

INSTANTIATE_TEST_SUITE_P(each, lines,
                         testing::Values(setup{"parallel", 1000}, setup{"parallel", 100000},
                                         setup{"parallel", 100000000}, setup{"deterministic", 10000},
                                         setup{"deterministic", 1000000}),
                         testing::PrintToStringParamName());
