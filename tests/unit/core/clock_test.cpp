// SPDX-License-Identifier: MIT
//
// Executed time is exact, at any rate, however the instructions are split.
#include "test_core.h"

#include <algorithm>
#include <random>

__extension__ typedef unsigned __int128 u128;

static uint64_t oracle_ps(uint64_t n, uint64_t rate)
{
    return static_cast<uint64_t>(static_cast<u128>(n) * TK_PS_PER_SECOND / rate);
}

class clock_of_rate : public testing::TestWithParam<uint64_t>
{
};

TEST_P(clock_of_rate, is_exact_after_each_of_many_random_steps)
{
    const uint64_t rate = GetParam();
    test_core core;
    const unsigned cpu = core.add_active(rate);
    std::mt19937_64 random(rate);
    uint64_t total = 0;

    for (int i = 0; i < 20000; i++) {
        // steps of all sizes, while the time fits
        const uint64_t n = random() % (UINT64_C(1) << random() % 33) + 1;
        if (static_cast<u128>(total + n) * TK_PS_PER_SECOND / rate >= TK_NEVER) {
            break;
        }
        ASSERT_EQ(tk_vcpu_report(core, cpu, n), TK_OK);
        total += n;
        ASSERT_EQ(core.local(cpu), oracle_ps(total, rate)) << total << " instructions";
    }
    EXPECT_EQ(core.info(cpu).instructions, total);
}

TEST_P(clock_of_rate, does_not_care_how_instructions_are_split)
{
    const uint64_t rate = GetParam();
    const uint64_t total = rate < 1000 ? 10000 : 1000003;
    test_core core;
    const unsigned one_by_one = core.add_active(rate), at_once = core.add_active(rate);

    for (uint64_t i = 0; i < total; i++) {
        ASSERT_EQ(tk_vcpu_report(core, one_by_one, 1), TK_OK);
    }
    ASSERT_EQ(tk_vcpu_report(core, at_once, total), TK_OK);
    EXPECT_EQ(core.local(one_by_one), core.local(at_once));
}

INSTANTIATE_TEST_SUITE_P(rates, clock_of_rate,
                         testing::Values(1, 3, 333333333, 400000000, 1000000000, 2000000000, TK_RATE_MAX));

TEST(clock, has_no_drift_after_1e15_instructions)
{
    const uint64_t rate = 333333333, total = 1000000000000000;
    test_core core;
    const unsigned split = core.add_active(rate), whole = core.add_active(rate);
    std::mt19937_64 random(1);

    ASSERT_EQ(tk_vcpu_report(core, whole, total), TK_OK);
    for (uint64_t left = total; left > 0;) {
        const uint64_t n = std::min(left, random() % 1000000000000 + 1);
        ASSERT_EQ(tk_vcpu_report(core, split, n), TK_OK);
        left -= n;
    }
    EXPECT_EQ(core.local(whole), UINT64_C(3000000003000000003)); // 1e27 / 333333333, rounded down
    EXPECT_EQ(core.local(split), core.local(whole));
    EXPECT_EQ(core.info(split).instructions, total);
}

TEST(clock, loses_less_than_a_picosecond_in_a_thousand_changes_of_rate)
{
    test_core core;
    const unsigned cpu = core.add_active(7);
    std::mt19937_64 random(2);
    uint64_t rate = 7;
    u128 exact = 0; // in 2^-32 ps, each step rounded down: 1000 steps lose less than 2^-22 ps

    for (int i = 0; i < 1000; i++) {
        const uint64_t n = random() % 1000 + 1;
        ASSERT_EQ(tk_vcpu_report(core, cpu, n), TK_OK);
        exact += (static_cast<u128>(n) * TK_PS_PER_SECOND << 32) / rate;
        rate = random() % 1000000007 + 1;
        ASSERT_EQ(tk_vcpu_set_rate(core, cpu, rate), TK_OK);
    }
    const auto whole = static_cast<uint64_t>(exact >> 32);
    EXPECT_LE(core.local(cpu), whole + 1);
    EXPECT_GE(core.local(cpu), whole - 1);
}

TEST(clock, keeps_the_fraction_over_a_change_of_rate)
{
    test_core core;
    const unsigned cpu = core.add_active(3);

    // A third of a second at 3 Hz leaves a third of a picosecond; three of them are a whole one.
    for (int i = 0; i < 3; i++) {
        ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
        ASSERT_EQ(tk_vcpu_set_rate(core, cpu, 999999), TK_OK);
        ASSERT_EQ(tk_vcpu_set_rate(core, cpu, 3), TK_OK);
    }
    EXPECT_EQ(core.local(cpu), TK_PS_PER_SECOND);
}

TEST(clock, keeps_the_time_of_what_was_executed_before_a_change_of_rate)
{
    test_core core;
    const unsigned cpu = core.add_active(1000);

    ASSERT_EQ(tk_vcpu_report(core, cpu, 500), TK_OK);
    ASSERT_EQ(tk_vcpu_set_rate(core, cpu, 1000000), TK_OK);
    EXPECT_EQ(core.local(cpu), TK_PS_PER_SECOND / 2);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1000000), TK_OK);
    EXPECT_EQ(core.local(cpu), TK_PS_PER_SECOND / 2 + TK_PS_PER_SECOND);
    EXPECT_EQ(core.info(cpu).insn_per_second, 1000000u);
}

TEST(conversions, quantum_to_instructions)
{
    EXPECT_EQ(tk_quantum_to_insn(ms, ghz), 1000000u);
    EXPECT_EQ(tk_quantum_to_insn(ms, 333333333), 333333u);
    EXPECT_EQ(tk_quantum_to_insn(1, TK_RATE_MAX), 1u);
    EXPECT_EQ(tk_quantum_to_insn(1, 1), 1u) << "at least one";
    EXPECT_EQ(tk_quantum_to_insn(TK_NEVER - 1, TK_RATE_MAX), TK_NEVER - 1);
}

TEST(conversions, instructions_to_time)
{
    EXPECT_EQ(tk_insn_to_ps(0, 1), 0u);
    EXPECT_EQ(tk_insn_to_ps(1, 3), UINT64_C(333333333333));
    EXPECT_EQ(tk_insn_to_ps(3, 3), TK_PS_PER_SECOND);
    EXPECT_EQ(tk_insn_to_ps(UINT64_MAX - 1, TK_RATE_MAX), UINT64_MAX - 1);
    EXPECT_EQ(tk_insn_to_ps(18446744, 1), UINT64_C(18446744000000000000));
    EXPECT_EQ(tk_insn_to_ps(18446745, 1), TK_NEVER);
    EXPECT_EQ(tk_insn_to_ps(UINT64_MAX, 1), TK_NEVER);
}
