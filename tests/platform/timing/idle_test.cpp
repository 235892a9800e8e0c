// SPDX-License-Identifier: MIT
//
// Sleeping CPUs: who carries time on, and what wakes whom.
#include "run.h"

#include "calibrated.h"

using namespace timing;

namespace
{

constexpr uint64_t ms_ns = 1000000, ms_ps = 1000000000;

// Turns that take `us` at 1 GHz.
uint32_t turns_for_us(uint64_t us)
{
    return static_cast<uint32_t>(us * 1000 / CALIBRATED_LOOP_INSNS);
}

std::string runs_for_us(uint64_t us)
{
    return "{ \"run\", " + text(turns_for_us(us)) + ", 1 }, ";
}

// --- the token ---------------------------------------------------------------------------------------

// CPU 0 holds it first (of equal ones the lower index), and goes to sleep while the others still execute.
TEST(token, moves_on_when_its_holder_goes_to_sleep)
{
    const outcome result = run("quantum_ns = 100000, cpus = { " + runs_for_us(500) + runs_for_us(3000) +
                               runs_for_us(2000) + runs_for_us(1000) + " }");
    expect_sound(result);
    EXPECT_GE(result.stats.at("token_handovers").get<uint64_t>(), 1u);
    EXPECT_GE(result.of_vcpu(0, "token_holds"), 1u);
    // CPU 1 alone is active for the last millisecond: it has the token, and global time is its clock.
    EXPECT_GE(result.of_vcpu(1, "token_holds"), 1u);
    EXPECT_EQ(result.of_vcpu(1, "idle_ps"), 0u);
    EXPECT_GE(result.stats.at("global_time_ps").get<uint64_t>(), 3 * ms_ps);
    // CPU 0 slept for most of it, and what it executed before is all that it executed.
    EXPECT_LT(result.of_vcpu(0, "local_time_ps") - result.of_vcpu(0, "idle_ps"), 1 * ms_ps);
}

// CPUs that are off execute nothing, drive nothing, and stop nobody.
TEST(a_cpu_that_is_off, carries_no_time)
{
    const outcome result =
        run("quantum_ns = 100000, cpus = { { \"run\", " + text(turns_for_us(2000)) +
            ", 1 }, { off = true, \"run\", 1, 1 }, " + runs_for_us(1000) + "{ off = true, \"run\", 1, 1 } }");
    // The CPUs that are off do not do their part, so nothing happens in the end.
    ASSERT_EQ(result.end.code, 3) << result.end.err;
    for (const unsigned off : {1u, 3u}) {
        EXPECT_EQ(result.of_vcpu(off, "instructions"), 0u);
        EXPECT_EQ(result.of_vcpu(off, "local_time_ps"), result.of_vcpu(off, "idle_ps"));
    }
    // And they stopped nobody.
    EXPECT_GE(result.of_vcpu(0, "instructions"), CALIBRATED_INSNS(UINT64_C(1) * turns_for_us(2000)));
    EXPECT_GE(result.of_vcpu(2, "instructions"), CALIBRATED_INSNS(UINT64_C(1) * turns_for_us(1000)));
    EXPECT_GE(result.records.at(0).at(1) + 100000 + 1000, 2 * ms_ns);
    EXPECT_GE(result.records.at(2).at(1) + 100000 + 1000, 1 * ms_ns);
}

// Time goes on when they are the only company of a CPU that executes, in each of many runs.
TEST(a_cpu_that_is_off, does_not_keep_the_others_from_ending_the_run)
{
    for (int i = 0; i < 20; i++) {
        const outcome result = run("quantum_ns = 10000, cpus = { " + runs_for_us(2000) +
                                   "{ off = true, \"none\" }, " + runs_for_us(1000) + " }");
        expect_sound(result);
        EXPECT_EQ(result.of_vcpu(1, "instructions"), 0u);
        EXPECT_EQ(result.of_vcpu(1, "local_time_ps"), result.of_vcpu(1, "idle_ps"));
    }
}

// Whoever is kicked (when QEMU starts, or asks all CPUs to do something) counts as active until its thread
// has looked, so that no time passes that it may need; but the token is given only to one that has looked.
TEST(a_cpu_that_is_off, does_not_have_the_token_for_a_moment)
{
    for (int i = 0; i < 10; i++) {
        const outcome result = run("quantum_ns = 10000, cpus = { " + runs_for_us(2000) +
                                   "{ off = true, \"none\" }, " + runs_for_us(1000) + " }");
        expect_sound(result);
        EXPECT_EQ(result.of_vcpu(1, "token_holds"), 0u);
        EXPECT_EQ(result.of_vcpu(1, "pauses"), 0u);
    }
}

// A CPU that is powered on later starts at global time: it has nothing to catch up with.
TEST(a_cpu_that_was_off, starts_at_global_time)
{
    constexpr uint64_t quantum_ns = 100000;
    const outcome result =
        run("quantum_ns = " + text(quantum_ns) + ", cpus = { { \"start\", 1, " + text(turns_for_us(2000)) +
            " }, { off = true, \"run\", " + text(turns_for_us(1000)) + ", 1 } }");
    expect_sound(result);
    const auto &first = result.records.at(0), &second = result.records.at(1);
    EXPECT_EQ(first.at(129), 0u); // PSCI said yes
    EXPECT_GE(first.at(128), 2 * ms_ns - 1000);
    EXPECT_GE(second.at(0), first.at(128));
    EXPECT_LE(second.at(0), first.at(128) + quantum_ns + 1000);
    EXPECT_GE(result.of_vcpu(1, "idle_ps"), first.at(128) * 1000);
}

// --- all idle ----------------------------------------------------------------------------------------

// From the timer's time to the guest's reading: the handler's entry.
constexpr uint64_t entry_ns = 24;

TEST(all_idle, with_only_a_timer_of_qemu)
{
    for (const char *idle : {"warp", "wallclock"}) {
        const outcome result = run("idle = \"" + std::string(idle) +
                                   "\", cpus = { { \"timer\", 2000000, 5, 1 }, { \"none\" }, { \"none\" } }");
        expect_sound(result);
        EXPECT_EQ(result.records.at(0).at(64), 5u) << idle;
        EXPECT_EQ(result.records.at(0).at(65), 0u) << idle;
        if (std::string(idle) == "warp") {
            EXPECT_LE(result.records.at(0).at(66), entry_ns);
        }
        EXPECT_GE(result.of_vcpu(0, "idle_ps"), 5 * 2 * ms_ps - ms_ps) << idle;
    }
}

TEST(all_idle, with_only_an_event_of_systemc)
{
    for (const char *idle : {"warp", "wallclock"}) {
        const outcome result =
            run("idle = \"" + std::string(idle) +
                "\", cpus = { { \"line\", 5, 1 }, { \"none\" } },\n"
                "interrupts = { [0] = { count = 5, least_ns = 2000000, most_ns = 3000000 } }");
        expect_sound(result);
        const generator &from = result.interrupts.at(0);
        ASSERT_EQ(from.rises.size(), 5u) << idle;
        EXPECT_EQ(from.acknowledged, 5u) << idle;
        EXPECT_EQ(from.merged, 0u) << idle;
        for (const rise &each : from.rises) {
            const auto late =
                static_cast<uint32_t>(each.taken_ns - static_cast<uint32_t>(each.time_ps / 1000));
            // The wake-up itself is on time; with the host's clock, only the order is certain.
            EXPECT_LT(late, UINT32_C(1) << 31) << idle;
            if (std::string(idle) == "warp") {
                EXPECT_LE(late, entry_ns);
            }
        }
    }
}

TEST(all_idle, with_both_in_turn_and_several_cpus)
{
    const outcome result = run("cpus = { { \"timer\", 1700000, 20, 1 }, { \"line\", 30, 1 }, { \"timer\", "
                               "37000, 500, 1 }, { \"line\", 20, 1 } "
                               "},\n"
                               "interrupts = { [1] = { count = 30, least_ns = 500000, most_ns = 900000 },\n"
                               "    [3] = { count = 20, least_ns = 1000000, most_ns = 1500000, seed = 7 } }");
    expect_sound(result);
    EXPECT_EQ(result.records.at(0).at(64), 20u);
    EXPECT_EQ(result.records.at(2).at(64), 500u);
    EXPECT_EQ(result.interrupts.at(1).acknowledged, 30u);
    EXPECT_EQ(result.interrupts.at(3).acknowledged, 20u);
}

TEST(all_idle, with_nothing_left_ends_the_run_and_names_all)
{
    for (const char *idle : {"warp", "wallclock"}) {
        const outcome result = run("idle = \"" + std::string(idle) +
                                   "\", cpus = { { \"none\" }, { \"none\" }, { off = true, \"none\" } }");
        EXPECT_EQ(result.end.code, 3) << idle;
        EXPECT_NE(result.end.err.find("nothing will happen any more"), std::string::npos) << result.end.err;
        EXPECT_NE(result.end.err.find("token: nobody (all idle)"), std::string::npos) << result.end.err;
        for (const char *who : {"vCPU 0", "vCPU 1", "vCPU 2"}) {
            const size_t at = result.end.err.find(who);
            ASSERT_NE(at, std::string::npos) << result.end.err;
            const std::string line = result.end.err.substr(at, result.end.err.find('\n', at) - at);
            EXPECT_NE(line.find("idle"), std::string::npos) << line;
            EXPECT_NE(line.find("platform.qemu_inst"), std::string::npos) << line;
        }
    }
}

} // namespace
