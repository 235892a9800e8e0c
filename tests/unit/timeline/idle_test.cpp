// SPDX-License-Identifier: MIT
//
// All idle without a keeper: the source's own thread moves time to the timers.
#include "fake_qemu.h"
#include "test_timeline.h"

#include <thread>

TEST(idle, warp_goes_from_timer_to_timer)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    std::vector<uint64_t> seen;
    source.on_timer = [&] {
        seen.push_back(timeline.now());
        source.timer_ns = seen.size() < 100 ? static_cast<int64_t>(seen.size()) * 1000000000 : -1;
    };
    source.arm(0);
    while (seen.size() < 100) {
        ASSERT_TRUE(tk_timeline_source_work(timeline, source));
    }
    for (uint64_t i = 0; i < seen.size(); i++) {
        EXPECT_EQ(seen[i], i * TK_PS_PER_SECOND) << "at its time, not earlier and not later";
    }
}

TEST(idle, wallclock_gets_to_the_timer_and_not_past_it_unseen)
{
    test_timeline timeline(TK_IDLE_WALLCLOCK);
    test_source source(timeline);
    source.add();
    uint64_t seen = 0;
    source.on_timer = [&] {
        seen = timeline.now();
        source.timer_ns = -1;
    };
    const auto at_ns = static_cast<int64_t>(timeline.now() / ns) + 50000;
    source.arm(at_ns);
    while (source.fired == 0) {
        ASSERT_TRUE(tk_timeline_source_work(timeline, source));
    }
    EXPECT_GE(seen, static_cast<uint64_t>(at_ns) * ns);
    // the timer may have been armed in the past of a slow host, else it is seen exactly at its time
    EXPECT_GE(timeline.now(), seen);
}

TEST(idle, wallclock_takes_what_was_shown_into_account_when_a_vcpu_wakes)
{
    test_timeline timeline(TK_IDLE_WALLCLOCK);
    test_source source(timeline);
    const unsigned cpu = source.add();
    for (int round = 0; round < 1000; round++) {
        const uint64_t before = timeline.now();
        tk_timeline_kicked(timeline, cpu);
        ASSERT_GE(timeline.info(cpu).local_ps, before) << "no jump at the edge";
        const uint64_t woken = timeline.now();
        ASSERT_GE(woken, before);
        for (int i = 0; i < 100; i++) {
            ASSERT_EQ(timeline.now(), woken) << "it executes nothing, and the host's clock does not count";
        }
        ASSERT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
        ASSERT_GE(timeline.now(), woken);
    }
}

TEST(idle, a_kick_while_timers_run_in_it_is_not_lost)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    source.on_timer = [&] {
        source.timer_ns = -1;
        tk_timeline_kicked(timeline, cpu);
    };
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 100;
    source.timer_ns = 50; // armed behind the back of the timeline, and past by now
    tk_timeline_timer_armed(timeline, source);
    EXPECT_TRUE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu))) << "look again";
    EXPECT_EQ(source.fired, 1);
    EXPECT_EQ(timeline.info(cpu).state, TK_RUNNING);
}

// QEMU does not kick a vCPU that interrupts itself, and a timer that runs in its idle call interrupts it on
// its own thread: it has to look again whether or not it was kicked.
TEST(idle, looks_again_after_timers_that_ran_in_it)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    source.on_timer = [&] { source.timer_ns = -1; };
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 100;
    source.timer_ns = 50;
    tk_timeline_timer_armed(timeline, source);
    EXPECT_TRUE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    EXPECT_EQ(source.fired, 1);
    EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)))
        << "nothing happened since";
}

// QEMU may let a vCPU go on without any callback: that it executes is enough.
TEST(idle, one_that_executes_without_having_been_kicked_is_active)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), other = source.add();
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(other));
    EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    source.counter(1) += 400;
    ASSERT_EQ(timeline.now(), 400 * ns);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(timeline.info(cpu).state, TK_RUNNING);
    EXPECT_EQ(timeline.info(cpu).local_ps, 400 * ns) << "it starts at global time";
    EXPECT_FALSE(tk_timeline_idle(timeline, other, tk_timeline_ticket(timeline, other)));
    EXPECT_EQ(timeline.info(cpu).token_holds, 2u);
}

// Each vCPU sleeps until its timer interrupts it; nobody ever executes for long.
TEST(idle, sleepers_are_woken_by_their_timers_in_many_rounds)
{
    constexpr int rounds = 500, cpus = 3;
    test_timeline timeline;
    fake_qemu qemu(timeline);
    std::atomic<int> wakes[cpus] = {};
    std::atomic<bool> slept[cpus] = {};
    for (unsigned i = 0; i < cpus; i++) {
        qemu.add(ghz, [&, i]() -> int {
            if (slept[i].exchange(false)) {
                wakes[i]++;
                return 17;
            }
            if (wakes[i] == rounds) {
                return fake_qemu::power_off;
            }
            slept[i] = true;
            qemu.arm(static_cast<int64_t>(timeline.now() / ns) + 10000 * (1 + static_cast<int64_t>(i)),
                     [&qemu, i] { qemu.interrupt(i); });
            return fake_qemu::wait_for_interrupt;
        });
    }
    qemu.start();
    qemu.wait_for_power_off();
    for (unsigned i = 0; i < cpus; i++) {
        EXPECT_EQ(wakes[i], rounds);
        EXPECT_EQ(timeline.info(qemu.vcpu(i)).instructions, rounds * 17u);
    }
    // the slowest slept 30 us each time
    EXPECT_GE(timeline.now(), rounds * 30 * us);
    qemu.stop();
}

// With warp and one vCPU nothing depends on the host.
TEST(idle, with_warp_and_one_vcpu_each_run_is_the_same)
{
    const auto run = [](bool busy_host) {
        test_timeline timeline;
        fake_qemu qemu(timeline);
        uint64_t random = 1, trace = 0;
        int left = 3000;
        std::atomic<bool> end{false};
        std::thread load([&] {
            while (busy_host && !end) {
                timeline.now();
            }
        });
        qemu.add(333333333, [&]() -> int {
            random = random * 6364136223846793005u + 1442695040888963407u;
            trace = trace * 31 + timeline.now();
            if (left-- == 0) {
                return fake_qemu::power_off;
            }
            if (random >> 60 != 0) {
                return 1 + static_cast<int>(random >> 59);
            }
            qemu.arm(static_cast<int64_t>(timeline.now() / ns + (random >> 40) % 5000),
                     [&] { qemu.interrupt(0); });
            return fake_qemu::wait_for_interrupt;
        });
        qemu.start();
        qemu.wait_for_power_off();
        end = true;
        load.join();
        const tk_vcpu_info info = timeline.info(qemu.vcpu(0));
        qemu.stop();
        return std::vector<uint64_t>{info.instructions, info.local_ps, info.idle_ps, trace};
    };
    const std::vector<uint64_t> first = run(false);
    for (int i = 0; i < 4; i++) {
        EXPECT_EQ(run(i % 2 == 0), first);
    }
}
