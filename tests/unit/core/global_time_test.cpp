// SPDX-License-Identifier: MIT
//
// Global time is the holder's local time, made monotonic, and passes neither window nor deadline.
#include "test_core.h"

TEST(global_time, is_the_holders)
{
    test_core core;
    const unsigned holder = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, holder, 7), TK_OK);
    EXPECT_EQ(core.global(), 7 * ns);
    ASSERT_EQ(tk_vcpu_report(core, other, 9), TK_OK);
    EXPECT_EQ(core.global(), 7 * ns);
    ASSERT_EQ(tk_vcpu_delay(core, holder, 11), TK_OK);
    EXPECT_EQ(core.global(), 7 * ns + 11);
}

TEST(global_time, does_not_go_back_when_the_token_goes_to_one_that_is_behind)
{
    test_core core;
    const unsigned holder = core.add_active(), behind = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, holder, 800), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(behind));
    EXPECT_EQ(core.global(), 800 * ns);
    ASSERT_EQ(tk_vcpu_report(core, behind, 799), TK_OK);
    EXPECT_EQ(core.global(), 800 * ns);
    ASSERT_EQ(tk_vcpu_report(core, behind, 2), TK_OK);
    EXPECT_EQ(core.global(), 801 * ns);
}

TEST(global_time, does_not_pass_the_window_nor_a_deadline)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_window_set(core, 100 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 113), TK_OK);
    EXPECT_EQ(core.global(), 100 * ns);
    ASSERT_EQ(tk_deadline_set(core, source, 105 * ns), TK_OK);
    EXPECT_EQ(tk_cap(core), 100 * ns);
    ASSERT_EQ(tk_window_set(core, 200 * ns), TK_OK);
    EXPECT_EQ(tk_cap(core), 105 * ns);
    EXPECT_EQ(core.global(), 105 * ns) << "the timer is seen at its time";
    ASSERT_EQ(tk_deadline_set(core, source, TK_NEVER), TK_OK);
    EXPECT_EQ(core.global(), 113 * ns);
}

TEST(global_time, does_not_go_back_with_the_window_or_an_earlier_deadline)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    ASSERT_EQ(tk_window_set(core, 50 * ns), TK_OK);
    EXPECT_EQ(core.global(), 100 * ns);
    ASSERT_EQ(tk_deadline_set(core, source, 20 * ns), TK_OK);
    EXPECT_EQ(core.global(), 100 * ns);
}

TEST(global_time, stands_still_while_the_last_one_sleeps)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    EXPECT_EQ(core.global(), 100 * ns);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(core.global(), 100 * ns);
}

// Others read global time as their own, and SystemC follows the slowest: neither may be left further behind.
TEST(global_time, an_annotated_delay_takes_it_no_further_than_a_quantum_ahead_of_the_slowest)
{
    test_core core;
    const unsigned holder = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, other, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_delay(core, holder, 10 * us), TK_OK);
    EXPECT_EQ(core.local(holder), 10 * us);
    EXPECT_EQ(core.global(), 1100 * ns);
    EXPECT_EQ(tk_cap(core), 1100 * ns);
    ASSERT_EQ(tk_vcpu_report(core, other, 500), TK_OK);
    EXPECT_EQ(core.global(), 1600 * ns);
    ASSERT_EQ(tk_vcpu_idle(core, other), TK_OK);
    EXPECT_EQ(core.global(), 10 * us) << "nobody is behind any more";
}

TEST(global_time, nor_does_a_handover)
{
    test_core core;
    const unsigned holder = core.add_active(), delayed = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_delay(core, delayed, 10 * us), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(delayed));
    EXPECT_EQ(core.global(), us);
    EXPECT_EQ(core.limit(), core.local(other));
}

// The peer's defect: on an interrupt wake-up SystemC ran ahead while the host delayed the CPU.
TEST(global_time, waits_for_one_that_was_woken_but_has_not_run_yet)
{
    test_core core;
    const unsigned running = core.add_active(), woken = core.add();
    ASSERT_EQ(tk_vcpu_report(core, running, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, woken, 0), TK_OK);
    core.exhaust(running);
    EXPECT_EQ(core.limit(), 100 * ns);
    EXPECT_EQ(core.global(), 1100 * ns);
    EXPECT_FALSE(tk_all_idle(core));
}
