// SPDX-License-Identifier: MIT
//
// Closing a source ends all its threads, whatever they wait for, and holds nobody else back.
#include "fake_qemu.h"
#include "test_timeline.h"

#include <thread>

TEST(close, lets_nobody_wait_any_more)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    const uint32_t ticket = tk_timeline_ticket(timeline, cpu);
    ASSERT_TRUE(tk_timeline_hold(timeline, cpu, ticket));
    tk_timeline_source_close(timeline, source);
    tk_timeline_wait(timeline, cpu, ticket); // or it hangs
    EXPECT_FALSE(tk_timeline_hold(timeline, cpu, ticket));
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu)) << "it leaves its loop";
    EXPECT_FALSE(tk_timeline_source_work(timeline, source));
    EXPECT_FALSE(tk_timeline_source_work(timeline, source)) << "later, too";
    tk_timeline_keeper_detach(timeline);
}

TEST(close, its_timers_do_not_count_any_more)
{
    test_timeline timeline;
    test_source source(timeline);
    source.arm(10);
    tk_timeline_source_close(timeline, source);
    source.arm(5);
    tk_timeline_source_running(timeline, source, true);
    test_source other(timeline, "other");
    const unsigned cpu = other.add();
    ASSERT_FALSE(other.hold(cpu));
    EXPECT_EQ(other.counter(0), TK_COUNTER_LIMIT - 1000);
    EXPECT_EQ(source.fired, 0);
}

TEST(close, holds_no_other_source_back)
{
    test_timeline timeline;
    test_source source(timeline), other(timeline, "other");
    const unsigned slow = source.add(), fast = other.add();
    ASSERT_FALSE(source.hold(slow));
    ASSERT_FALSE(other.hold(fast));
    other.counter(0) += 2000;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, fast));
    const uint32_t ticket = tk_timeline_ticket(timeline, fast);
    ASSERT_TRUE(tk_timeline_hold(timeline, fast, ticket));
    tk_timeline_source_close(timeline, source);
    tk_timeline_wait(timeline, fast, ticket);
    EXPECT_FALSE(tk_timeline_hold(timeline, fast, ticket));
    EXPECT_EQ(timeline.now(), 2 * us);
}

TEST(close, the_first_source_leaves_the_idling_to_the_next)
{
    test_timeline timeline;
    test_source first(timeline), second(timeline, "second");
    first.add();
    second.add();
    tk_timeline_source_close(timeline, first);
    second.arm(5000);
    while (second.fired == 0) {
        ASSERT_TRUE(tk_timeline_source_work(timeline, second)); // or it waits for ever
    }
    EXPECT_EQ(timeline.now(), 5 * us);
}

TEST(close, ends_vcpus_that_execute_sleep_and_are_held_back)
{
    for (int round = 0; round < 50; round++) {
        test_timeline timeline;
        fake_qemu qemu(timeline);
        qemu.add(ghz, [] { return 11; });
        qemu.add(ghz / 7, [] { return 13; });
        qemu.add(ghz, [] { return fake_qemu::wait_for_interrupt; });
        qemu.start();
        qemu.stop(); // or it hangs
    }
}

TEST(close, ends_vcpus_that_wait_for_a_keeper_who_never_comes)
{
    test_timeline timeline;
    tk_timeline_keeper_attach(timeline);
    fake_qemu qemu(timeline);
    for (int i = 0; i < 4; i++) {
        qemu.add(ghz, [] { return 11; });
    }
    qemu.start();
    qemu.stop();
    EXPECT_EQ(timeline.now(), 0u) << "nobody runs before the first window";
    tk_timeline_keeper_detach(timeline);
}
