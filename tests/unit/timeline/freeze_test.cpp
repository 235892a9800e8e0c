// SPDX-License-Identifier: MIT
//
// Frozen: time stands, vCPUs stop, and afterwards all goes on without a jump.
#include "fake_qemu.h"
#include "test_timeline.h"

#include <thread>

static void expect_standstill(const test_timeline &timeline)
{
    const uint64_t at = timeline.now();
    for (int i = 0; i < 100000; i++) {
        ASSERT_EQ(timeline.now(), at);
    }
}

TEST(freeze, a_source_that_does_not_run_stops_time_for_all)
{
    test_timeline timeline;
    test_source first(timeline), second(timeline, "second");
    const unsigned cpu = first.add();
    ASSERT_FALSE(first.hold(cpu));
    tk_timeline_source_running(timeline, second, false);
    EXPECT_EQ(first.left, 1);
    EXPECT_TRUE(first.hold(cpu));
    tk_timeline_freeze(timeline, true);
    tk_timeline_source_running(timeline, second, true);
    EXPECT_TRUE(first.hold(cpu)) << "both have to let time go on";
    tk_timeline_freeze(timeline, false);
    EXPECT_FALSE(first.hold(cpu));
}

TEST(freeze, a_source_that_joins_stops_time_until_it_runs)
{
    test_timeline timeline;
    test_source first(timeline);
    const unsigned cpu = first.add();
    ASSERT_FALSE(first.hold(cpu));
    static const tk_source_ops ops = {[](void *) {}, [](void *) -> int64_t { return -1; },
                                      [](void *, unsigned) {}};
    unsigned index;
    ASSERT_EQ(tk_timeline_source_add(timeline, "late", &ops, nullptr, &index), TK_OK);
    EXPECT_TRUE(first.hold(cpu));
    tk_timeline_source_close(timeline, index);
    EXPECT_FALSE(first.hold(cpu)) << "one that is closed stops nobody";
}

TEST(freeze, all_idle_the_host_clock_does_not_count_meanwhile)
{
    test_timeline timeline(TK_IDLE_WALLCLOCK);
    test_source source(timeline);
    source.add();
    tk_timeline_freeze(timeline, true);
    expect_standstill(timeline);
    const uint64_t frozen_at = timeline.now();
    tk_timeline_freeze(timeline, false);
    tk_timeline_freeze(timeline, true);
    EXPECT_GE(timeline.now(), frozen_at);
    expect_standstill(timeline);
}

TEST(freeze, timers_do_not_fire)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_freeze(timeline, true);
    source.arm(100);
    std::thread worker([&] {
        while (tk_timeline_source_work(timeline, source)) {
        }
    });
    expect_standstill(timeline);
    EXPECT_EQ(source.fired, 0);
    tk_timeline_freeze(timeline, false);
    while (source.fired == 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(timeline.now(), 100 * ns);
    tk_timeline_source_close(timeline, source);
    worker.join();
}

TEST(freeze, vcpus_stop_and_go_on_in_many_rounds)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    std::atomic<bool> end{false};
    for (int i = 0; i < 3; i++) {
        qemu.add(ghz, [&]() -> int { return end ? fake_qemu::power_off : 19; });
    }
    qemu.start();
    for (int round = 0; round < 100; round++) {
        tk_timeline_freeze(timeline, true);
        for (unsigned i = 0; i < 3; i++) {
            while (timeline.info(qemu.vcpu(i)).state != TK_PAUSED) {
                std::this_thread::yield();
            }
        }
        const uint64_t at = timeline.now(), executed = qemu.executed(0) + qemu.executed(1) + qemu.executed(2);
        for (int i = 0; i < 1000; i++) {
            ASSERT_EQ(timeline.now(), at);
        }
        ASSERT_EQ(qemu.executed(0) + qemu.executed(1) + qemu.executed(2), executed);
        tk_timeline_freeze(timeline, false);
        while (timeline.now() <= at) {
            std::this_thread::yield(); // or it hangs
        }
    }
    end = true;
    qemu.wait_for_power_off();
    qemu.stop();
}

// --- a VM that stops vCPU by vCPU --------------------------------------------------------------------

static bool stopped_looks_again(tk_timeline *timeline, unsigned cpu)
{
    return tk_timeline_stopped(timeline, cpu, tk_timeline_ticket(timeline, cpu));
}

TEST(stopping, time_stands_from_the_first_that_stops_and_no_clock_skips_it)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned first = source.add(), second = source.add();
    ASSERT_FALSE(source.hold(first));
    ASSERT_FALSE(source.hold(second));
    source.counter(0) += 100;
    source.counter(1) += 40;
    tk_timeline_source_stopping(timeline, source);
    EXPECT_FALSE(stopped_looks_again(timeline, second));
    EXPECT_EQ(timeline.info(second).state, TK_PAUSED);
    EXPECT_TRUE(source.hold(first)) << "it gets as far as to be stopped, too";
    EXPECT_FALSE(stopped_looks_again(timeline, first));
    expect_standstill(timeline);
    tk_timeline_source_running(timeline, source, false);
    tk_timeline_source_running(timeline, source, true);
    ASSERT_FALSE(source.hold(second));
    EXPECT_EQ(timeline.info(second).local_ps, 40 * ns);
    EXPECT_EQ(timeline.info(second).idle_ps, 0u);
    ASSERT_FALSE(source.hold(first));
    EXPECT_EQ(timeline.info(first).local_ps, 100 * ns);
}

TEST(stopping, time_goes_on_for_who_is_in_a_transaction_until_it_is_over)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), in_transaction = source.add();
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(in_transaction));
    source.counter(0) += 100;
    tk_timeline_source_stopping(timeline, source);
    EXPECT_FALSE(stopped_looks_again(timeline, cpu));
    EXPECT_EQ(timeline.info(cpu).state, TK_PAUSED);

    const uint32_t before = tk_timeline_ticket(timeline, cpu);
    timeline.suspend(in_transaction);
    timeline.take_request();
    EXPECT_NE(tk_timeline_ticket(timeline, cpu), before) << "nobody may wait for its clock: it has to say so";
    EXPECT_FALSE(stopped_looks_again(timeline, cpu));
    EXPECT_EQ(timeline.info(cpu).state, TK_IDLE);

    tk_timeline_restart(timeline, in_transaction, 5 * us);
    tk_timeline_resync(timeline, in_transaction);
    EXPECT_TRUE(source.hold(in_transaction)) << "time stands again";
    expect_standstill(timeline);
}

TEST(stopping, one_that_is_stopped_alone_counts_as_idle)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_FALSE(stopped_looks_again(timeline, cpu));
    EXPECT_EQ(timeline.info(cpu).state, TK_IDLE);
    // When the others go on without it nobody kicks it, and it has to say so again.
    tk_timeline_source_stopping(timeline, source);
    tk_timeline_source_running(timeline, source, false);
    const uint32_t before = tk_timeline_ticket(timeline, cpu);
    tk_timeline_source_running(timeline, source, true);
    EXPECT_NE(tk_timeline_ticket(timeline, cpu), before);
    EXPECT_FALSE(stopped_looks_again(timeline, cpu));
    EXPECT_EQ(timeline.info(cpu).state, TK_IDLE);
}
