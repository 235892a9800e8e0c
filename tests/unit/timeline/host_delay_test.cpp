// SPDX-License-Identifier: MIT
//
// The host takes its time: it does not run a vCPU's thread, or SystemC's, for as long as it likes. No time
// passes by that, and nothing forces it on.
#include "fake_systemc.h"
#include "test_timeline.h"

static constexpr uint64_t hour_ns = UINT64_C(3600000000000);

static tk_keeper_step poked_step(tk_timeline *timeline, uint64_t now_ps, uint64_t next_ps)
{
    tk_keeper_step step{};
    step.now_ps = now_ps;
    step.next_ps = next_ps;
    tk_timeline_keeper_poke(timeline); // what ends its wait
    tk_timeline_keeper_step(timeline, &step, true);
    return step;
}

// A watchdog would let time go on although an active vCPU has not come that far.
TEST(host_delay, of_a_vcpu_that_executes_lets_no_time_pass)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    const unsigned slow = source.add(), fast = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(slow));
    ASSERT_FALSE(source.hold(fast));
    source.counter(1) += 1000;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, fast)) << "a quantum ahead of the other";
    for (int i = 0; i < 100; i++) {
        host.now_ns += hour_ns;
        ASSERT_EQ(timeline.now(), 0u);
        ASSERT_TRUE(source.hold(fast));
        ASSERT_EQ(poked_step(timeline, 0, TK_NEVER).go_ps, 0u) << "SystemC does not pass it either";
        tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    }
    source.counter(0) += 250;
    EXPECT_TRUE(tk_timeline_end_of_quantum(timeline, slow));
    EXPECT_EQ(timeline.now(), 250 * ns);
    EXPECT_FALSE(source.hold(fast));
    tk_timeline_keeper_detach(timeline);
}

// SystemC must not run ahead between an interrupt and the moment when the host lets the woken vCPU's thread
// run.
TEST(host_delay, of_a_vcpu_that_was_woken_lets_no_time_pass)
{
    for (const tk_idle_mode idle : {TK_IDLE_WARP, TK_IDLE_WALLCLOCK}) {
        fake_host host;
        tk_timeline_config config = host.config();
        config.idle = idle;
        test_timeline timeline(config);
        test_source source(timeline);
        const unsigned cpu = source.add();
        tk_timeline_keeper_attach(timeline);
        tk_timeline_keeper_window(timeline, 0, TK_NEVER);
        tk_timeline_kicked(timeline, cpu);
        const uint64_t woken = timeline.now();
        host.now_ns += 20000000;
        EXPECT_EQ(poked_step(timeline, woken, woken + 747 * ms).go_ps, woken);
        EXPECT_EQ(timeline.now(), woken);
        tk_timeline_keeper_window(timeline, woken, woken + 747 * ms);
        EXPECT_FALSE(source.hold(cpu));
        EXPECT_EQ(timeline.info(cpu).local_ps, woken);
        tk_timeline_keeper_detach(timeline);
    }
}

TEST(host_delay, of_a_target_lets_no_time_pass)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    const uint64_t start = timeline.now();
    timeline.suspend(cpu);
    host.now_ns += hour_ns;
    EXPECT_EQ(poked_step(timeline, 0, TK_NEVER).go_ps, start) << "SystemC has not begun with it";
    EXPECT_EQ(timeline.take_request(), start);
    host.now_ns += hour_ns; // b_transport computes
    EXPECT_EQ(timeline.now(), start);
    EXPECT_TRUE(tk_timeline_keeper_answer(timeline, start, TK_NEVER, cpu, start + 5 * ns));
    EXPECT_EQ(timeline.now(), start + 5 * ns);
    EXPECT_EQ(timeline.info(cpu).local_ps, start + 5 * ns);
    tk_timeline_keeper_detach(timeline);
}

// The clock of a guest that sleeps goes as fast as the host's, and does not show what is no time at all.
TEST(host_delay, all_idle_the_clock_goes_with_the_hosts_to_the_nanosecond)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    const unsigned cpu = source.add();
    uint64_t slept_ns = 0;
    for (uint64_t round = 1; round < 1000; round++) {
        host.now_ns += 777 * round; // at most 20 ms between two looks
        slept_ns += 777 * round;
        ASSERT_EQ(timeline.now(), slept_ns * ns);
        tk_timeline_kicked(timeline, cpu);
        host.now_ns += hour_ns; // it is awake: the host's clock does not count
        ASSERT_EQ(timeline.now(), slept_ns * ns);
        ASSERT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
        ASSERT_EQ(timeline.now(), slept_ns * ns) << "no jump at the edge";
    }
    EXPECT_EQ(timeline.info(cpu).idle_ps, timeline.now());
}
