// SPDX-License-Identifier: MIT
//
// The keeper: windows for the vCPUs, how far SystemC may go, and what ends its wait.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include <thread>

static tk_keeper_step step_of(tk_timeline *timeline, uint64_t now, uint64_t next, bool patient = false)
{
    tk_keeper_step step{};
    step.now_ps = now;
    step.next_ps = next;
    tk_timeline_keeper_step(timeline, &step, patient);
    return step;
}

TEST(keeper, all_idle_it_goes_from_event_to_event)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    for (uint64_t now = 0; now < 1000 * ms; now += ms) {
        const tk_keeper_step step = step_of(timeline, now, now + ms);
        ASSERT_EQ(step.go_ps, now + ms);
        ASSERT_FALSE(step.stuck);
        ASSERT_FALSE(step.poked);
        ASSERT_EQ(timeline.now(), now + ms);
    }
}

TEST(keeper, all_idle_the_timers_on_the_way_are_run_at_their_times)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    std::vector<uint64_t> seen;
    source.on_timer = [&] {
        seen.push_back(timeline.now());
        source.timer_ns = seen.size() == 1 ? 700 : -1;
    };
    source.arm(300);
    EXPECT_EQ(step_of(timeline, 0, us).go_ps, us);
    EXPECT_EQ(seen, (std::vector<uint64_t>{300 * ns, 700 * ns}));
}

TEST(keeper, without_anything_to_come_it_is_stuck)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    const tk_keeper_step step = step_of(timeline, 0, TK_NEVER);
    EXPECT_TRUE(step.stuck);
    EXPECT_FALSE(step.poked);
    EXPECT_EQ(step.go_ps, 0u);
}

TEST(keeper, without_an_event_it_goes_on_until_the_last_timer_has_run)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    source.arm(300);
    const tk_keeper_step step = step_of(timeline, 0, TK_NEVER);
    EXPECT_TRUE(step.stuck);
    EXPECT_EQ(source.fired, 1);
    EXPECT_EQ(step.go_ps, 300 * ns);
}

TEST(keeper, a_poke_ends_the_present_wait_or_the_next)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_poke(timeline);
    EXPECT_TRUE(step_of(timeline, 0, TK_NEVER).poked);
    EXPECT_FALSE(step_of(timeline, 0, TK_NEVER).poked) << "it ends one wait";
    for (int round = 0; round < 2000; round++) {
        std::thread other([&] { tk_timeline_keeper_poke(timeline); });
        const tk_keeper_step step = step_of(timeline, 0, TK_NEVER, true); // or it hangs
        other.join();
        ASSERT_TRUE(step.poked);
        ASSERT_FALSE(step.stuck);
    }
}

TEST(keeper, a_window_reaches_to_the_next_event_and_is_never_too_short)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us); // windows of at least 1 us
    test_source source(timeline);
    const unsigned cpu = source.add();
    source.add(); // idle; a single one does not run while SystemC does
    tk_timeline_keeper_attach(timeline);
    EXPECT_TRUE(source.hold(cpu)) << "no window yet";
    tk_timeline_keeper_poke(timeline);
    step_of(timeline, 0, 30 * us);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 30000);
    tk_timeline_keeper_poke(timeline);
    step_of(timeline, 0, 1);
    EXPECT_GE(source.left, 1);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000);
    tk_timeline_keeper_poke(timeline);
    step_of(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 100000);
}

// What SystemC's processes do now may concern it, at any time from now on: its run must not depend on how
// soon it is told.
TEST(keeper, without_deadlines_a_window_is_a_quantum_at_least)
{
    tk_timeline_config config = test_timeline::config(TK_IDLE_WARP);
    config.deadlines = false;
    test_timeline timeline(config);
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    for (const uint64_t next : {100 * ns, 999 * ns, us}) {
        tk_timeline_keeper_window(timeline, 0, next);
        ASSERT_FALSE(source.hold(cpu));
        EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000) << "past SystemC's event";
    }
    source.arm(700);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 700) << "QEMU's timers stay exact";
    tk_timeline_keeper_detach(timeline);
}

TEST(keeper, a_single_vcpu_stands_still_while_systemc_runs)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_poke(timeline);
    step_of(timeline, 0, 30 * us);
    EXPECT_TRUE(source.hold(cpu));
}

// A transaction moves SystemC's time, and is no event: one that is far enough from the last one is met
// exactly.
TEST(keeper, the_shortest_window_counts_from_the_last_event)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us); // windows of at least 1 us
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, 30 * us);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) = TK_COUNTER_LIMIT; // it has executed 30 us
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(step_of(timeline, 0, 30 * us).go_ps, 30 * us);
    tk_timeline_keeper_window(timeline, 30 * us, 30 * us + 500 * ns);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000) << "too close to the last event";
    tk_timeline_keeper_window(timeline, 30 * us + 200 * ns, 31 * us + 100 * ns);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1100);
}

// The one that asks is the slowest, and does not hold global time back any more when its request is taken; an
// annotated delay has put the token's holder far ahead.
TEST(keeper, takes_a_request_with_global_time_at_most_a_quantum_ahead)
{
    test_timeline timeline(TK_IDLE_WARP, 10 * us);
    test_source source(timeline);
    const unsigned far = source.add(), other = source.add(), asks = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    for (const unsigned each : {far, other, asks}) {
        ASSERT_FALSE(source.hold(each));
    }
    source.counter(0) += 1000;
    tk_timeline_delay(timeline, far, 40 * us);
    do {
        source.counter(1) = TK_COUNTER_LIMIT;
    } while (tk_timeline_end_of_quantum(timeline, other));
    ASSERT_EQ(timeline.info(other).local_ps, 10 * us) << "a quantum ahead of the one that asks";
    source.counter(2) += 1000;
    timeline.suspend(asks);
    const tk_keeper_step step = step_of(timeline, 0, TK_NEVER);
    EXPECT_EQ(step.go_ps, us);
    EXPECT_EQ(step.requests, 1u);
    EXPECT_LE(step.global_ps, 11 * us);
    EXPECT_LE(timeline.now(), 11 * us);
    EXPECT_EQ(timeline.take_request(), us);
}

