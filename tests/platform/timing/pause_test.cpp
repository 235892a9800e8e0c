// SPDX-License-Identifier: MIT
//
// Pause and continue of the whole simulation, from a process of SystemC's and from a host thread: all stand
// at one point of the timeline, and go on as if nothing had been.
#include "run.h"

#include <csignal>
#include <ctime>
#include <iostream>
#include <sys/wait.h>

using namespace timing;

namespace
{

// What holds of each pause: nothing moves, and SystemC's time is not later than global time.
void expect_standstills(const outcome &result)
{
    EXPECT_GE(result.pauses.size(), 1u);
    for (const standstill &each : result.pauses) {
        EXPECT_EQ(each.moved, 0u) << each.global_ps;
        EXPECT_LE(each.systemc_ps, each.global_ps);
    }
}

std::string one_cpu(const char *by)
{
    return "quantum_ns = 100000, pauser = { by = \"" + std::string(by) +
           "\", at_ns = 1000, gap_ns = 7777, count = 200 }, cpus = { { \"race\", 1000, 11 } },\n"
           "interrupts = { [0] = { count = 1000, least_ns = 100, most_ns = 20000, from_acknowledge = true } "
           "}";
}

void expect_the_same_run_by(const char *who)
{
    const outcome plain = run(one_cpu("nobody"));
    expect_sound(plain);
    EXPECT_EQ(plain.pauses.size(), 0u);
    const outcome paused = run(one_cpu(who));
    expect_sound(paused);
    expect_standstills(paused);
    EXPECT_EQ(paused.pauses.size(), 200u);
    for (size_t i = 0; i < paused.pauses.size(); i++) {
        EXPECT_EQ(paused.pauses[i].systemc_ps, (1000 + 7777 * i) * 1000) << "where the process said so";
    }
    EXPECT_EQ(paused.fingerprint(), plain.fingerprint());
}

TEST(paused_by_a_process, all_stand_and_the_run_is_the_same_to_the_last_figure)
{
    expect_the_same_run_by("process");
}

#if SYSTEMC_SUSPENDS
TEST(paused_by_a_suspension_of_the_kernel, all_stand_and_the_run_is_the_same_to_the_last_figure)
{
    expect_the_same_run_by("suspension");
}
#endif

TEST(paused_by_a_thread, all_stand_and_the_run_is_sound)
{
    for (const char *idle : {"warp", "wallclock"}) {
        const outcome result =
            run("idle = \"" + std::string(idle) +
                "\", quantum_ns = 100000, pauser = { by = \"thread\", at_ns = 1000, gap_ns = 11111, count = "
                "100 },\n"
                "slow = { annotate_ns = 37 }, cpus = { { \"race\", 500, 11 }, { rate = 333333333, \"timer\", "
                "37000, "
                "200, 1 }, { \"access\", 300, 0 }, { rate = 100000000, \"timer\", 37000, 200, 0 } },\n"
                "interrupts = { [0] = { count = 500, least_ns = 100, most_ns = 20000, from_acknowledge = "
                "true } }");
        expect_sound(result);
        expect_standstills(result); // how often depends on how soon the host runs the thread
        std::cout << "    " << result.pauses.size() << " pauses\n";
        EXPECT_EQ(result.interrupts.at(0).acknowledged, 500u);
        EXPECT_EQ(result.records.at(1).at(64), 200u);
        EXPECT_EQ(result.records.at(1).at(65), 0u) << "no timer came early";
        EXPECT_EQ(result.records.at(3).at(64), 200u);
        EXPECT_EQ(result.of_vcpu(2, "annotated_ps"), 300u * 37000u);
    }
}

uint64_t host_ns()
{
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<uint64_t>(t.tv_sec) * 1000000000u + static_cast<uint64_t>(t.tv_nsec);
}

// All sleep until an event that is an hour away, and time follows the host's: what the process was stopped
// does not count. It may lag behind the host's as far as it likes, but not be ahead of the time for which the
// process ran.
TEST(stopped_process, idle_time_does_not_jump)
{
    constexpr unsigned stops = 5;
    constexpr uint64_t most_for_a_stop_ns = 20000000;
    uint64_t stopped_ns = 0;
    const uint64_t begin_ns = host_ns();
    const outcome result =
        run("chatty = true, idle = \"wallclock\", cpus = { { \"line\", 1, 1 }, { \"none\" } },\n"
            "interrupts = { [0] = { count = 1, least_ns = 3600000000000, most_ns = 3600000000000 } }",
            [&](test::program &vp) {
                ASSERT_TRUE(vp.wait_for_output("begin"));
                for (unsigned i = 0; i < stops; i++) {
                    kill(vp.pid(), SIGSTOP);
                    siginfo_t info{};
                    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(vp.pid()), &info, WSTOPPED), 0);
                    const uint64_t from_ns = host_ns();
                    const timespec length = {0, 300000000};
                    nanosleep(&length, nullptr); // not a wait for anything: the length of the stop
                    stopped_ns += host_ns() - from_ns;
                    kill(vp.pid(), SIGCONT);
                }
                kill(vp.pid(), SIGTERM);
            });
    const uint64_t ran_ns = host_ns() - begin_ns - stopped_ns;
    EXPECT_EQ(result.end.code, 128 + SIGTERM) << result.end.err;
    EXPECT_LE(result.stats.at("global_time_ps").get<uint64_t>() / 1000, ran_ns + stops * most_for_a_stop_ns);
}

} // namespace
