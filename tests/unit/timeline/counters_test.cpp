// SPDX-License-Identifier: MIT
//
// A vCPU's counter: what it is set to, what it counts for, and that no instruction is lost.
#include "test_timeline.h"

#include <atomic>
#include <thread>

TEST(counters, start_at_the_limit_so_that_the_first_block_asks)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT);
}

TEST(counters, reach_the_limit_when_the_budget_is_used_up)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000) << "a quantum";
    source.counter(0) += 1003;
    EXPECT_TRUE(tk_timeline_end_of_quantum(timeline, cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000);
    EXPECT_EQ(timeline.info(cpu).instructions, 1003u);
    EXPECT_EQ(timeline.info(cpu).local_ps, 1003 * ns);
}

TEST(counters, without_a_budget_are_far_from_the_limit_and_count_all_the_same)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), other = source.add();
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(other));
    source.counter(0) += 1100;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu));
    EXPECT_LT(source.counter(0), TK_COUNTER_LIMIT / 2);
    source.counter(0) += 5; // the rest of what it had begun
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(timeline.info(cpu).instructions, 1105u);
}

TEST(counters, tell_how_many_instructions_were_executed_at_each_of_them)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), other = source.add();
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, cpu), 0u);
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(other));
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, cpu), 0u) << "a budget is nothing executed";
    source.counter(0) += 999;
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, cpu), 999u);
    source.counter(0) += 101;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu)); // no budget: the other one is behind
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, cpu), 1100u);
    source.counter(0) += 5;
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, cpu), 1105u);
    EXPECT_EQ(tk_timeline_vcpu_instructions(timeline, other), 0u);
}

TEST(counters, the_holders_is_the_clock_between_reports)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(ghz / 4);
    ASSERT_FALSE(source.hold(cpu));
    for (uint64_t n = 1; n < 250; n++) {
        source.counter(0)++;
        EXPECT_EQ(timeline.now(), n * 4 * ns);
    }
}

TEST(counters, the_clock_shows_no_more_than_the_next_deadline)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    source.arm(100);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 100;
    EXPECT_EQ(timeline.now(), 100 * ns);
    source.counter(0) += 13;
    EXPECT_EQ(timeline.now(), 100 * ns) << "the timer has not been run";
    EXPECT_TRUE(tk_timeline_end_of_quantum(timeline, cpu));
    EXPECT_EQ(source.fired, 1);
    EXPECT_EQ(timeline.now(), 113 * ns);
}

// What the holder executes before it has left its loop is on its clock when it reads it, though time has been
// stopped meanwhile, or a limit now lies behind it.
class executing_holder : public testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_FALSE(m_source.hold(m_cpu));
        m_source.counter(0) += 600;
    }
    void expect_its_own_time()
    {
        tk_timeline_set_idle(m_timeline, TK_IDLE_WARP); // as before; what limits the clock is published
        m_source.counter(0) += 16;
        EXPECT_EQ(m_timeline.now(), 616 * ns);
    }

    test_timeline m_timeline;
    test_source m_source{m_timeline};
    const unsigned m_cpu = m_source.add();
};

TEST_F(executing_holder, reads_its_own_time_when_time_is_stopped)
{
    tk_timeline_freeze(m_timeline, true);
    expect_its_own_time();
    EXPECT_TRUE(m_source.hold(m_cpu));
    EXPECT_EQ(m_timeline.info(m_cpu).local_ps, 616 * ns);
    EXPECT_EQ(m_timeline.now(), 616 * ns);
}

TEST_F(executing_holder, reads_its_own_time_when_the_simulation_is_paused)
{
    tk_timeline_pause(m_timeline);
    expect_its_own_time();
    EXPECT_TRUE(m_source.hold(m_cpu));
    EXPECT_EQ(m_timeline.now(), 616 * ns);
    EXPECT_EQ(tk_timeline_continue(m_timeline), TK_OK);
    EXPECT_FALSE(m_source.hold(m_cpu));
}

TEST_F(executing_holder, reads_its_own_time_when_a_timer_is_set_that_it_has_passed)
{
    m_source.arm(500);
    EXPECT_EQ(m_source.left, 1);
    expect_its_own_time();
    EXPECT_FALSE(m_source.hold(m_cpu));
    EXPECT_EQ(m_timeline.now(), 616 * ns);
}

TEST_F(executing_holder, reads_its_own_time_when_the_window_is_drawn_back)
{
    tk_timeline_keeper_window(m_timeline, 0, 300 * ns);
    EXPECT_EQ(m_source.left, 1);
    expect_its_own_time();
    EXPECT_TRUE(m_source.hold(m_cpu)) << "SystemC is behind it";
    EXPECT_EQ(m_timeline.now(), 616 * ns);
}

