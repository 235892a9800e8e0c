// SPDX-License-Identifier: MIT
//
// Transactions of vCPU threads with SystemC: the delays are exact, and nobody waits for ever.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include "timekeeper/gate.h"

// A vCPU that has executed for 100 ns, and waits for SystemC.
class one_that_waits : public testing::Test
{
  protected:
    void SetUp() override
    {
        ASSERT_FALSE(source.hold(cpu));
        source.counter(0) += 100;
        timeline.suspend(cpu);
    }
    test_timeline timeline;
    test_source source{timeline};
    const unsigned cpu = source.add();
};

TEST_F(one_that_waits, goes_through_its_transaction_call_by_call)
{
    EXPECT_EQ(timeline.take_request(), 100 * ns) << "its local time, to the last instruction";
    EXPECT_EQ(timeline.info(cpu).state, TK_SUSPENDED);
    tk_timeline_restart(timeline, cpu, 100 * ns + 77);
    tk_timeline_resync(timeline, cpu);
    EXPECT_EQ(timeline.info(cpu).local_ps, 100 * ns + 77);
    EXPECT_EQ(timeline.info(cpu).annotated_ps, 77u);
    EXPECT_EQ(timeline.now(), 100 * ns + 77);
    source.counter(0) += 3;
    EXPECT_EQ(timeline.now(), 103 * ns + 77);
    EXPECT_EQ(source.left, 0);
}

TEST(transactions, one_that_ends_beyond_the_window_has_the_vcpu_leave)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), other = source.add();
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(other));
    timeline.suspend(cpu);
    timeline.take_request();
    tk_timeline_restart(timeline, cpu, 50 * us);
    tk_timeline_resync(timeline, cpu);
    EXPECT_EQ(source.left, 1);
    EXPECT_TRUE(source.hold(cpu)) << "the other is behind";
    EXPECT_EQ(timeline.info(cpu).pause, TK_PAUSE_SKEW);
}

TEST(transactions, all_in_one_is_not_idle_and_the_host_clock_does_not_count)
{
    test_timeline timeline(TK_IDLE_WALLCLOCK);
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    timeline.suspend(cpu);
    const uint64_t at = timeline.take_request();
    for (int i = 0; i < 10000; i++) {
        ASSERT_EQ(timeline.now(), at);
    }
}

TEST(transactions, with_the_answer_comes_the_window_that_it_has_to_keep)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 100;
    timeline.suspend(cpu);
    tk_keeper_step step{};
    step.next_ps = TK_NEVER;
    tk_timeline_keeper_step(timeline, &step, false);
    EXPECT_EQ(step.requests, 1u);
    EXPECT_EQ(step.go_ps, 100 * ns);
    EXPECT_FALSE(step.poked);
    EXPECT_EQ(timeline.take_request(), 100 * ns);
    // The target has set an event.
    EXPECT_TRUE(tk_timeline_keeper_answer(timeline, 100 * ns, 300 * ns, cpu, 150 * ns));
    source.counter(0) += 150;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu)) << "it has come to where that is";
    EXPECT_EQ(timeline.now(), 300 * ns);
    source.counter(0) += 1;
    timeline.suspend(cpu);
    step.now_ps = 300 * ns;
    step.next_ps = TK_NEVER;
    tk_timeline_keeper_step(timeline, &step, false);
    timeline.take_request();
    EXPECT_FALSE(tk_timeline_keeper_answer(timeline, 300 * ns, 350 * ns, cpu, 400 * ns)) << "it is beyond it";
    EXPECT_EQ(timeline.now(), 350 * ns);
    tk_timeline_keeper_detach(timeline);
}

