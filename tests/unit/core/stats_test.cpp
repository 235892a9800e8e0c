// SPDX-License-Identifier: MIT
#include "test_core.h"

TEST(stats, start_at_zero)
{
    test_core core;
    EXPECT_EQ(core.stats().max_skew_ps, 0u);
    EXPECT_EQ(core.stats().token_handovers, 0u);
}

TEST(stats, skew_is_the_distance_to_the_slowest_active_one)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, a, 300), TK_OK);
    EXPECT_EQ(core.stats().max_skew_ps, 300 * ns);
    ASSERT_EQ(tk_vcpu_report(core, b, 400), TK_OK);
    EXPECT_EQ(core.stats().max_skew_ps, 300 * ns);
    ASSERT_EQ(tk_vcpu_report(core, b, 300), TK_OK);
    EXPECT_EQ(core.stats().max_skew_ps, 400 * ns);
}

TEST(stats, an_idle_one_and_one_alone_make_no_skew)
{
    test_core core;
    const unsigned a = core.add_active();
    core.add();
    ASSERT_EQ(tk_vcpu_report(core, a, 5000), TK_OK);
    EXPECT_EQ(core.stats().max_skew_ps, 0u);
}

TEST(stats, a_delay_alone_is_no_skew_of_execution)
{
    test_core core;
    const unsigned a = core.add_active();
    core.add_active();
    ASSERT_EQ(tk_vcpu_delay(core, a, 7 * us), TK_OK);
    EXPECT_EQ(core.stats().max_skew_ps, 0u);
}

TEST(stats, pauses_count_each_time_a_vcpu_is_held_back)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_window_set(core, 100 * ns), TK_OK);
    core.exhaust(cpu);
    EXPECT_EQ(core.info(cpu).pauses, 1u);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pauses, 1u) << "it is still the same pause";
    ASSERT_EQ(tk_window_set(core, 200 * ns), TK_OK);
    core.exhaust(cpu);
    EXPECT_EQ(core.info(cpu).pauses, 2u);
}
