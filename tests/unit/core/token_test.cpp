// SPDX-License-Identifier: MIT
//
// The active token: one holder while anybody is active, the most active one after a handover.
#include "test_core.h"

TEST(token, nobody_holds_it_while_all_are_idle)
{
    test_core core;
    EXPECT_EQ(core.holder(), TK_NOBODY);
    const unsigned cpu = core.add();
    EXPECT_EQ(core.holder(), TK_NOBODY);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(cpu));
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    EXPECT_EQ(core.holder(), TK_NOBODY);
}

TEST(token, stays_although_another_gets_ahead)
{
    test_core core;
    const unsigned first = core.add_active(), second = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, second, 900), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(first));
    EXPECT_EQ(core.global(), 0u);
}

TEST(token, goes_to_the_most_active_not_to_the_lowest)
{
    test_core core;
    const unsigned holder = core.add_active(), low = core.add_active(), most = core.add_active();
    const unsigned last = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, low, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, most, 300), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, last, 200), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(most));
    EXPECT_EQ(core.global(), 300 * ns);
}

TEST(token, the_lower_index_wins_when_two_are_equal)
{
    test_core core;
    const unsigned holder = core.add_active(), low = core.add_active(), high = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, high, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, low, 100), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(low));
}

TEST(token, leaves_one_that_is_removed)
{
    test_core core;
    const unsigned first = core.add_active(), second = core.add_active();
    ASSERT_EQ(tk_vcpu_remove(core, first), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(second));
}

TEST(token, an_idle_one_never_gets_it_however_far_it_is)
{
    test_core core;
    const unsigned holder = core.add_active(), far = core.add_active(), near = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, far, 900), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, far), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(near));
    ASSERT_EQ(tk_vcpu_idle(core, near), TK_OK);
    EXPECT_EQ(core.holder(), TK_NOBODY);
}

TEST(token, a_paused_holder_keeps_it_while_those_it_waits_for_run)
{
    test_core core;
    const unsigned holder = core.add_active(), other = core.add_active();
    core.exhaust(holder);
    EXPECT_EQ(core.info(holder).state, TK_PAUSED);
    EXPECT_EQ(core.holder(), static_cast<int>(holder));
    core.take();
    core.execute(other);
    EXPECT_TRUE(has(core.take().wake, holder)) << "the pause ends without the holder";
}

TEST(token, one_whose_transaction_systemc_works_on_loses_it_when_others_pass_it)
{
    test_core core;
    const unsigned holder = core.add_active(), other = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, holder, 100), TK_OK);
    core.accept_transaction(holder);
    EXPECT_EQ(core.global(), 100 * ns);
    core.exhaust(other);
    EXPECT_EQ(core.holder(), static_cast<int>(other));
    EXPECT_EQ(core.global(), 1100 * ns) << "time does not stop while SystemC waits";
}

TEST(token, one_that_waits_for_systemc_holds_it_when_nobody_else_is_active)
{
    test_core core;
    const unsigned cpu = core.add_active();
    core.accept_transaction(cpu);
    EXPECT_EQ(core.holder(), static_cast<int>(cpu));
}

TEST(token, holds_and_handovers_are_counted)
{
    test_core core;
    const unsigned first = core.add_active(), second = core.add_active();
    ASSERT_EQ(tk_vcpu_idle(core, first), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, first, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, second), TK_OK);
    EXPECT_EQ(core.info(first).token_holds, 2u);
    EXPECT_EQ(core.info(second).token_holds, 1u);
    EXPECT_EQ(core.stats().token_handovers, 2u);
    ASSERT_EQ(tk_vcpu_idle(core, first), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, first, 0), TK_OK);
    EXPECT_EQ(core.info(first).token_holds, 3u);
    EXPECT_EQ(core.stats().token_handovers, 2u) << "it came back to the same one";
}

// Work of QEMU's for a CPU that is powered off is a kick, too.
TEST(token, one_that_was_kicked_has_it_only_when_it_has_looked)
{
    test_core core;
    const unsigned cpu = core.add();
    ASSERT_EQ(tk_vcpu_kick(core, cpu, 0), TK_OK);
    EXPECT_EQ(core.holder(), TK_NOBODY);
    EXPECT_FALSE(tk_all_idle(core)) << "no time passes before it has looked";
    EXPECT_TRUE(core.info(cpu).kicked);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(tk_vcpu_suspend(core, cpu), TK_ESTATE);
    ASSERT_EQ(tk_vcpu_idle(core, cpu), TK_OK);
    EXPECT_TRUE(tk_all_idle(core));
    ASSERT_EQ(tk_vcpu_kick(core, cpu, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(cpu));
    EXPECT_FALSE(core.info(cpu).kicked);
    EXPECT_EQ(core.info(cpu).token_holds, 1u);
}

// Else the host would decide which thread looks first, and so who gets it.
TEST(token, is_given_when_all_who_were_kicked_have_looked)
{
    test_core core;
    const unsigned holder = core.add_active(), low = core.add(), off = core.add(), most = core.add();
    ASSERT_EQ(tk_vcpu_report(core, holder, 100), TK_OK);
    for (const unsigned each : {low, off, most}) {
        ASSERT_EQ(tk_vcpu_kick(core, each, 0), TK_OK);
    }
    EXPECT_EQ(core.holder(), static_cast<int>(holder)) << "who has it keeps it meanwhile";
    ASSERT_EQ(tk_vcpu_idle(core, holder), TK_OK);
    EXPECT_EQ(core.holder(), TK_NOBODY);
    ASSERT_EQ(tk_vcpu_resume(core, most, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, most, 50), TK_OK);
    EXPECT_EQ(core.holder(), TK_NOBODY);
    EXPECT_EQ(core.global(), 100 * ns) << "time waits for who may need it";
    ASSERT_EQ(tk_vcpu_resume(core, low, 0), TK_OK);
    ASSERT_EQ(tk_vcpu_idle(core, off), TK_OK);
    EXPECT_EQ(core.holder(), static_cast<int>(most));
    EXPECT_EQ(core.global(), 150 * ns);
    EXPECT_EQ(core.info(off).token_holds, 0u);
}

// Found by the SPIN model: there was always one that had yet to look, and time stood for ever.
TEST(token, two_that_kick_each_other_in_turn_do_not_stop_time)
{
    test_core core;
    const unsigned cpus[] = {core.add_active(), core.add()};
    ASSERT_EQ(tk_vcpu_kick(core, cpus[1], 0), TK_OK);
    for (unsigned round = 0; round < 100; round++) {
        const unsigned runs = cpus[round % 2], kicked = cpus[1 - round % 2];
        core.exhaust(runs);
        ASSERT_EQ(tk_vcpu_idle(core, runs), TK_OK);
        ASSERT_EQ(tk_vcpu_kick(core, runs, 0), TK_OK) << "before the other has looked";
        ASSERT_EQ(tk_vcpu_resume(core, kicked, 0), TK_OK);
        ASSERT_LE(core.local(runs), core.global() + 2 * us) << round;
    }
    EXPECT_GE(core.global(), 90 * us);
}