TEST(counters, the_holder_reads_its_own_time_while_others_publish)
{
    test_timeline timeline(TK_IDLE_WARP, ms);
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    std::atomic<bool> end{false};
    std::thread publisher([&] {
        while (!end) {
            tk_timeline_set_idle(timeline, TK_IDLE_WARP); // as before; the clock is published
        }
    });
    unsigned wrong = 0;
    for (uint64_t n = 1; n <= 200000; n++) {
        source.counter(0)++;
        wrong += timeline.now() != n * ns;
    }
    end = true;
    publisher.join();
    EXPECT_EQ(wrong, 0u);
}

TEST(counters, only_the_holders_is_the_clock)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned holder = source.add(), other = source.add();
    ASSERT_FALSE(source.hold(holder));
    ASSERT_FALSE(source.hold(other));
    source.counter(1) += 200;
    EXPECT_EQ(timeline.now(), 0u);
    EXPECT_FALSE(tk_timeline_idle(timeline, holder, tk_timeline_ticket(timeline, holder)));
    EXPECT_EQ(timeline.now(), 200 * ns) << "after the handover it is the other's";
}

TEST(counters, the_clock_does_not_go_back_with_the_token)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned holder = source.add(), behind = source.add();
    ASSERT_FALSE(source.hold(holder));
    ASSERT_FALSE(source.hold(behind));
    source.counter(0) += 240;
    EXPECT_EQ(timeline.now(), 240 * ns);
    EXPECT_FALSE(tk_timeline_idle(timeline, holder, tk_timeline_ticket(timeline, holder)));
    EXPECT_EQ(timeline.now(), 240 * ns);
    source.counter(1) += 239;
    EXPECT_EQ(timeline.now(), 240 * ns);
    source.counter(1) += 2;
    EXPECT_EQ(timeline.now(), 241 * ns);
}

TEST(counters, may_move_in_memory)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 10;
    uint64_t moved = source.counter(0);
    source.counter(0) = 0;
    tk_timeline_vcpu_counter(timeline, cpu, &moved);
    EXPECT_EQ(timeline.now(), 10 * ns);
    moved += 5;
    EXPECT_EQ(timeline.now(), 15 * ns);
    EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    EXPECT_EQ(timeline.info(cpu).instructions, 15u);
}

TEST(counters, what_was_executed_before_a_new_rate_keeps_its_time)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 100;
    EXPECT_EQ(tk_timeline_vcpu_set_rate(timeline, cpu, ghz / 10), TK_OK);
    EXPECT_EQ(timeline.now(), 100 * ns);
    EXPECT_EQ(source.left, 1) << "its budget was counted at the old rate";
    source.counter(0) += 5;
    EXPECT_EQ(timeline.now(), 150 * ns) << "from its next block on";
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(timeline.info(cpu).instructions, 105u);
    EXPECT_EQ(timeline.info(cpu).local_ps, 150 * ns);
    EXPECT_EQ(tk_timeline_vcpu_set_rate(timeline, cpu, 0), TK_EINVAL);
    EXPECT_EQ(tk_timeline_vcpu_set_rate(timeline, cpu + 1, ghz), TK_EINVAL);
}

TEST(counters, lose_nothing_when_the_budget_is_adapted)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 7;
    tk_timeline_resync(timeline, cpu);
    EXPECT_EQ(timeline.info(cpu).instructions, 7u);
    EXPECT_EQ(timeline.now(), 7 * ns);
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 1000);
}

TEST(counters, an_earlier_timer_has_the_vcpu_leave)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    source.arm(5000);
    EXPECT_EQ(source.left, 0);
    source.arm(400);
    EXPECT_EQ(source.left, 1);
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT - 400);
}

// The kick comes before the budget, as an interrupt of SystemC's does: it has to be taken before the next
// block, so the budget is given only outside of the loop.
TEST(counters, who_is_kicked_at_the_limit_leaves_before_it_goes_on)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_window(timeline, 0, us);
    std::thread systemc([&] {
        for (uint64_t end = us; end < 1000 * us; end += us) {
            // Ends: it comes to each window's end below.
            for (tk_vcpu_info seen{}; seen.state != TK_PAUSED || seen.local_ps < end;) {
                seen = timeline.info(cpu);
            }
            tk_timeline_keeper_window(timeline, end, end + us);
        }
    });
    for (uint64_t end = us; end < 1000 * us; end += us) {
        while (source.hold(cpu)) {
            std::this_thread::yield(); // ends: the next window comes
        }
        source.counter(0) += 1000;
        tk_timeline_kicked(timeline, cpu);
        EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu));
    }
    systemc.join();
}
