// SPDX-License-Identifier: MIT
//
// What the host does makes no difference: busy threads beside the run, and a run that is stopped and
// continued. One CPU with warped idle time has the same run to the last figure each time; several have the
// same counts, and keep their bounds.
#include "host.h"

using namespace timing;

namespace
{

const std::string one_cpu =
    "chatty = true, quantum_ns = 100000, cpus = { { \"race\", 3000, 11 } },\n"
    "interrupts = { [0] = { count = 3000, least_ns = 100, most_ns = 20000, from_acknowledge = true } }";

TEST(one_cpu_and_warp, has_the_same_run_each_time)
{
    const outcome first = run(one_cpu);
    expect_sound(first);
    for (int i = 0; i < 5; i++) {
        ASSERT_EQ(difference(first, run(one_cpu)), "") << i;
    }
}

TEST(one_cpu_and_warp, has_the_same_run_under_load)
{
    const outcome first = run(one_cpu);
    expect_sound(first);
    const load busy;
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(difference(first, run(one_cpu)), "") << i;
    }
}

TEST(one_cpu_and_warp, has_the_same_run_when_stopped_and_continued)
{
    const outcome first = run(one_cpu);
    expect_sound(first);
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(difference(first, run(one_cpu, stop_and_continue)), "") << i;
    }
}

TEST(one_cpu_and_warp, has_the_same_timers_each_time)
{
    const std::string timers =
        "quantum_ns = 100000, cpus = { { rate = 333333333, \"timer\", 37000, 2000, 1 } }";
    const outcome first = run(timers);
    expect_sound(first);
    const load busy;
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(difference(first, run(timers)), "") << i;
    }
}

const std::string four_cpus =
    "chatty = true, quantum_ns = 100000, slow = { annotate_ns = 37 },\n"
    "cpus = { { \"race\", 2000, 11 }, { rate = 333333333, \"timer\", 37000, 500, 0 }, { \"access\", 300, 0 "
    "},\n"
    "    { rate = 100000000, \"timer\", 37000, 500, 1 } },\n"
    "interrupts = { [0] = { count = 2000, least_ns = 100, most_ns = 20000, from_acknowledge = true } }";

void expect_all_done(const outcome &result)
{
    expect_sound(result);
    EXPECT_EQ(result.interrupts.at(0).raised, 2000u);
    EXPECT_EQ(result.interrupts.at(0).acknowledged, 2000u);
    EXPECT_EQ(result.interrupts.at(0).merged, 0u);
    EXPECT_EQ(result.records.at(0).at(64), 2000u);
    for (const unsigned c : {1u, 3u}) {
        EXPECT_EQ(result.records.at(c).at(64), 500u);
        EXPECT_EQ(result.records.at(c).at(65), 0u);
        // The CPU's clock may be a quantum ahead when the timer is due, and the counter a quantum ahead of it
        // when it is taken; the rest is the handler, which the slowest may be in.
        EXPECT_LE(result.records.at(c).at(66), 200000u + block_ps(100000000) / 1000);
    }
    EXPECT_EQ(result.of_vcpu(2, "annotated_ps"), 300u * 37000u);
}

TEST(four_cpus, keep_their_bounds_under_load)
{
    const load busy;
    for (int i = 0; i < 3; i++) {
        expect_all_done(run(four_cpus));
    }
}

TEST(four_cpus, keep_their_bounds_when_stopped_and_continued)
{
    for (int i = 0; i < 3; i++) {
        expect_all_done(run(four_cpus, stop_and_continue));
    }
}

} // namespace
