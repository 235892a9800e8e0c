// SPDX-License-Identifier: MIT
//
// vCPUs: added, seen, taken out; what makes up a local time.
#include "test_core.h"

TEST(vcpus, starts_idle_at_global_time)
{
    test_core core;
    const unsigned first = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, first, 700), TK_OK);

    const tk_vcpu_info info = core.info(core.add(3));
    EXPECT_EQ(info.state, TK_IDLE);
    EXPECT_EQ(info.pause, TK_PAUSE_NONE);
    EXPECT_EQ(info.insn_per_second, 3u);
    EXPECT_EQ(info.local_ps, 700 * ns);
    EXPECT_EQ(info.idle_ps, 700 * ns);
    EXPECT_EQ(info.instructions, 0u);
    EXPECT_EQ(info.annotated_ps, 0u);
    EXPECT_EQ(info.pauses, 0u);
    EXPECT_EQ(info.token_holds, 0u);
    EXPECT_FALSE(info.blocked);
}

TEST(vcpus, indices_count_up_and_are_not_used_again)
{
    test_core core;
    for (unsigned i = 0; i < 20; i++) {
        EXPECT_EQ(core.add(), i);
    }
    EXPECT_EQ(tk_vcpu_remove(core, 19), TK_OK);
    EXPECT_EQ(core.add(), 20u);
    EXPECT_EQ(tk_vcpu_count(core), 21u);
}

TEST(vcpus, all_keep_their_clocks_while_others_are_added)
{
    test_core core;
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        const unsigned cpu = core.add_active(i + 1);
        ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    }
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        const tk_vcpu_info info = core.info(i);
        EXPECT_EQ(info.insn_per_second, i + 1);
        EXPECT_EQ(info.local_ps - info.idle_ps, TK_PS_PER_SECOND / (i + 1));
    }
}

TEST(vcpus, runs_pauses_and_idles)
{
    test_core core;
    const unsigned cpu = core.add();
    EXPECT_EQ(core.info(cpu).state, TK_IDLE);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u) << "nothing to execute";
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_GT(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).state, TK_RUNNING);
    ASSERT_EQ(tk_window_set(core, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).state, TK_PAUSED);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_WINDOW);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    EXPECT_EQ(core.info(cpu).state, TK_IDLE);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_NONE);
}

TEST(vcpus, local_time_is_executed_plus_idle_plus_annotated)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();

    ASSERT_EQ(tk_vcpu_report(core, cpu, 10), TK_OK);
    ASSERT_EQ(tk_vcpu_delay(core, cpu, 12345), TK_OK);
    EXPECT_EQ(core.local(cpu), 10 * ns + 12345);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, other, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    const tk_vcpu_info info = core.info(cpu);
    EXPECT_EQ(info.annotated_ps, 12345u);
    EXPECT_EQ(info.local_ps, 100 * ns);
    EXPECT_EQ(info.idle_ps, 100 * ns - 10 * ns - 12345);
}

TEST(vcpus, resumes_at_the_latest_of_own_global_and_seen_time)
{
    test_core core;
    const unsigned ahead = core.add_active(), sleeper = core.add(), late = core.add();

    ASSERT_EQ(tk_vcpu_report(core, ahead, 500), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, sleeper, 0), TK_OK);
    EXPECT_EQ(core.local(sleeper), 500 * ns) << "global time";
    ASSERT_EQ(tk_vcpu_resume(core, late, 600 * ns), TK_OK);
    EXPECT_EQ(core.local(late), 600 * ns) << "what a reader may have seen";
    ASSERT_EQ(tk_vcpu_report(core, late, 300), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, late), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, late, 0), TK_OK);
    EXPECT_EQ(core.local(late), 900 * ns) << "its own time: it is ahead of global time";
}

TEST(vcpus, resume_has_no_effect_unless_idle)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 10), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 900 * ns), TK_OK);
    EXPECT_EQ(core.local(cpu), 10 * ns);
    EXPECT_EQ(core.info(cpu).idle_ps, 0u);
    core.accept_transaction(cpu);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 900 * ns), TK_OK);
    EXPECT_EQ(core.info(cpu).state, TK_SUSPENDED);
    EXPECT_EQ(core.local(cpu), 10 * ns);
}

TEST(vcpus, a_removed_one_holds_nobody_back_and_is_refused)
{
    test_core core;
    const unsigned slow = core.add_active(), fast = core.add_active();

    core.exhaust(fast);
    EXPECT_EQ(core.info(fast).pause, TK_PAUSE_SKEW);
    core.take();
    ASSERT_EQ(tk_vcpu_remove(core, slow), TK_OK);
    EXPECT_TRUE(has(core.take().wake, fast));
    EXPECT_GT(tk_vcpu_budget(core, fast), 0u);

    EXPECT_EQ(tk_vcpu_budget(core, slow), 0u);
    EXPECT_EQ(tk_vcpu_report(core, slow, 1), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_resume(core, slow, 0), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_idle(core, slow), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_remove(core, slow), TK_EINVAL);
}

TEST(vcpus, removing_one_in_a_transaction_ends_that)
{
    test_core core;
    const unsigned cpu = core.add_active();
    core.accept_transaction(cpu);
    EXPECT_EQ(tk_accepted(core), 1u);
    ASSERT_EQ(tk_vcpu_remove(core, cpu), TK_OK);
    EXPECT_EQ(tk_accepted(core), 0u);
    EXPECT_EQ(core.holder(), TK_NOBODY);
    EXPECT_TRUE(tk_all_idle(core));
}

TEST(vcpus, a_new_rate_stops_the_budget_that_was_counted_at_the_old_one)
{
    test_core core;
    const unsigned cpu = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    core.take();
    ASSERT_EQ(tk_vcpu_set_rate(core, cpu, ghz / 10), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu));
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 100u);
}
