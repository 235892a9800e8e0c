// SPDX-License-Identifier: MIT
//
// Frozen: nobody gets a budget, time stands, and afterwards all goes on without a jump.
#include "test_core.h"

TEST(freeze, a_new_core_is_frozen)
{
    tk_config config{};
    config.quantum_ps = us;
    config.reports = 4;
    tk_core *core = nullptr;
    ASSERT_EQ(tk_new(&config, &core), TK_OK);
    EXPECT_TRUE(tk_frozen(core));
    EXPECT_FALSE(tk_all_idle(core));
    EXPECT_EQ(tk_idle_advance(core, 5), TK_ESTATE);
    EXPECT_EQ(tk_global_time(core), 0u);
    EXPECT_EQ(tk_holder(core), TK_NOBODY);
    EXPECT_EQ(tk_vcpu_count(core), 0u);
    EXPECT_EQ(tk_quantum(core), us);
    tk_free(core);
}

TEST(freeze, stops_who_runs_and_lets_him_go_on_where_he_was)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
    ASSERT_EQ(tk_vcpu_report(core, cpu, 17), TK_OK); // the rest of its block
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_FROZEN);
    ASSERT_EQ(tk_freeze(core, false), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
    EXPECT_EQ(core.local(cpu), 17 * ns);
    EXPECT_EQ(core.global(), 17 * ns);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
}

TEST(freeze, all_idle_time_stands_too)
{
    test_core core;
    core.add();
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    EXPECT_FALSE(tk_all_idle(core));
    EXPECT_EQ(tk_idle_advance(core, us), TK_ESTATE);
    EXPECT_EQ(core.global(), 0u);
    core.take();
    ASSERT_EQ(tk_freeze(core, false), TK_OK);
    EXPECT_TRUE(core.take().all_idle);
    EXPECT_EQ(tk_idle_advance(core, us), TK_OK);
}

TEST(freeze, windows_and_timers_wake_nobody)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();
    ASSERT_EQ(tk_window_set(core, 10 * ns), TK_OK);
    core.exhaust(cpu);
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    core.take();
    ASSERT_EQ(tk_window_set(core, TK_NEVER), TK_OK);
    ASSERT_EQ(tk_deadline_set(core, source, us), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_FALSE(has(core.take().wake, cpu));
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
}

TEST(freeze, a_vcpu_that_resumes_while_frozen_waits)
{
    test_core core;
    const unsigned cpu = core.add();
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_FROZEN);
    EXPECT_EQ(core.holder(), static_cast<int>(cpu));
    core.take();
    ASSERT_EQ(tk_freeze(core, false), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
}
