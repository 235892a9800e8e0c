// SPDX-License-Identifier: MIT
//
// Accellera's buses, which know nothing of QEMU: between the router and targets, and between the CPUs and all
// else.
#include "assertions.h"
#include "models.h"
#include "reports.h"

#include <gtest/gtest.h>

using namespace conformance;

namespace
{

constexpr uint64_t base = 0x10000000; // of the bus, whose targets are 0x10000000 bytes apart
constexpr uint64_t next = 0x10000000;

TEST(simple_bus_lt, has_targets_that_annotate_and_that_wait)
{
    const latencies annotated, waited{1003, 2005, 3007};
    scenario what;
    what.build = [&](environment &in) {
        auto &bus = in.make<SimpleBusLT<1, 2>>("bus");
        in.reach("bus", bus.target_socket[0], base, 2 * next);
        in.observe("annotates", bus.initiator_socket[0],
                   make_target<lt_target>(in, "lt", annotated).m_memory_socket);
        in.observe("waits", bus.initiator_socket[1],
                   make_target<lt_synch_target>(in, "synch", waited).m_memory_socket);
    };
    exercise(what.cpus.emplace_back(), base);
    exercise(what.cpus[0], base + next);
    what.cpus[0].end();
    const outcome guest = run(what);
    ASSERT_EQ(guest.at(0).size(), 2 * exercises);
    ASSERT_EQ(guest.at(1).size(), exercises);
    ASSERT_EQ(guest.at(2).size(), exercises);
    expect_steps(guest.at(0), what);
    expect_takes(guest.at(1), annotated);
    expect_takes(guest.at(2), waited);
}

// Of two CPUs, in both modes: the bus is called on SystemC's thread, and no access loses time.
void share_the_bus(const std::string &mode)
{
    const latencies takes;
    scenario what;
    what.mode = mode;
    what.build = [&](environment &in) {
        expect_warning("DMI not implemented for this example");
        auto &bus = in.make<SimpleBusLT<1, 2>>("bus");
        in.reach("bus", bus.target_socket[0], base, 2 * next);
        in.observe("lt", bus.initiator_socket[0], make_target<lt_target>(in, "lt", takes).m_memory_socket);
        in.observe("at", bus.initiator_socket[1],
                   make_target<at_target_1_phase>(in, "at", takes).m_memory_socket);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].pause(10000).end();
    exercise(what.cpus.emplace_back(), base + next);
    const outcome guest = run(what);
    for (const uint32_t probe : {1u, 2u}) {
        const journal calls = guest.at(probe);
        ASSERT_EQ(calls.size(), exercises);
        expect_takes(calls, takes);
        expect_steps(calls, what);
    }
}

TEST(simple_bus_lt, of_two_cpus_in_parallel)
{
    share_the_bus("parallel");
}

TEST(simple_bus_lt, of_two_cpus_one_after_the_other)
{
    share_the_bus("deterministic");
}

// The bus is the CPU's own: RAM, and all that is ours, is behind it. Its ports 0 and 4 lead to our router, 1
// to a target, the rest to nothing.
template <typename Bus>
void own_all(unsigned cpus)
{
    const latencies takes;
    scenario what;
    what.system_behind_bus = true;
    what.build = [&](environment &in) {
        auto &bus = in.make<Bus>("bus");
        auto &target = make_target<lt_target>(in, "target", takes);
        for (unsigned cpu = 0; cpu < cpus; cpu++) {
            in.bind_cpu(cpu, bus.target_socket[cpu]);
        }
        in.observe("lt", bus.initiator_socket[1], target.m_memory_socket);
        for (unsigned port = 0; port < 16; port++) {
            if (port == 0 || port == 4) {
                in.bind_system(bus.initiator_socket[port]);
            } else if (port > 1) {
                auto &none = in.make<nothing>(("nothing_" + std::to_string(port)).c_str());
                bus.initiator_socket[port].bind(none.socket);
            }
        }
    };
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        // Apart, so that none waits for another one's.
        exercise(what.cpus.emplace_back().pause(1 + 20000 * cpu), next + 0x400 * cpu);
    }
    what.cpus[cpus - 1].end();
    const outcome guest = run(what);
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        journal calls, others;
        for (const event &each : guest.at(cpu)) {
            (each.address >= next && each.address < 2 * next ? calls : others).push_back(each);
        }
        ASSERT_EQ(calls.size(), exercises);
        expect_takes(calls, takes);
        expect_steps(calls, what);
        // The first fetch, which brings the RAM's direct memory pointer, and the exiter.
        EXPECT_LE(others.size(), 2u);
        for (const event &each : others) {
            EXPECT_EQ(each.took_ps(), 0u) << each;
        }
    }
}

TEST(simple_bus_lt, is_between_a_cpu_and_all_else)
{
    own_all<SimpleBusLT<1, 16>>(1);
}

TEST(simple_bus_lt, is_between_three_cpus_and_all_else)
{
    own_all<SimpleBusLT<3, 16>>(3);
}

TEST(simple_bus_at, is_between_a_cpu_and_all_else)
{
    own_all<SimpleBusAT<1, 16>>(1);
}

TEST(simple_bus_at, is_between_two_cpus_and_all_else)
{
    own_all<SimpleBusAT<2, 16>>(2);
}

// They contend for it: what one waits for another one's request is in its time, and it is what SystemC's own
// processes would wait (environment.h). The second CPU begins while the first one's request is accepted.
TEST(simple_bus_at, is_contended_by_two_cpus)
{
    const latencies takes{40011, 5003, 7001};
    scenario what;
    what.build = [&](environment &in) {
        expect_warning("DMI not implemented for this example");
        auto &bus = in.make<SimpleBusAT<2, 1>>("bus");
        auto &target = make_target<at_target_4_phase>(in, "target", takes);
        in.reach("left", bus.target_socket[0], base, next);
        in.reach("right", bus.target_socket[1], base + next, next);
        in.observe("at", bus.initiator_socket[0], target.m_memory_socket);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].pause(20000).end();
    exercise(what.cpus.emplace_back().pause(1), base + next + 0x400); // 28 ns later
    const outcome guest = run(what);
    bool waited = false;
    for (const uint32_t probe : {0u, 1u}) {
        const journal calls = guest.at(probe);
        ASSERT_EQ(calls.size(), exercises);
        expect_steps(calls, what);
        for (const event &each : calls) {
            EXPECT_GE(each.took_ps(), takes.of(each));
            waited = waited || each.took_ps() > takes.of(each);
        }
    }
    EXPECT_TRUE(waited);
}

} // namespace
