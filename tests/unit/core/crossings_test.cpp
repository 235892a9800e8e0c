// SPDX-License-Identifier: MIT
//
// Crossings: changes that QEMU makes in SystemC bound vCPUs and SystemC until SystemC has processed them.
#include "test_core.h"

TEST(crossings, stop_a_vcpu_where_it_made_one)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_budget(core, cpu), 1000u);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 300), TK_OK);
    core.take();
    ASSERT_EQ(tk_crossing_made(core, 300 * ns), TK_OK);
    EXPECT_TRUE(has(core.take().stop, cpu)) << "it has a budget past the change";
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 0u);
    EXPECT_EQ(core.info(cpu).pause, TK_PAUSE_WINDOW);
    ASSERT_EQ(tk_crossing_taken(core, TK_NEVER), TK_OK);
    EXPECT_TRUE(has(core.take().wake, cpu));
    EXPECT_EQ(tk_vcpu_budget(core, cpu), 1000u);
}

TEST(crossings, stop_systemc_and_global_time)
{
    test_core core;
    const unsigned made = core.add_active(), other = core.add_active();
    ASSERT_EQ(core.execute(made), 250u);
    ASSERT_EQ(tk_crossing_made(core, 250 * ns), TK_OK);
    EXPECT_EQ(core.limit(), 0u) << "the other vCPU is not there yet";
    ASSERT_EQ(core.execute(other), 250u);
    EXPECT_EQ(core.limit(), 250 * ns);
    ASSERT_EQ(tk_vcpu_budget(core, other), 0u) << "it may not pass the change";
    ASSERT_EQ(tk_vcpu_report(core, other, 7), TK_OK); // the rest of its block
    ASSERT_EQ(tk_vcpu_report(core, made, 5), TK_OK);
    EXPECT_EQ(core.limit(), 250 * ns);
    EXPECT_EQ(core.global(), 250 * ns);
    EXPECT_EQ(tk_cap(core), 250 * ns);
    ASSERT_EQ(tk_crossing_taken(core, TK_NEVER), TK_OK);
    EXPECT_EQ(core.limit(), 255 * ns);
}

TEST(crossings, of_several_the_earliest_counts)
{
    test_core core;
    const unsigned first = core.add_active(), second = core.add_active();
    ASSERT_EQ(core.execute(first), 250u);
    ASSERT_EQ(tk_vcpu_report(core, second, 100), TK_OK);
    ASSERT_EQ(tk_crossing_made(core, 250 * ns), TK_OK);
    ASSERT_EQ(tk_crossing_made(core, 100 * ns), TK_OK);
    ASSERT_EQ(tk_crossing_made(core, 170 * ns), TK_OK);
    EXPECT_EQ(core.limit(), 100 * ns);
    ASSERT_EQ(tk_crossing_taken(core, 170 * ns), TK_OK);
    EXPECT_EQ(tk_vcpu_budget(core, second), 70u);
    EXPECT_EQ(tk_crossing_taken(core, 169 * ns), TK_EINVAL) << "time does not go back";
}

TEST(crossings, where_systemc_may_be_already_are_refused)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(core.execute(cpu), 1000u);
    EXPECT_EQ(core.limit(), us);
    EXPECT_EQ(tk_crossing_made(core, us - 1), TK_EINVAL);
    EXPECT_EQ(tk_crossing_made(core, TK_NEVER), TK_EINVAL);
    EXPECT_EQ(tk_crossing_made(core, us), TK_OK);
    EXPECT_EQ(tk_crossing_made(nullptr, us), TK_EINVAL);
    EXPECT_EQ(tk_crossing_taken(nullptr, us), TK_EINVAL);
}

TEST(crossings, end_a_turn_and_give_systemc_the_next_when_all_are_there)
{
    test_core core(us, 4, true);
    const unsigned a = core.add_active(), b = core.add_active();
    ASSERT_EQ(tk_systemc_leave(core), TK_OK);
    ASSERT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    ASSERT_EQ(tk_vcpu_ready(core, a), TK_OK);
    ASSERT_EQ(tk_vcpu_ready(core, b), TK_OK);
    ASSERT_EQ(tk_turn(core), static_cast<int>(a));
    ASSERT_GT(tk_vcpu_budget(core, a), 0u);
    ASSERT_EQ(tk_vcpu_report(core, a, 300), TK_OK);
    ASSERT_EQ(tk_crossing_made(core, 300 * ns), TK_OK);
    ASSERT_EQ(tk_vcpu_ready(core, a), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(b)) << "b comes as far first";
    EXPECT_EQ(tk_vcpu_budget(core, b), 300u);
    ASSERT_EQ(tk_vcpu_report(core, b, 300), TK_OK);
    ASSERT_EQ(tk_vcpu_ready(core, b), TK_OK);
    EXPECT_EQ(tk_turn(core), TK_SYSTEMC);
    ASSERT_EQ(tk_systemc_leave(core), TK_OK);
    ASSERT_EQ(tk_crossing_taken(core, TK_NEVER), TK_OK);
    ASSERT_EQ(tk_systemc_parked(core, TK_NEVER), TK_OK);
    EXPECT_EQ(tk_turn(core), static_cast<int>(a));
}

TEST(crossings, are_not_passed_while_all_are_idle)
{
    test_core core;
    core.add();
    ASSERT_EQ(tk_crossing_made(core, 500 * ns), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, us), TK_OK);
    EXPECT_EQ(core.global(), 500 * ns);
    ASSERT_EQ(tk_crossing_taken(core, TK_NEVER), TK_OK);
    ASSERT_EQ(tk_idle_advance(core, us), TK_OK);
    EXPECT_EQ(core.global(), us);
}
