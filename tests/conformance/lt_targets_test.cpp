// SPDX-License-Identifier: MIT
//
// Loosely timed targets: what they annotate, or wait for, is in the CPU's local time, to the picosecond.
#include "assertions.h"
#include "models.h"
#include "reports.h"

#include <gtest/gtest.h>

using namespace conformance;

namespace
{

constexpr uint64_t base = 0x10000000;

TEST(lt_target, is_read_and_written_in_each_size)
{
    const latencies takes;
    scenario what;
    what.build = [&](environment &in) {
        in.reach("lt", make_target<lt_target>(in, "target", takes).m_memory_socket, base, memory_size);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].end();
    const journal calls = run(what).at(0);
    ASSERT_EQ(calls.size(), exercises);
    expect_takes(calls, takes);
    expect_steps(calls, what);
}

TEST(lt_target, refuses_an_address_and_the_guest_takes_an_abort)
{
    const latencies takes;
    scenario what;
    what.build = [&](environment &in) {
        expect_warning("address will go out of bounds");
        in.reach("lt", make_target<lt_target>(in, "target", takes).m_memory_socket, base, memory_size);
    };
    // Its memory takes the last byte for one too many.
    what.cpus.emplace_back()
        .read(4, base + memory_size - 4, script::aborted)
        .write(4, base + memory_size - 4, script::aborted)
        .read(4, base + memory_size - 8, 0)
        .end();
    const outcome guest = run(what);
    const journal calls = guest.at(0);
    ASSERT_EQ(calls.size(), 3u);
    EXPECT_EQ(calls[0].response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(calls[0].took_ps(), takes.accept_ps);
    EXPECT_EQ(calls[1].response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(calls[1].took_ps(), takes.accept_ps);
    EXPECT_EQ(calls[2].response, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(calls[2].took_ps(), takes.accept_ps + takes.read_ps);
    EXPECT_EQ(guest.expected_warnings, 2u);
}

// It waits for what it takes, and so forces a temporally decoupled initiator to synchronise.
TEST(lt_synch_target, waits_and_its_time_is_the_cpus)
{
    const latencies takes;
    scenario what;
    what.build = [&](environment &in) {
        in.reach("lt", make_target<lt_synch_target>(in, "target", takes).m_memory_socket, base, memory_size);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].end();
    const journal calls = run(what).at(0);
    ASSERT_EQ(calls.size(), exercises);
    expect_takes(calls, takes);
    expect_steps(calls, what);
}

// Longer than a quantum, in which another CPU accesses another one: each has its own times.
TEST(lt_synch_target, of_two_cpus_waits_longer_than_a_quantum)
{
    const latencies slow{1000001, 7000003, 5000005}, fast;
    scenario what;
    what.build = [&](environment &in) {
        in.reach("slow", make_target<lt_synch_target>(in, "slow", slow).m_memory_socket, base, memory_size);
        in.reach("fast", make_target<lt_synch_target>(in, "fast", fast).m_memory_socket, base + memory_size,
                 memory_size);
    };
    exercise(what.cpus.emplace_back(), base);
    what.cpus[0].end();
    script &other = what.cpus.emplace_back();
    for (unsigned times = 0; times < 8; times++) {
        exercise(other, base + memory_size);
    }
    const outcome guest = run(what);
    const journal of_slow = guest.at(0), of_fast = guest.at(1);
    ASSERT_EQ(of_slow.size(), exercises);
    ASSERT_EQ(of_fast.size(), 8 * exercises);
    expect_takes(of_slow, slow);
    expect_steps(of_slow, what);
    expect_takes(of_fast, fast);
    expect_steps(of_fast, what);
}

// The grant has latencies: with them each access keeps its time, whether the target grants or not. It grants
// from 100 ns to 20 us.
TEST(lt_dmi_target, with_latencies_takes_its_time)
{
    const latencies takes;
    scenario what;
    what.build = [&](environment &in) {
        lt_dmi_target &target =
            make_target<lt_dmi_target>(in, "target", takes, time_of(100000), time_of(20000000));
        in.reach("dmi", target.m_memory_socket, base, memory_size);
    };
    script &cpu = what.cpus.emplace_back();
    for (unsigned times = 0; times < 30; times++) {
        exercise(cpu, base);
    }
    cpu.end();
    const outcome guest = run(what);
    const journal calls = guest.at(0);
    ASSERT_EQ(calls.size(), 30 * exercises);
    EXPECT_GT(guest.end_ps, 25000000u);
    expect_takes(calls, takes);
    expect_steps(calls, what);
}

// Without latencies the grant is used for the whole pages in it. Its storage begins 16 bytes behind a page's
// begin, as a large array of the C++ library's does, so that it is placed 16 bytes behind one. When it is
// withdrawn each access is a transaction again, and finds what was written meanwhile.
TEST(lt_dmi_target, without_latencies_is_mapped_until_it_is_withdrawn)
{
    constexpr uint64_t size = 0x100000, place = base + 16, page = base + 0x1000;
    const uint64_t withdrawn_ps = 40000000, accept_ps = 1234;
    scenario what;
    what.build = [&](environment &in) {
        auto &target = in.make<lt_dmi_target>("target", 201, "memory_socket", size, 4, time_of(accept_ps),
                                              sc_core::SC_ZERO_TIME, sc_core::SC_ZERO_TIME, time_of(100000),
                                              time_of(withdrawn_ps - 100000));
        in.reach("dmi", target.m_memory_socket, place, size);
    };
    script &cpu = what.cpus.emplace_back();
    cpu.pause(100); // it grants from 100 ns on
    cpu.write(8, page, 1).read(8, page, 1);
    for (uint64_t times = 0; times < 100; times++) {
        cpu.write(8, page + 8 * times, times).read(8, page + 8 * times, times);
    }
    cpu.pause(20000); // 80 us
    for (uint64_t times = 0; times < 100; times++) {
        cpu.read(8, page + 8 * times, times)
            .write(8, page + 8 * times, ~times)
            .read(8, page + 8 * times, ~times);
    }
    cpu.end();
    const outcome guest = run_guest(what);
    EXPECT_EQ(guest.reports, "");
    EXPECT_EQ(guest.code, 0);
    const journal granted = before(guest.at(0), withdrawn_ps);
    EXPECT_GE(granted.size(), 1u); // which brings the grant
    EXPECT_LE(granted.size(), 2u);
    const journal calls = guest.at(0);
    ASSERT_EQ(calls.size() - granted.size(), 300u);
    for (const event &each : calls) {
        EXPECT_EQ(each.took_ps(), accept_ps) << each;
    }
    expect_steps(journal(calls.begin() + static_cast<ptrdiff_t>(granted.size()), calls.end()), what);
    EXPECT_EQ(guest.annotated_ps.at(0), calls.size() * accept_ps);
}

} // namespace
