// SPDX-License-Identifier: MIT
//
// Deadlines: timers are reported when global time gets there, once, and nobody runs past them unseen.
#include "test_core.h"

TEST(deadlines, the_earliest_of_all_sources_counts)
{
    test_core core;
    const unsigned a = core.add_source(), b = core.add_source();
    EXPECT_EQ(tk_next_deadline(core), TK_NEVER);
    ASSERT_EQ(tk_deadline_set(core, a, 500 * ns), TK_OK);
    ASSERT_EQ(tk_deadline_set(core, b, 300 * ns), TK_OK);
    EXPECT_EQ(tk_next_deadline(core), 300 * ns);
    ASSERT_EQ(tk_deadline_set(core, b, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_next_deadline(core), 500 * ns);
}

TEST(deadlines, a_timer_is_due_when_global_time_gets_there)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_deadline_set(core, source, 100 * ns), TK_OK);
    core.take();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 99), TK_OK);
    EXPECT_FALSE(has(core.take().timers, source));
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    EXPECT_TRUE(has(core.take().timers, source));
}

TEST(deadlines, is_reported_once_until_it_is_answered)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_deadline_set(core, source, 100 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    EXPECT_TRUE(has(core.take().timers, source));
    ASSERT_EQ(tk_vcpu_report(core, cpu, 5), TK_OK);
    EXPECT_FALSE(has(core.take().timers, source));
    ASSERT_EQ(tk_deadline_set(core, source, 102 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().timers, source)) << "the next one has come, too";
}

TEST(deadlines, one_in_the_past_is_due_at_once_without_turning_time_back)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    core.take();
    ASSERT_EQ(tk_deadline_set(core, source, 30 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().timers, source));
    EXPECT_EQ(core.global(), 100 * ns);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_DEADLINE);
}

TEST(deadlines, only_the_sources_whose_time_has_come)
{
    test_core core;
    const unsigned cpu = core.add_active(), now = core.add_source(), later = core.add_source();
    const unsigned never = core.add_source();
    ASSERT_EQ(tk_deadline_set(core, now, 100 * ns), TK_OK);
    ASSERT_EQ(tk_deadline_set(core, later, 101 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 150), TK_OK);
    tk_effects effects = core.take();
    EXPECT_TRUE(has(effects.timers, now));
    EXPECT_FALSE(has(effects.timers, later)) << "global time stops at the first";
    EXPECT_FALSE(has(effects.timers, never));
    ASSERT_EQ(tk_deadline_set(core, now, TK_NEVER), TK_OK);
    EXPECT_TRUE(has(core.take().timers, later));
}

TEST(deadlines, an_earlier_one_stops_who_would_run_past_it)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_deadline_set(core, source, 2 * us), TK_OK);
    EXPECT_FALSE(has(core.take().stop, cpu));
    ASSERT_EQ(tk_deadline_set(core, source, 600 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
}

TEST(deadlines, all_vcpus_stop_there_and_go_on_when_the_source_has_answered)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active(ghz / 2), source = core.add_source();
    ASSERT_EQ(tk_deadline_set(core, source, 100 * ns), TK_OK);
    core.exhaust(b);
    core.exhaust(a);
    EXPECT_EQ(core.info(a).pause, TK_PAUSE_DEADLINE);
    EXPECT_EQ(core.info(b).pause, TK_PAUSE_DEADLINE);
    EXPECT_EQ(core.global(), 100 * ns);
    EXPECT_TRUE(has(core.take().timers, source));
    ASSERT_EQ(tk_deadline_set(core, source, TK_NEVER), TK_OK);
    const tk_effects effects = core.take();
    EXPECT_TRUE(has(effects.wake, a));
    EXPECT_TRUE(has(effects.wake, b));
}

TEST(deadlines, the_last_of_all_sources_works)
{
    test_core core;
    unsigned source = 0;
    for (int i = 0; i < TK_SOURCES_MAX; i++) {
        source = core.add_source();
    }
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_deadline_set(core, source, 1 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    EXPECT_TRUE(has(core.take().timers, source));
}