TEST(transactions, the_earliest_is_taken_first)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned late = source.add(), early = source.add(), later = source.add();
    int requests[3];
    for (const unsigned each : {late, early, later}) {
        ASSERT_FALSE(source.hold(each));
    }
    source.counter(0) += 20;
    source.counter(1) += 10;
    source.counter(2) += 30;
    tk_timeline_suspend(timeline, late, &requests[late]);
    tk_timeline_suspend(timeline, later, &requests[later]);
    tk_timeline_suspend(timeline, early, &requests[early]);
    uint64_t local_ps = 0;
    for (const unsigned each : {early, late, later}) {
        EXPECT_EQ(tk_timeline_next_request(timeline, &local_ps), &requests[each]);
        EXPECT_EQ(local_ps, timeline.info(each).local_ps);
    }
    EXPECT_EQ(tk_timeline_next_request(timeline, &local_ps), nullptr);
}

TEST_F(one_that_waits, can_withdraw_until_systemc_has_taken_its_request)
{
    EXPECT_TRUE(tk_timeline_withdraw(timeline, cpu));
    uint64_t local_ps = 0;
    EXPECT_EQ(tk_timeline_next_request(timeline, &local_ps), nullptr);
    tk_timeline_resync(timeline, cpu);
    EXPECT_EQ(timeline.info(cpu).state, TK_RUNNING);
    EXPECT_EQ(timeline.info(cpu).local_ps, 100 * ns) << "it has taken no time";
    timeline.suspend(cpu);
    EXPECT_EQ(timeline.take_request(), 100 * ns);
    EXPECT_FALSE(tk_timeline_withdraw(timeline, cpu)) << "SystemC will answer";
    EXPECT_EQ(timeline.info(cpu).state, TK_SUSPENDED);
}

// Targets that answer at once, that annotate, and that wait for longer than a quantum.
TEST(transactions, of_several_vcpus_in_many_rounds)
{
    constexpr uint64_t quantum = 10 * us;
    constexpr int rounds = 400, cpus = 3;
    test_timeline timeline(TK_IDLE_WARP, quantum);
    fake_systemc systemc(timeline);
    fake_qemu qemu(timeline);
    struct {
        tk_gate answered;
        uint64_t annotated; // written by SystemC, read at the end
    } state[cpus] = {};

    const auto access = [&](unsigned i, uint64_t waits, uint64_t delay) {
        const unsigned vcpu = qemu.vcpu(i);
        const uint32_t ticket = tk_gate_ticket(&state[i].answered);
        fake_systemc::request request = [&, i, vcpu, waits, delay](uint64_t start) {
            const auto answer = [&, i, vcpu, start, delay] {
                const uint64_t end = std::max(start, systemc.now()) + delay;
                state[i].annotated += end - start;
                tk_timeline_restart(timeline, vcpu, end);
                tk_gate_open(&state[i].answered);
            };
            if (waits) {
                systemc.at(systemc.now() + waits, answer);
            } else {
                answer();
            }
        };
        tk_timeline_suspend(timeline, vcpu, &request);
        tk_gate_wait(&state[i].answered, ticket, TK_GATE_FOREVER);
        tk_timeline_resync(timeline, vcpu);
    };
    for (unsigned i = 0; i < cpus; i++) {
        qemu.add(ghz, [&, i, n = 0]() mutable -> int {
            if (++n % 10 == 0) {
                access(i,
                       n % 40 == 0   ? 4 * quantum
                       : n % 20 == 0 ? 300 * ns
                                     : 0,
                       n % 50 == 0 ? 3 * quantum + 7 : 13);
            }
            return n < 10 * rounds ? 20 : fake_qemu::power_off;
        });
    }
    const std::function<void()> tick = [&] { systemc.at(systemc.now() + 3 * us, tick); };
    systemc.at(us, tick);
    run_to_power_off(systemc, qemu);
    for (unsigned i = 0; i < cpus; i++) {
        const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
        EXPECT_EQ(info.annotated_ps, state[i].annotated);
        EXPECT_EQ(info.instructions, qemu.executed(i));
        EXPECT_EQ(info.local_ps, info.instructions * ns + info.idle_ps + info.annotated_ps);
    }
}
