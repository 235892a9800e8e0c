// SPDX-License-Identifier: MIT
//
// All idle: whoever paces time moves it, to the next deadline at most.
#include "test_core.h"

TEST(idle, a_core_without_vcpus_is_all_idle)
{
    test_core core;
    EXPECT_TRUE(tk_all_idle(core));
    ASSERT_EQ(tk_idle_advance(core, 5 * us), TK_OK);
    EXPECT_EQ(core.global(), 5 * us);
}

TEST(idle, the_last_to_sleep_makes_all_idle)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    ASSERT_EQ(tk_vcpu_idle(core, a), TK_OK);
    EXPECT_FALSE(tk_all_idle(core));
    EXPECT_FALSE(core.take().all_idle);
    ASSERT_EQ(tk_vcpu_idle(core, b), TK_OK);
    EXPECT_TRUE(tk_all_idle(core));
    EXPECT_TRUE(core.take().all_idle);
}

TEST(idle, advances_to_the_deadline_and_no_further)
{
    test_core core;
    const unsigned source = core.add_source();
    ASSERT_EQ(tk_deadline_set(core, source, 300 * ns), TK_OK);
    core.take();
    ASSERT_EQ(tk_idle_advance(core, 299 * ns), TK_OK);
    EXPECT_FALSE(has(core.take().timers, source));
    ASSERT_EQ(tk_idle_advance(core, 5 * us), TK_OK);
    EXPECT_EQ(core.global(), 300 * ns);
    EXPECT_TRUE(has(core.take().timers, source));
    ASSERT_EQ(tk_idle_advance(core, 5 * us), TK_OK);
    EXPECT_EQ(core.global(), 300 * ns) << "the timer has not been run";
}

TEST(idle, does_not_go_back)
{
    test_core core;
    ASSERT_EQ(tk_idle_advance(core, 300 * ns), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 100 * ns), TK_OK);
    EXPECT_EQ(core.global(), 300 * ns);
}

TEST(idle, is_refused_while_anybody_keeps_time)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_idle_advance(core, us), TK_ESTATE);
    ASSERT_EQ(tk_window_set(core, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(tk_idle_advance(core, us), TK_ESTATE) << "a paused one is not idle";
    ASSERT_EQ(tk_vcpu_suspend(core, cpu), TK_OK);
    EXPECT_EQ(tk_idle_advance(core, us), TK_ESTATE) << "nor one whose transaction waits for SystemC";
    EXPECT_EQ(core.global(), 0u);
}

TEST(idle, idle_time_is_skipped_by_who_wakes)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 10), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 90 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(core.local(cpu), 90 * ns);
    EXPECT_EQ(core.info(cpu).idle_ps, 80 * ns);
    EXPECT_EQ(core.info(other).local_ps, 0u) << "an idle one does not count";
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK) << "twice is once";
}

TEST(idle, one_that_idles_while_paused_holds_nobody_back)
{
    test_core core;
    const unsigned slow = core.add_active(), fast = core.add_active();
    ASSERT_EQ(tk_window_set(core, 100 * ns), TK_OK);
    core.exhaust(slow);
    ASSERT_EQ(tk_vcpu_idle(core, slow), TK_OK);
    ASSERT_EQ(tk_window_set(core, TK_NEVER), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, fast, 5000), TK_OK);
    EXPECT_GT(tk_vcpu_budget(core, fast), 0u);
    EXPECT_EQ(core.limit(), 5 * us);
}

TEST(idle, may_be_woken_by_what_happens_meanwhile_without_a_budget_of_old)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    core.take();
    ASSERT_EQ(tk_window_set(core, 1), TK_OK);
    EXPECT_FALSE(has(core.take().stop, cpu)) << "it does not run";
}
