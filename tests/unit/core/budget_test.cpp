// SPDX-License-Identifier: MIT
//
// Budgets: the least number of instructions that reaches what bounds the vCPU.
#include "test_core.h"

#include <random>

__extension__ typedef unsigned __int128 u128;

TEST(budget, alone_it_gets_a_quantum)
{
    for (uint64_t rate : {UINT64_C(1000), ghz, 2 * ghz, TK_RATE_MAX}) {
        test_core core(ms);
        EXPECT_EQ(tk_vcpu_budget(core, core.add_active(rate)), rate / 1000);
    }
}

TEST(budget, with_others_it_reports_several_times_a_quantum)
{
    for (uint32_t reports : {1u, 3u, 4u, 1000u}) {
        test_core core(us, reports);
        const unsigned cpu = core.add_active();
        core.add_active();
        EXPECT_EQ(tk_vcpu_budget(core, cpu), (us / reports + ns - 1) / ns) << reports << " reports";
    }
}

TEST(budget, more_reports_than_picoseconds_still_give_a_budget)
{
    test_core core(1, 1024);
    const unsigned cpu = core.add_active(TK_RATE_MAX);
    core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1u);
}

TEST(budget, an_idle_one_does_not_shorten_it)
{
    test_core core;
    const unsigned cpu = core.add_active();
    core.add();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
}

// n instructions reach the bound, n - 1 do not; at any rate, from any start
TEST(budget, is_the_least_that_reaches_the_bound)
{
    std::mt19937_64 random(3);
    for (int i = 0; i < 20000; i++) {
        const uint64_t rate = random() % (UINT64_C(1) << random() % 40) + 1;
        const uint64_t before = random() % 1000, bound = random() % (UINT64_C(1) << random() % 50) + 1;
        test_core core(TK_NEVER - 1, 1);
        const unsigned cpu = core.add_active(rate);
        ASSERT_EQ(tk_vcpu_report(core, cpu, before), TK_OK);
        const uint64_t end = core.local(cpu) + bound;
        ASSERT_EQ(tk_window_set(core, end), TK_OK);

        const uint64_t n = tk_vcpu_budget(core, cpu);
        ASSERT_GE(n, 1u);
        const auto reaches = [&](uint64_t count) {
            return static_cast<u128>(before + count) * TK_PS_PER_SECOND >= static_cast<u128>(end) * rate;
        };
        if (n < UINT64_C(1) << 48) { // more is not granted at once
            ASSERT_TRUE(reaches(n)) << rate << " insn/s, " << before << " before, bound " << bound;
        }
        ASSERT_FALSE(reaches(n - 1)) << rate << " insn/s, " << before << " before, bound " << bound;
        ASSERT_EQ(tk_vcpu_report(core, cpu, n), TK_OK);
        if (n < UINT64_C(1) << 48) {
            ASSERT_EQ(tk_vcpu_budget(core, cpu), 0u);
        }
    }
}

TEST(budget, ends_a_quantum_ahead_of_the_slowest)
{
    test_core core;
    const unsigned fast = core.add_active(), slow = core.add_active(ghz / 2);

    ASSERT_EQ(tk_vcpu_report(core, slow, 50), TK_OK); // 100 ns
    ASSERT_EQ(tk_vcpu_report(core, fast, 1000), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, fast), 100u);
    ASSERT_EQ(tk_vcpu_report(core, fast, 99), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, fast), 1u);
    ASSERT_EQ(tk_vcpu_report(core, fast, 1), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, fast), 0u);
    EXPECT_EQ(core.info(fast).pause, TK_PAUSE_SKEW);
    EXPECT_EQ(core.info(fast).state, TK_PAUSED);
    EXPECT_GT(tk_vcpu_budget(core, slow), 0u) << "the slowest is never held back by others";
}

TEST(budget, says_which_bound_holds_it_back)
{
    test_core core;
    const unsigned cpu = core.add_active(), source = core.add_source();

    ASSERT_EQ(tk_window_set(core, 300 * ns), TK_OK);
    ASSERT_EQ(tk_deadline_set(core, source, 200 * ns), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 200u);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 200), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_DEADLINE);
    ASSERT_EQ(tk_deadline_set(core, source, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 100u);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 100), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_WINDOW);
    ASSERT_EQ(tk_freeze(core, true), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_FROZEN);
}

TEST(budget, counts_what_was_executed_beyond_the_last_one)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_window_set(core, us), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1013), TK_OK); // the rest of a block
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    ASSERT_EQ(tk_window_set(core, 2 * us), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 987u);
}

TEST(budget, an_annotated_delay_needs_a_new_one)
{
    test_core core;
    const unsigned cpu = core.add_active(), other = core.add_active();
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 250u);
    ASSERT_EQ(tk_vcpu_delay(core, cpu, 900 * ns), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 100u);
    ASSERT_EQ(tk_vcpu_delay(core, cpu, 5 * us), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(tk_vcpu_budget(core, other), 250u);
}

TEST(budget, a_slower_rate_than_the_quantum_gets_one_instruction)
{
    test_core core(ns);
    EXPECT_EQ(tk_vcpu_budget(core, core.add_active(1)), 1u);
}

TEST(budget, is_bounded_even_when_nothing_bounds_it)
{
    test_core core(TK_NEVER - 1, 1);
    const uint64_t n = tk_vcpu_budget(core, core.add_active(TK_RATE_MAX));
    EXPECT_GT(n, 0u);
    EXPECT_LT(n, UINT64_C(1) << 62) << "a shell's counter counts 62 bits";
}

// A shorter quantum holds back who is too far ahead; a longer one lets it go.
TEST(budget, follows_a_quantum_that_changes)
{
    test_core core(us, 1);
    const unsigned ahead = core.add_active(), behind = core.add_active();
    ASSERT_EQ(tk_vcpu_budget(core, ahead), 1000u);
    ASSERT_EQ(tk_vcpu_budget(core, behind), 1000u);
    ASSERT_EQ(tk_vcpu_report(core, ahead, 500), TK_OK);

    EXPECT_EQ(tk_quantum_set(core, 200 * ns), TK_OK);
    EXPECT_EQ(tk_quantum(core), 200 * ns);
    EXPECT_EQ(tk_vcpu_budget(core, ahead), 0u);
    EXPECT_EQ(core.info(ahead).pause, TK_PAUSE_SKEW);
    EXPECT_EQ(tk_vcpu_report(core, behind, 400), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, ahead), 100u);

    EXPECT_EQ(tk_quantum_set(core, 2 * us), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, ahead), 1900u);

    EXPECT_EQ(tk_quantum_set(core, 0), TK_EINVAL);
    EXPECT_EQ(tk_quantum_set(core, TK_NEVER), TK_EINVAL);
    EXPECT_EQ(tk_quantum_set(nullptr, us), TK_EINVAL);
}
