// SPDX-License-Identifier: MIT
//
// Effects: what a shell has to do; said once, and not said without reason.
#include "test_core.h"

TEST(effects, are_cleared_by_taking_them)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 5), TK_OK);
    tk_effects effects{};
    EXPECT_TRUE(tk_effects_take(core, &effects));
    EXPECT_TRUE(effects.time_moved);
    EXPECT_FALSE(tk_effects_take(core, &effects));
    EXPECT_FALSE(effects.time_moved);
    EXPECT_FALSE(effects.all_idle);
}

TEST(effects, time_moved_says_that_time_holder_or_limit_changed)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    EXPECT_TRUE(core.take().time_moved) << "there is a holder now";
    ASSERT_EQ(tk_vcpu_report(core, b, 5), TK_OK);
    EXPECT_FALSE(core.take().time_moved) << "neither time, nor holder, nor limit";
    ASSERT_EQ(tk_vcpu_report(core, a, 3), TK_OK);
    EXPECT_TRUE(core.take().time_moved);
    ASSERT_EQ(tk_vcpu_idle(core, a), TK_OK);
    EXPECT_TRUE(core.take().time_moved);
    ASSERT_EQ(tk_window_set(core, us), TK_OK);
    EXPECT_FALSE(core.take().time_moved);
}

TEST(effects, a_wake_up_is_said_once_until_the_vcpu_has_asked)
{
    test_core core;
    const unsigned slow = core.add_active(), fast = core.add_active();
    core.exhaust(fast);
    core.take();
    ASSERT_EQ(tk_vcpu_report(core, slow, 1), TK_OK);
    EXPECT_TRUE(has(core.take().wake, fast));
    ASSERT_EQ(tk_vcpu_report(core, slow, 1), TK_OK);
    EXPECT_FALSE(has(core.take().wake, fast));
    core.exhaust(fast);
    ASSERT_EQ(tk_vcpu_report(core, slow, 1), TK_OK);
    EXPECT_TRUE(has(core.take().wake, fast)) << "a new pause has a new wake-up";
}

TEST(effects, a_wake_up_that_came_to_nothing_is_followed_by_another)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_window_set(core, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    core.take();
    ASSERT_EQ(tk_window_set(core, us), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
    ASSERT_EQ(tk_window_set(core, 0), TK_OK); // shut again before it asked
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    ASSERT_EQ(tk_window_set(core, us), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
}

TEST(effects, only_the_paused_are_woken_and_only_the_running_stopped)
{
    test_core core;
    const unsigned running = core.add_active(), paused = core.add_active(), idle = core.add();
    const unsigned suspended = core.add_active();
    core.exhaust(paused);
    EXPECT_GT(tk_vcpu_budget(core, running), 0u);
    ASSERT_EQ(tk_vcpu_suspend(core, suspended), TK_OK);
    core.take();
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    tk_effects effects = core.take();
    EXPECT_TRUE(has(effects.stop, running));
    EXPECT_FALSE(has(effects.stop, paused) || has(effects.stop, idle) || has(effects.stop, suspended));
    ASSERT_EQ(tk_freeze(core, false), TK_OK);
    ASSERT_EQ(tk_vcpu_remove(core, suspended), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, running, 100), TK_OK);
    effects = core.take();
    EXPECT_TRUE(has(effects.wake, paused));
    EXPECT_FALSE(has(effects.wake, running) || has(effects.wake, idle) || has(effects.wake, suspended));
}

TEST(effects, reach_vcpus_of_all_words)
{
    test_core core;
    unsigned last = 0;
    for (int i = 0; i < TK_VCPUS_MAX; i++) {
        last = core.add();
    }
    ASSERT_EQ(tk_vcpu_resume(core, last, 0), TK_OK);
    ASSERT_EQ(tk_window_set(core, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, last), 0u);
    core.take();
    ASSERT_EQ(tk_window_set(core, 1), TK_OK);
    const tk_effects effects = core.take();
    EXPECT_TRUE(has(effects.wake, last));
    for (unsigned i = 0; i < last; i++) {
        EXPECT_FALSE(has(effects.wake, i));
    }
}

TEST(effects, a_stop_is_said_again_when_it_has_to_end_still_earlier)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_window_set(core, 500 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
    ASSERT_EQ(tk_window_set(core, 500 * ns), TK_OK);
    EXPECT_FALSE(has(core.take().stop, cpu));
    ASSERT_EQ(tk_window_set(core, 400 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
}

TEST(effects, a_newcomer_shortens_nobody_who_stays_within_a_quantum_of_it)
{
    test_core core;
    const unsigned cpu = core.add_active(), newcomer = core.add();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_vcpu_resume(core, newcomer, 0), TK_OK);
    EXPECT_FALSE(has(core.take().stop, cpu));
}
