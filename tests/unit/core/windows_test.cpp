// SPDX-License-Identifier: MIT
//
// Windows: how far vCPUs may go, and how far SystemC may follow.
#include "test_core.h"

TEST(windows, without_one_nothing_bounds)
{
    test_core core;
    EXPECT_EQ(tk_cap(core), TK_NEVER);
    EXPECT_EQ(tk_next_deadline(core), TK_NEVER);
}

TEST(windows, hold_a_vcpu_back_until_the_next_is_granted)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_window_set(core, 400 * ns), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 400u);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 400), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    core.take();
    ASSERT_EQ(tk_window_set(core, 400 * ns), TK_OK);
    EXPECT_FALSE(has(core.take().wake, cpu)) << "the same window again lets nobody go on";
    ASSERT_EQ(tk_window_set(core, 401 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1u);
}

TEST(windows, a_shorter_one_stops_who_runs_beyond_it)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_window_set(core, us), TK_OK);
    EXPECT_FALSE(has(core.take().stop, cpu)) << "its budget ends there anyway";
    ASSERT_EQ(tk_window_set(core, us - 1), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
}

TEST(windows, who_alone_has_a_budget_to_the_end_of_one_is_known)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, cpu)) << "it has no budget";
    ASSERT_EQ(tk_window_set(core, 400 * ns), TK_OK);
    core.execute(cpu);
    EXPECT_TRUE(tk_vcpu_ends_with_window(core, cpu));
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, cpu));

    ASSERT_EQ(tk_window_set(core, 5 * us), TK_OK);
    ASSERT_GT(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, cpu)) << "a quantum ends it";

    ASSERT_EQ(tk_window_set(core, 900 * ns), TK_OK);
    ASSERT_EQ(tk_deadline_set(core, source, 900 * ns), TK_OK);
    ASSERT_GT(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, cpu)) << "a timer has to run there, too";
    ASSERT_EQ(tk_deadline_set(core, source, 901 * ns), TK_OK);
    EXPECT_TRUE(tk_vcpu_ends_with_window(core, cpu));

    const unsigned other = core.add_active();
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, cpu)) << "SystemC waits for the other one";
    ASSERT_EQ(tk_vcpu_idle(core, other), TK_OK);
    EXPECT_TRUE(tk_vcpu_ends_with_window(core, cpu));
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, other));
    EXPECT_FALSE(tk_vcpu_ends_with_window(core, other + 1));
    EXPECT_FALSE(tk_vcpu_ends_with_window(nullptr, 0));
}

TEST(windows, systemc_follows_the_slowest_and_never_passes_global_time)
{
    test_core core;
    const unsigned holder = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, other, 500), TK_OK);
    EXPECT_EQ(core.limit(), 0u);
    ASSERT_EQ(tk_vcpu_report(core, holder, 200), TK_OK);
    EXPECT_EQ(core.limit(), 200 * ns);
    ASSERT_EQ(tk_vcpu_report(core, holder, 600), TK_OK);
    EXPECT_EQ(core.limit(), 500 * ns);
}

TEST(windows, an_idle_vcpu_does_not_stop_systemc)
{
    test_core core;
    const unsigned holder = core.add_active(), sleeper = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, holder, 600), TK_OK);
    EXPECT_EQ(core.limit(), 0u);
    ASSERT_EQ(tk_vcpu_idle(core, sleeper), TK_OK);
    EXPECT_EQ(core.limit(), 600 * ns);
    ASSERT_EQ(tk_vcpu_resume(core, sleeper, 0), TK_OK);
    EXPECT_EQ(core.limit(), 600 * ns) << "SystemC may be there already";
}

TEST(windows, systemcs_limit_is_global_time_while_all_are_idle)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 10), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    EXPECT_EQ(core.limit(), 10 * ns);
    ASSERT_EQ(tk_idle_advance(core, 70 * ns), TK_OK);
    EXPECT_EQ(core.limit(), 70 * ns);
}

TEST(windows, the_limit_does_not_pass_the_window)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_window_set(core, 100 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 117), TK_OK);
    EXPECT_EQ(core.limit(), 100 * ns);
}
