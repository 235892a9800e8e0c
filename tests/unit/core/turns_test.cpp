// SPDX-License-Identifier: MIT
//
// Deterministic mode (docs/time-model.md, line 8).
#include "any_host.h"

// --- the rules ---------------------------------------------------------------------------------------

namespace
{

// Two vCPUs of equal rate that have both asked for a budget, and were refused.
class two_in_turns : public ::testing::Test
{
  protected:
    two_in_turns() : core(us, 4, true), a(core.add_active()), b(core.add_active())
    {
        arrive(b);
        EXPECT_EQ(tk_turn(core), TK_NOBODY) << "nobody knows yet whether the other one is idle";
        arrive(a);
    }
    void arrive(unsigned i) { EXPECT_EQ(tk_vcpu_ready(core, i), TK_OK); }
    // a is inside a transaction when b waits for an exclusive section; then the transaction is over, and a
    // has a budget to leave with.
    void let_a_come_out_for_b()
    {
        EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
        EXPECT_EQ(tk_vcpu_suspend(core, a), TK_OK);
        EXPECT_EQ(tk_vcpu_ready(core, a), TK_OK);
        EXPECT_EQ(tk_systemc_leave(core), TK_OK);
        EXPECT_EQ(tk_vcpu_accept(core, a), TK_OK);
        EXPECT_EQ(tk_systemc_parked(core, 10 * us), TK_OK);
        EXPECT_EQ(tk_turn(core), static_cast<int>(b));
        EXPECT_EQ(tk_vcpu_budget(core, b), 1000u);
        EXPECT_EQ(tk_vcpu_report(core, b, 10), TK_OK);
        EXPECT_EQ(tk_vcpu_block(core, b, true), TK_OK); // it waits for a to leave
        EXPECT_TRUE(tk_all_idle(core));
        EXPECT_EQ(tk_idle_advance(core, 10 * us), TK_OK);
        EXPECT_EQ(tk_turn(core), TK_SYSTEMC);
        EXPECT_EQ(tk_systemc_leave(core), TK_OK);
        EXPECT_EQ(tk_vcpu_restart(core, a, 10 * us), TK_OK);
        EXPECT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
        arrive(a);
        EXPECT_EQ(tk_turn(core), static_cast<int>(a)) << "b comes before it by its time, but waits for it";
        EXPECT_GT(tk_vcpu_budget(core, a), 0u);
    }

    test_core core;
    unsigned a, b;
};

} // namespace

TEST_F(two_in_turns, the_one_that_is_behind_comes_first_and_then_the_lower_index)
{
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
    EXPECT_EQ(core.execute(a), 1000u) << "a quantum";
    arrive(a);
    EXPECT_EQ(tk_turn(core), static_cast<int>(b));
    EXPECT_EQ(core.execute(b), 1000u);
    arrive(b);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
}

TEST_F(two_in_turns, the_order_that_was_given_comes_before_the_index)
{
    test_core other(us, 4, true);
    const unsigned first = other.add_active(), second = other.add_active();
    tk_vcpu_set_order(other, first, 9);
    for (const unsigned i : {first, second}) {
        tk_vcpu_budget(other, i);
        tk_vcpu_ready(other, i);
    }
    EXPECT_EQ(tk_turn(other), static_cast<int>(second));
}

TEST_F(two_in_turns, nobody_gets_a_budget_out_of_turn)
{
    EXPECT_EQ(tk_vcpu_budget(core, b), 0u);
    EXPECT_EQ(core.info(b).pause, TK_PAUSE_TURN);
}

TEST_F(two_in_turns, a_kick_is_looked_at_before_anybody_goes_on_and_ends_no_turn)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    tk_effects effects;
    tk_effects_take(core, &effects);
    EXPECT_EQ(tk_vcpu_kick(core, b, 0), TK_OK);
    tk_effects_take(core, &effects);
    EXPECT_TRUE(has(effects.stop, a));
    EXPECT_EQ(tk_vcpu_report(core, a, 10), TK_OK);
    arrive(a);
    EXPECT_EQ(tk_vcpu_budget(core, a), 0u) << "the other one's thread has not looked yet";
    tk_vcpu_ready(core, a);
    arrive(b);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
    EXPECT_EQ(tk_vcpu_budget(core, a), 990u) << "what was left of its turn";
}

TEST_F(two_in_turns, who_becomes_idle_out_of_turn_is_idle_when_the_turn_passes)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_vcpu_idle(core, b), TK_OK);
    EXPECT_NE(core.info(b).state, TK_IDLE) << "whoever executes must not see when its thread came";
    EXPECT_EQ(tk_vcpu_report(core, a, 1000), TK_OK);
    arrive(a);
    EXPECT_EQ(core.info(b).state, TK_IDLE);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
}

TEST_F(two_in_turns, systemc_goes_first_when_it_has_something_to_do_and_nobody_executes_meanwhile)
{
    EXPECT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_systemc_request(core), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a)) << "it has its turn";
    EXPECT_EQ(tk_vcpu_report(core, a, 1000), TK_OK);
    arrive(a);
    EXPECT_EQ(tk_turn(core), TK_SYSTEMC);
    EXPECT_EQ(tk_systemc_leave(core), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, b), 0u);
    tk_vcpu_ready(core, b);
    EXPECT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(b));
}

