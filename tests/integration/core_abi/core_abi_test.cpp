// SPDX-License-Identifier: MIT
//
// The C ABI of the core from C++, through its shared library. README.md has the times.
#include <timekeeper/timekeeper.h>

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>

namespace
{

constexpr uint64_t us = 1000 * TK_PS_PER_NS;
constexpr uint64_t quantum = 1000 * us;

struct free_core {
    void operator()(tk_core *core) const { tk_free(core); }
};

class CoreAbi : public testing::Test
{
  protected:
    void SetUp() override
    {
        const tk_config config = {quantum, 1, false, nullptr, nullptr};
        tk_core *made = nullptr;
        ASSERT_EQ(tk_new(&config, &made), TK_OK);
        core.reset(made);
        ASSERT_EQ(tk_window_set(made, TK_NEVER), TK_OK);
        ASSERT_EQ(tk_source_add(made, &timer), TK_OK);
        ASSERT_EQ(tk_freeze(made, false), TK_OK);
    }

    unsigned add(uint64_t insn_per_second)
    {
        unsigned index = 0;
        EXPECT_EQ(tk_vcpu_add(core.get(), insn_per_second, &index), TK_OK);
        EXPECT_EQ(tk_vcpu_resume(core.get(), index, 0), TK_OK);
        return index;
    }

    tk_vcpu_info info(unsigned index)
    {
        tk_vcpu_info info;
        EXPECT_EQ(tk_vcpu_get(core.get(), index, &info), TK_OK);
        return info;
    }

    // Executes what it may, at most `left`; asleep when nothing is left.
    void execute(unsigned index, uint64_t &left)
    {
        const uint64_t n = left > 0 ? std::min(left, tk_vcpu_budget(core.get(), index)) : 0;
        if (n == 0) {
            return;
        }
        EXPECT_EQ(tk_vcpu_report(core.get(), index, n), TK_OK);
        left -= n;
        if (left == 0) {
            EXPECT_EQ(tk_vcpu_idle(core.get(), index), TK_OK);
        }
    }

    // True once for each time that the timer is due.
    bool timer_is_due()
    {
        tk_effects effects;
        return tk_effects_take(core.get(), &effects) && (effects.timers[0] >> timer & 1);
    }

    std::unique_ptr<tk_core, free_core> core;
    unsigned timer = 0;
};

} // namespace

TEST_F(CoreAbi, TwoVcpusAndATimer)
{
    const unsigned fast = add(1000000000), slow = add(400000000);
    uint64_t fast_left = 3000000, slow_left = 600000;
    int due = 0;

    ASSERT_EQ(tk_deadline_set(core.get(), timer, 2500 * us), TK_OK);
    while (!tk_all_idle(core.get()) || due == 0) {
        const uint64_t before = tk_global_time(core.get());
        execute(fast, fast_left);
        execute(slow, slow_left);
        if (timer_is_due()) {
            due++;
            EXPECT_EQ(tk_global_time(core.get()), 2500 * us);
            EXPECT_EQ(info(fast).pause, TK_PAUSE_NONE); // it has not asked for more yet
            EXPECT_EQ(tk_vcpu_budget(core.get(), fast), 0u);
            EXPECT_EQ(info(fast).pause, TK_PAUSE_DEADLINE);
            EXPECT_EQ(info(slow).state, TK_IDLE);
            EXPECT_EQ(info(slow).local_ps, 1500 * us);
            slow_left = 400000;
            ASSERT_EQ(tk_vcpu_resume(core.get(), slow, 0), TK_OK);
            ASSERT_EQ(tk_deadline_set(core.get(), timer, 10000 * us), TK_OK);
        }
        ASSERT_TRUE(tk_global_time(core.get()) >= before);
        ASSERT_LE(tk_global_time(core.get()), 3500 * us);
    }

    EXPECT_EQ(due, 1);
    EXPECT_EQ(tk_global_time(core.get()), 3500 * us);
    EXPECT_EQ(info(fast).instructions, 3000000u);
    EXPECT_EQ(info(fast).local_ps, 3000 * us);
    EXPECT_EQ(info(slow).instructions, 1000000u);
    EXPECT_EQ(info(slow).local_ps, 3500 * us);
    EXPECT_EQ(info(slow).idle_ps, 1000 * us);
    EXPECT_EQ(tk_holder(core.get()), TK_NOBODY);

    ASSERT_EQ(tk_idle_advance(core.get(), TK_NEVER - 1), TK_OK);
    EXPECT_TRUE(timer_is_due());
    EXPECT_EQ(tk_global_time(core.get()), 10000 * us);

    tk_stats stats;
    tk_stats_get(core.get(), &stats);
    EXPECT_GT(stats.max_skew_ps, 0u);
    EXPECT_LE(stats.max_skew_ps, quantum);
}

TEST_F(CoreAbi, ErrorsAreCodesWithATextAndChangeNothing)
{
    unsigned index = 99;
    EXPECT_EQ(tk_vcpu_add(core.get(), 0, &index), TK_EINVAL);
    EXPECT_STREQ(tk_strerror(TK_EINVAL), "invalid argument");
    EXPECT_EQ(tk_vcpu_count(core.get()), 0u);
    add(1000);
    EXPECT_EQ(tk_idle_advance(core.get(), us), TK_ESTATE);
    EXPECT_STREQ(tk_strerror(TK_ESTATE), "not possible in this state");
    EXPECT_EQ(tk_global_time(core.get()), 0u);
}
