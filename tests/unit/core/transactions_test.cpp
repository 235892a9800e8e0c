// SPDX-License-Identifier: MIT
//
// Transactions: suspended until SystemC accepts, accepted until the answer, restarted at SystemC's time.
#include "test_core.h"

TEST(transactions, until_it_is_accepted_systemc_must_not_pass_its_clock)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_suspend(core, cpu), TK_OK);
    EXPECT_EQ(core.info(cpu).state, TK_SUSPENDED);
    core.exhaust(other);
    EXPECT_EQ(core.limit(), 100 * ns);
    EXPECT_EQ(core.local(other), 1100 * ns) << "others stay within a quantum";
    EXPECT_EQ(tk_accepted(core), 0u);
}

TEST(transactions, once_accepted_systemc_may_pass_it_and_others_still_may_not)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    core.accept_transaction(cpu);
    EXPECT_EQ(tk_accepted(core), 1u);
    core.exhaust(other);
    EXPECT_EQ(core.local(other), 1100 * ns);
    EXPECT_EQ(core.info(other).pause, TK_PAUSE_SKEW);
    EXPECT_EQ(core.limit(), 1100 * ns);
}

TEST(transactions, others_go_on_as_systemc_says_when_it_ends_at_the_earliest)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();
    core.accept_transaction(cpu);
    core.exhaust(other);
    EXPECT_EQ(core.local(other), us);
    core.take();
    ASSERT_EQ(tk_systemc_parked(core, 5 * us), TK_OK);
    EXPECT_TRUE(has(core.take().wake, other));
    core.exhaust(other);
    EXPECT_EQ(core.local(other), 6 * us) << "a quantum ahead of the earliest end";
    ASSERT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    EXPECT_GT(core.execute(other), 0u);
}

TEST(transactions, a_target_that_waits_longer_than_a_quantum_does_not_stop_time)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    core.accept_transaction(cpu);
    EXPECT_TRUE(tk_all_idle(core)) << "nobody else keeps time: SystemC's events do";
    ASSERT_EQ(tk_idle_advance(core, 400 * us), TK_OK);
    EXPECT_EQ(core.limit(), 400 * us);
    ASSERT_EQ(tk_vcpu_restart(core, cpu, 400 * us + 7), TK_OK);
    EXPECT_EQ(core.local(cpu), 400 * us + 7);
    EXPECT_EQ(core.info(cpu).annotated_ps, 400 * us + 7 - 100 * ns);
    EXPECT_EQ(core.info(cpu).state, TK_RUNNING);
    EXPECT_GT(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(tk_accepted(core), 0u);
}

TEST(transactions, an_answer_from_before_does_not_turn_its_clock_back)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    core.accept_transaction(cpu);
    ASSERT_EQ(tk_vcpu_restart(core, cpu, 40 * ns), TK_OK);
    EXPECT_EQ(core.local(cpu), 100 * ns);
    EXPECT_EQ(core.info(cpu).annotated_ps, 0u);
}

TEST(transactions, the_annotated_delay_is_exact_to_the_picosecond)
{
    test_core core;
    const unsigned cpu = core.add_active(3);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    for (uint64_t delay : {1, 2, 999, 1000003}) {
        const tk_vcpu_info before = core.info(cpu);
        core.accept_transaction(cpu);
        ASSERT_EQ(tk_vcpu_restart(core, cpu, before.local_ps + delay), TK_OK);
        EXPECT_EQ(core.info(cpu).annotated_ps - before.annotated_ps, delay);
        EXPECT_EQ(core.local(cpu) - before.local_ps, delay);
    }
}

TEST(transactions, may_be_answered_before_systemc_accepts)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_suspend(core, cpu), TK_OK);
    ASSERT_EQ(tk_vcpu_restart(core, cpu, 3 * ns), TK_OK);
    EXPECT_EQ(core.info(cpu).state, TK_RUNNING);
    EXPECT_EQ(core.local(cpu), 3 * ns);
    EXPECT_EQ(tk_accepted(core), 0u);
}

TEST(transactions, one_in_a_transaction_has_no_budget_and_cannot_sleep)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_suspend(core, cpu), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(tk_vcpu_idle(core, cpu), TK_ESTATE);
    EXPECT_EQ(tk_vcpu_suspend(core, cpu), TK_ESTATE);
    ASSERT_EQ(tk_vcpu_accept(core, cpu), TK_OK);
    EXPECT_EQ(tk_vcpu_accept(core, cpu), TK_ESTATE);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_NONE);
}

TEST(transactions, who_is_idle_or_not_in_one_is_refused)
{
    test_core core;
    const unsigned cpu = core.add();
    EXPECT_EQ(tk_vcpu_suspend(core, cpu), TK_ESTATE);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_accept(core, cpu), TK_ESTATE);
    EXPECT_EQ(tk_vcpu_restart(core, cpu, 5), TK_ESTATE);
    EXPECT_EQ(core.local(cpu), 0u);
}

TEST(transactions, its_end_counts_for_others_from_then_on)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();
    core.accept_transaction(cpu);
    ASSERT_EQ(tk_systemc_parked(core, 10 * us), TK_OK);
    core.exhaust(other);
    EXPECT_EQ(core.local(other), 11 * us);
    ASSERT_EQ(tk_vcpu_restart(core, cpu, 10 * us), TK_OK);
    EXPECT_EQ(core.limit(), 10 * us);
    EXPECT_EQ(tk_vcpu_budget(core, other), 0u);
    EXPECT_GT(tk_vcpu_budget(core, cpu), 0u);
}

TEST(transactions, several_at_once)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    core.accept_transaction(a);
    core.accept_transaction(b);
    EXPECT_EQ(tk_accepted(core), 2u);
    EXPECT_TRUE(tk_all_idle(core));
    ASSERT_EQ(tk_idle_advance(core, 7 * us), TK_OK);
    ASSERT_EQ(tk_vcpu_restart(core, b, 7 * us), TK_OK);
    EXPECT_FALSE(tk_all_idle(core));
    EXPECT_EQ(tk_accepted(core), 1u);
    EXPECT_EQ(core.holder(), static_cast<int>(b)) << "one that SystemC has would hold time back";
    EXPECT_EQ(core.limit(), 7 * us);
}
