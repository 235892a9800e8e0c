// SPDX-License-Identifier: MIT
//
// A vCPU whose thread waits for an exclusive section, while SystemC works on another's transaction.
#include "test_core.h"

TEST(blocked, without_a_transaction_it_counts_as_before)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    EXPECT_TRUE(core.info(b).blocked);
    core.exhaust(a);
    EXPECT_EQ(core.local(a), us) << "it holds others back: it goes on by itself";
    EXPECT_EQ(core.limit(), 0u);
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_FALSE(core.info(b).blocked);
    EXPECT_EQ(core.local(b), 0u) << "it has executed nothing, and nobody passed it";
}

TEST(blocked, while_systemc_works_on_a_transaction_it_holds_nobody_back)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    core.accept_transaction(a);
    EXPECT_FALSE(tk_all_idle(core));
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    EXPECT_TRUE(tk_all_idle(core));
    ASSERT_EQ(tk_idle_advance(core, 50 * us), TK_OK);
    EXPECT_EQ(core.limit(), 50 * us);
}

TEST(blocked, left_behind_it_catches_up_when_its_wait_ends_first)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    core.accept_transaction(a);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 50 * us), TK_OK);
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_EQ(core.local(b), 50 * us);
    EXPECT_EQ(core.info(b).idle_ps, 50 * us);
    EXPECT_EQ(core.limit(), 50 * us) << "SystemC is there already";
}

TEST(blocked, left_behind_it_catches_up_when_the_transaction_ends_first)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    core.accept_transaction(a);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 50 * us), TK_OK);
    ASSERT_EQ(tk_vcpu_restart(core, a, 50 * us), TK_OK);
    EXPECT_EQ(core.limit(), 50 * us) << "SystemC is there already";
    EXPECT_EQ(core.local(b), 50 * us);
    EXPECT_GT(tk_vcpu_budget(core, a), 0u);
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_EQ(core.local(b), 50 * us);
    EXPECT_EQ(core.info(b).idle_ps, 50 * us);
}

TEST(blocked, left_behind_it_catches_up_when_the_vcpu_with_the_transaction_is_removed)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    core.accept_transaction(a);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 50 * us), TK_OK);
    ASSERT_EQ(tk_vcpu_remove(core, a), TK_OK);
    EXPECT_EQ(core.limit(), 50 * us);
    EXPECT_EQ(core.local(b), 50 * us);
}

// Its budget is a number of instructions: moved to a later time, they end later.
TEST(blocked, catching_up_stops_a_budget_that_would_now_pass_the_window)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, b), 250u);
    core.accept_transaction(a);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_window_set(core, 50 * us + 10 * ns), TK_OK);
    ASSERT_EQ(tk_systemc_parked(core, 50 * us), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, 50 * us), TK_OK);
    core.take();
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_TRUE(has(core.take().stop, b));
    EXPECT_EQ(tk_vcpu_budget(core, b), 10u);
}

TEST(blocked, saying_it_twice_changes_nothing)
{
    test_core core;
    const unsigned a = core.add_active(), b = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, a, 900), TK_OK);
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_EQ(core.local(b), 0u);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    ASSERT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_EQ(core.local(b), 0u);
}