// Another thread runs the timers that are due: the keeper has to wait for it, and let it finish.
TEST(keeper, lets_others_finish_running_timers)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    std::atomic<bool> running{false}, stepping{false};
    source.on_timer = [&] {
        running = true;
        // The keeper is in its step by then; a run in which it is not shows nothing, and passes.
        for (int i = 0; i < 10000 || !stepping; i++) {
            std::this_thread::yield();
            tk_timeline_vcpu_count(timeline); // takes the timeline's lock
        }
        source.timer_ns = -1;
        tk_timeline_kicked(timeline, cpu);
        EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    };
    source.arm(0);
    std::thread worker([&] {
        while (tk_timeline_source_work(timeline, source)) {
        }
    });
    while (!running) {
        std::this_thread::yield();
    }
    std::thread keeper([&] {
        stepping = true;
        const tk_keeper_step step = step_of(timeline, 0, us);
        EXPECT_EQ(step.go_ps, us);
        EXPECT_FALSE(step.stuck);
    });
    keeper.join(); // or it hangs
    EXPECT_EQ(source.fired, 1);
    EXPECT_EQ(timeline.now(), us);
    tk_timeline_source_close(timeline, source);
    worker.join();
}

// What the timers will bring is not known yet: it must not be taken for nothing.
TEST(keeper, is_not_stuck_while_others_run_timers)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    std::atomic<bool> running{false}, stepping{false};
    source.on_timer = [&] {
        if (running.exchange(true)) {
            source.timer_ns = -1;
            return;
        }
        for (int i = 0; i < 10000 || !stepping; i++) {
            std::this_thread::yield();
            tk_timeline_vcpu_count(timeline);
        }
        source.timer_ns = 500;
    };
    source.arm(0);
    std::thread worker([&] {
        while (tk_timeline_source_work(timeline, source)) {
        }
    });
    while (!running) {
        std::this_thread::yield();
    }
    std::thread keeper([&] {
        stepping = true;
        const tk_keeper_step step = step_of(timeline, 0, TK_NEVER);
        EXPECT_TRUE(step.stuck) << "after the last timer";
        EXPECT_EQ(step.go_ps, 500 * ns);
    });
    keeper.join();
    EXPECT_EQ(source.fired, 2);
    tk_timeline_source_close(timeline, source);
    worker.join();
}

TEST(keeper, detached_the_source_moves_all_idle_time_again)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    EXPECT_TRUE(source.hold(cpu));
    tk_timeline_keeper_detach(timeline);
    EXPECT_FALSE(source.hold(cpu));
    EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    source.arm(9000);
    while (source.fired == 0) {
        ASSERT_TRUE(tk_timeline_source_work(timeline, source));
    }
    EXPECT_EQ(timeline.now(), 9 * us);
}

// SystemC interrupts sleeping vCPUs at its events; they execute, sleep again, and arm timers, too.
TEST(keeper, systemc_and_vcpus_keep_one_time)
{
    constexpr uint64_t quantum = 10 * us, rounds = 2000;
    for (const uint64_t period : {300 * ns, 5 * us, 70 * us}) {
        test_timeline timeline(TK_IDLE_WARP, quantum);
        fake_systemc systemc(timeline);
        fake_qemu qemu(timeline);
        std::atomic<bool> end{false};
        std::atomic<uint64_t> ticks{0};
        for (unsigned i = 0; i < 4; i++) {
            const uint64_t rate = i % 2 ? ghz : ghz / 4;
            qemu.add(rate, [&, i, n = 0]() mutable -> int {
                if (end) {
                    return fake_qemu::power_off;
                }
                if (i == 3 && ++n % 64 == 0) {
                    qemu.arm(static_cast<int64_t>(timeline.now() / ns) + 2500, [&] { qemu.interrupt(3); });
                    return fake_qemu::wait_for_interrupt;
                }
                return i < 2 && ++n % 500 == 0 ? fake_qemu::wait_for_interrupt : 20;
            });
        }
        const std::function<void()> tick = [&] {
            qemu.interrupt(ticks % 2);
            if (++ticks == rounds) {
                end = true;
                qemu.interrupt(0);
                qemu.interrupt(1);
                qemu.interrupt(3);
            }
            systemc.at(systemc.now() + period, tick);
        };
        systemc.at(period, tick);
        run_to_power_off(systemc, qemu);

        tk_stats stats{};
        tk_timeline_stats(timeline, &stats);
        const uint64_t block = 20 * 4 * ns; // of the slowest
        EXPECT_GE(ticks, rounds);
        EXPECT_LE(systemc.max_lag, quantum + block) << "period " << period;
        EXPECT_LE(stats.max_skew_ps, quantum + block) << "period " << period;
        for (unsigned i = 0; i < 4; i++) {
            const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
            EXPECT_EQ(info.instructions, qemu.executed(i));
            EXPECT_EQ(info.local_ps, tk_insn_to_ps(info.instructions, info.insn_per_second) + info.idle_ps);
            EXPECT_EQ(info.annotated_ps, 0u);
        }
    }
}
