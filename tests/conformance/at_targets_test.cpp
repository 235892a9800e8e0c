// SPDX-License-Identifier: MIT
//
// Approximately timed targets, which have raw sockets: by their b_transport, and by their non-blocking
// interface behind SimpleBusAT, whose socket makes phases of a CPU's b_transport.
#include "assertions.h"
#include "models.h"
#include "reports.h"

#include <gtest/gtest.h>

using namespace conformance;

namespace
{

constexpr uint64_t base = 0x10000000;

// They say so when they are asked for a direct memory pointer.
void expect_no_dmi()
{
    expect_warning("DMI not implemented for this example");
}

template <typename Target>
journal drive_blocking(const latencies &takes)
{
    scenario what;
    what.build = [&](environment &in) {
        expect_no_dmi();
        in.reach("at", make_target<Target>(in, "target", takes).m_memory_socket, base, memory_size);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].end();
    const journal calls = run(what).at(0);
    EXPECT_EQ(calls.size(), exercises);
    expect_steps(calls, what);
    return calls;
}

// Probe 0 is between router and bus, probe 1 between bus and target.
template <typename Target>
outcome drive_phases(const latencies &takes)
{
    scenario what;
    what.build = [&](environment &in) {
        expect_no_dmi();
        auto &bus = in.make<SimpleBusAT<1, 1>>("bus");
        Target &target = make_target<Target>(in, "target", takes);
        in.reach("bus", bus.target_socket[0], base, memory_size);
        in.observe("at", bus.initiator_socket[0], target.m_memory_socket);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].end();
    outcome guest = run(what);
    EXPECT_EQ(guest.at(0).size(), exercises);
    expect_steps(guest.at(0), what);
    return guest;
}

TEST(at_target_1_phase, by_b_transport)
{
    const latencies takes;
    expect_takes(drive_blocking<at_target_1_phase>(takes), takes);
}

TEST(at_target_2_phase, by_b_transport)
{
    const latencies takes;
    expect_takes(drive_blocking<at_target_2_phase>(takes), takes);
}

TEST(at_target_4_phase, by_b_transport)
{
    const latencies takes;
    expect_takes(drive_blocking<at_target_4_phase>(takes), takes);
}

// Its b_transport leaves the time of acceptance out.
TEST(at_target_ooo_2_phase, by_b_transport)
{
    latencies takes;
    const journal calls = drive_blocking<at_target_ooo_2_phase>(takes);
    takes.accept_ps = 0;
    expect_takes(calls, takes);
}

// One phase, but for each 20th request, which has two.
TEST(at_target_1_phase, by_phases_behind_simple_bus_at)
{
    const latencies takes;
    const outcome guest = drive_phases<at_target_1_phase>(takes);
    expect_takes(guest.at(0), takes);
    const journal phases = guest.at(1);
    EXPECT_EQ(count(phases, call::forward, tlm::BEGIN_REQ), exercises);
    EXPECT_EQ(count(phases, call::backward, tlm::BEGIN_RESP), exercises / 20);
    EXPECT_EQ(count(phases, call::forward, tlm::END_RESP), exercises / 20);
}

TEST(at_target_2_phase, by_phases_behind_simple_bus_at)
{
    const latencies takes;
    const outcome guest = drive_phases<at_target_2_phase>(takes);
    expect_takes(guest.at(0), takes);
    const journal phases = guest.at(1);
    EXPECT_EQ(count(phases, call::forward, tlm::BEGIN_REQ), exercises);
    EXPECT_EQ(count(phases, call::backward, tlm::BEGIN_RESP), exercises);
    EXPECT_EQ(count(phases, call::forward, tlm::END_RESP), exercises);
}

TEST(at_target_4_phase, by_phases_behind_simple_bus_at)
{
    const latencies takes;
    const outcome guest = drive_phases<at_target_4_phase>(takes);
    expect_takes(guest.at(0), takes);
    const journal phases = guest.at(1);
    EXPECT_EQ(count(phases, call::forward, tlm::BEGIN_REQ), exercises);
    EXPECT_EQ(count(phases, call::backward, tlm::END_REQ), exercises);
    EXPECT_EQ(count(phases, call::backward, tlm::BEGIN_RESP), exercises);
    EXPECT_EQ(count(phases, call::forward, tlm::END_RESP), exercises);
}

// Each second request takes 700 ns more, so that a later one may overtake it.
TEST(at_target_ooo_2_phase, by_phases_behind_simple_bus_at)
{
    const latencies takes;
    const journal calls = drive_phases<at_target_ooo_2_phase>(takes).at(0);
    for (size_t i = 0; i < calls.size(); i++) {
        EXPECT_EQ(calls[i].took_ps(), takes.of(calls[i]) + (i % 2 ? 0 : 700000)) << calls[i];
    }
}

} // namespace