TEST_F(two_in_turns, a_transaction_on_its_way_holds_systemc_back)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_systemc_parked(core, 0), TK_OK); // an event is due
    EXPECT_EQ(tk_vcpu_suspend(core, a), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a)) << "its thread has not handed it over yet";
    EXPECT_EQ(tk_vcpu_ready(core, a), TK_OK);
    EXPECT_EQ(tk_turn(core), TK_SYSTEMC);
}

TEST_F(two_in_turns, who_is_inside_a_transaction_comes_out_when_an_exclusive_section_waits_for_it)
{
    let_a_come_out_for_b();
    EXPECT_EQ(tk_vcpu_resume(core, a, 0), TK_OK); // it has left
    EXPECT_EQ(tk_vcpu_budget(core, a), 0u) << "and stays out";
    EXPECT_EQ(tk_vcpu_ready(core, a), TK_OK);
    EXPECT_EQ(tk_vcpu_block(core, b, false), TK_OK); // it has got what it waited for
    EXPECT_EQ(tk_turn(core), static_cast<int>(b));
}

// b gets its section as soon as a is out of its loop, and may be through with it before a's thread has said
// so.
TEST_F(two_in_turns, an_exclusive_section_takes_the_turn_from_who_has_left_for_it_and_not_said_so_yet)
{
    let_a_come_out_for_b();
    tk_effects effects;
    tk_effects_take(core, &effects);
    EXPECT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(b));
    tk_effects_take(core, &effects);
    EXPECT_TRUE(has(effects.stop, a)) << "it has no turn any more";
    EXPECT_TRUE(has(effects.stop, b)) << "it asks again";
    arrive(b);
    EXPECT_EQ(tk_vcpu_budget(core, b), 0u) << "nobody knows yet how far a has come";
    EXPECT_EQ(tk_vcpu_report(core, a, 5), TK_OK);
    arrive(a);
    EXPECT_GT(tk_vcpu_budget(core, b), 0u);
}

// Work that another thread of QEMU's has queued: an idle CPU's thread does it in an exclusive section,
// without a kick that came here.
TEST_F(two_in_turns, an_idle_one_that_waits_for_an_exclusive_section_gets_it_and_lets_the_other_go_on)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_vcpu_idle(core, b), TK_OK);
    EXPECT_EQ(tk_vcpu_report(core, a, 1000), TK_OK);
    arrive(a);
    EXPECT_EQ(core.info(b).state, TK_IDLE);
    EXPECT_EQ(tk_vcpu_block(core, b, true), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, a), 0u) << "nobody enters while a section is awaited";
    tk_effects effects;
    tk_effects_take(core, &effects);
    EXPECT_EQ(tk_vcpu_block(core, b, false), TK_OK);
    tk_effects_take(core, &effects);
    EXPECT_TRUE(has(effects.wake, a));
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
}

TEST_F(two_in_turns, who_is_removed_while_systemc_works_has_no_turn_any_more)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_vcpu_suspend(core, a), TK_OK);
    EXPECT_EQ(tk_systemc_leave(core), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
    EXPECT_EQ(tk_vcpu_remove(core, a), TK_OK);
    EXPECT_EQ(tk_turn(core), TK_NOBODY);
    EXPECT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(b));
}

TEST_F(two_in_turns, a_stop_of_everything_ends_no_turn)
{
    EXPECT_EQ(tk_vcpu_budget(core, a), 1000u);
    EXPECT_EQ(tk_freeze(core, true), TK_OK);
    EXPECT_EQ(tk_vcpu_report(core, a, 600), TK_OK);
    arrive(a);
    EXPECT_EQ(tk_freeze(core, false), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
    EXPECT_EQ(tk_vcpu_budget(core, a), 400u);
}

// --- the promise -------------------------------------------------------------------------------------

namespace
{

std::string seen_by(uint64_t guest, uint64_t host, unsigned cpus, bool with_systemc)
{
    any_host system(guest, host, cpus, with_systemc);
    system.run(300);
    EXPECT_FALSE(system.stuck()) << "guest " << guest << ", host " << host << system.log();
    return system.log() + (with_systemc ? system.statistics() : "");
}

void same_on_any_host(unsigned cpus, bool with_systemc)
{
    for (uint64_t guest = 0; guest < 10 && !::testing::Test::HasFailure(); guest++) {
        const std::string reference = seen_by(guest, 1, cpus, with_systemc);
        for (uint64_t host = 2; host < 12; host++) {
            ASSERT_EQ(seen_by(guest, host, cpus, with_systemc), reference)
                << "guest " << guest << ", host " << host;
        }
    }
}

} // namespace

TEST(deterministic, one_cpu_sees_the_same_on_any_host)
{
    same_on_any_host(1, true);
}

TEST(deterministic, four_cpus_and_systemc_see_the_same_on_any_host)
{
    same_on_any_host(4, true);
}

TEST(deterministic, sixteen_cpus_and_systemc_see_the_same_on_any_host)
{
    same_on_any_host(16, true);
}

TEST(deterministic, four_cpus_without_systemc_see_the_same_on_any_host)
{
    same_on_any_host(4, false);
}

TEST(deterministic, different_guests_see_different_things)
{
    EXPECT_NE(seen_by(0, 1, 4, true), seen_by(1, 1, 4, true));
}
