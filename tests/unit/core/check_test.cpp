// SPDX-License-Identifier: MIT
//
// The checks find what they are there to find: a state that breaks an invariant is named at the next event.
#include "test_core.h"

extern "C" {
#include "internal.h"
}

namespace
{

// Two active vCPUs, the first one ahead; a window and a deadline that are far away.
class broken_core : public testing::Test
{
  protected:
    void SetUp() override
    {
        GTEST_FLAG_SET(death_test_style, "threadsafe");
        m_core.add_active();
        m_core.add_active();
        m_source = m_core.add_source();
        EXPECT_EQ(tk_deadline_set(m_core, m_source, ms), TK_OK);
        EXPECT_EQ(tk_window_set(m_core, ms), TK_OK);
        m_core.execute(0);
        m_core.execute(1);
        m_core.execute(0);
    }
    tk_core &inside() { return *static_cast<tk_core *>(m_core); }
    vcpu &inside(unsigned index) { return inside().vcpus[index]; }
    // Any event that changes nothing by itself.
    void any_event() { tk_freeze(m_core, false); }

    test_core m_core;
    unsigned m_source = 0;
};

} // namespace

TEST_F(broken_core, nothing_is_said_of_one_that_is_not)
{
    any_event();
    EXPECT_EQ(m_core.local(0), 500 * ns);
}

TEST_F(broken_core, global_time_goes_back)
{
    EXPECT_DEATH(
        {
            inside().seen.global_ps += us;
            any_event();
        },
        "1: global time never goes backwards");
}

TEST_F(broken_core, local_time_goes_back)
{
    EXPECT_DEATH(
        {
            inside(1).local_ps -= 1;
            inside(1).clock.ps -= 1;
            any_event();
        },
        "1: local time");
}

TEST_F(broken_core, a_picosecond_is_invented)
{
    EXPECT_DEATH(
        {
            inside(1).local_ps += 1;
            any_event();
        },
        "2: local = executed . idle . annotated");
    EXPECT_DEATH(
        {
            inside(1).local_ps += 1;
            inside(1).clock.ps += 1;
            any_event();
        },
        "2: executed time");
    EXPECT_DEATH(
        {
            inside(1).clock.rem += 1;
            any_event();
        },
        "2: executed time");
}

TEST_F(broken_core, a_change_of_rate_loses_time)
{
    EXPECT_EQ(tk_vcpu_set_rate(m_core, 1, 333333333), TK_OK);
    EXPECT_EQ(tk_vcpu_report(m_core, 1, 1), TK_OK);
    EXPECT_DEATH(
        {
            inside(1).clock.rem = 0;
            tk_vcpu_set_rate(m_core, 1, ghz);
        },
        "2: a change of rate");
}

TEST_F(broken_core, global_time_passes_its_cap)
{
    EXPECT_DEATH(
        {
            inside().global_ps = 10 * ms;
            inside().sources[m_source].due = true;
            any_event();
        },
        "3, 4, 5: global time passes");
}

TEST_F(broken_core, a_budget_reaches_too_far)
{
    EXPECT_GT(tk_vcpu_budget(m_core, 0), 0u);
    EXPECT_DEATH(
        {
            inside(0).grant_ps = 2 * ms;
            tk_vcpu_set_rate(m_core, 0, ghz);
        },
        "3, 4, 5: no budget");
}

TEST_F(broken_core, somebody_falls_behind_systemc)
{
    EXPECT_DEATH(
        {
            inside().seen.limit_ps += us;
            any_event();
        },
        "4: nobody falls behind");
}

TEST_F(broken_core, a_timer_is_missed)
{
    EXPECT_DEATH(
        {
            inside().sources[m_source].due = true;
            any_event();
        },
        "5: a timer is due");
}

TEST_F(broken_core, the_token_is_with_somebody_who_is_idle)
{
    const unsigned idle = m_core.add();
    EXPECT_DEATH(
        {
            inside().holder = static_cast<int>(idle);
            tk_vcpu_set_rate(m_core, 0, ghz);
        },
        "6: who holds the token is active");
}

TEST_F(broken_core, the_token_goes_to_one_that_is_not_the_furthest)
{
    EXPECT_DEATH(
        {
            inside().holder = 1;
            inside().effects.time_moved = true;
            any_event();
        },
        "6: the token goes to the most active");
}

TEST_F(broken_core, the_token_moves_without_need)
{
    EXPECT_EQ(m_core.execute(1), 250u);
    EXPECT_EQ(m_core.execute(1), 250u);
    EXPECT_DEATH(
        {
            inside().holder = 1; // now the furthest
            inside().effects.time_moved = true;
            any_event();
        },
        "6: the token stays with who may keep it");
}

TEST_F(broken_core, a_vcpu_wakes_before_global_time)
{
    const unsigned idle = m_core.add();
    vcpu &v = inside(idle);
    EXPECT_DEATH(
        {
            v.active = true;
            v.idle_ps -= 1;
            v.local_ps -= 1;
            v.seen.idle_ps -= 1;
            v.seen.local_ps -= 1;
            any_event();
        },
        "7: who wakes starts at global time");
}

TEST_F(broken_core, a_pause_leaves_one_running)
{
    EXPECT_GT(tk_vcpu_budget(m_core, 0), 0u);
    EXPECT_DEATH(
        {
            inside().frozen = true;
            tk_vcpu_set_rate(m_core, 0, ghz);
        },
        "10: a pause stops everybody");
}

TEST_F(broken_core, a_wake_up_is_lost)
{
    m_core.exhaust(0);
    EXPECT_EQ(m_core.info(0).pause, TK_PAUSE_SKEW);
    m_core.execute(1);
    EXPECT_TRUE(inside(0).woken);
    EXPECT_DEATH(
        {
            inside(0).woken = false;
            tk_vcpu_set_rate(m_core, 1, ghz);
        },
        "11: a paused vCPU that may go on is woken");
}

TEST_F(broken_core, a_vcpu_does_two_things_at_once)
{
    EXPECT_DEATH(
        {
            inside(0).running = inside(0).suspended = true;
            any_event();
        },
        "state: who runs");
    EXPECT_DEATH(
        {
            inside(0).active = false;
            inside(0).running = true;
            any_event();
        },
        "state: who is idle");
}
