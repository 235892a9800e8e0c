// SPDX-License-Identifier: MIT
//
// QEMU's own threads work on something that a guest asked for: time stands meanwhile, but not for those whom
// that work itself may be waiting for.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include "timekeeper/gate.h"

#include <cstdlib>
#include <cstring>
#include <thread>

static void expect_standstill(const test_timeline &timeline)
{
    const uint64_t at = timeline.now();
    for (int i = 0; i < 100000; i++) {
        ASSERT_EQ(timeline.now(), at);
    }
}

TEST(busy, all_idle_time_does_not_go_to_the_next_timer)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_source_busy(timeline, source, true);
    tk_timeline_source_busy(timeline, source, true);
    source.arm(100);
    std::thread worker([&] {
        while (tk_timeline_source_work(timeline, source)) {
        }
    });
    expect_standstill(timeline);
    tk_timeline_source_busy(timeline, source, false);
    expect_standstill(timeline);
    EXPECT_EQ(source.fired, 0) << "it is counted";
    tk_timeline_source_busy(timeline, source, false);
    while (source.fired == 0) {
        std::this_thread::yield(); // or it hangs: the end of the work wakes who moves time
    }
    EXPECT_EQ(timeline.now(), 100 * ns);
    tk_timeline_source_close(timeline, source);
    worker.join();
}

TEST(busy, all_idle_the_host_clock_does_not_count)
{
    test_timeline timeline(TK_IDLE_WALLCLOCK);
    test_source source(timeline);
    source.add();
    tk_timeline_source_busy(timeline, source, true);
    expect_standstill(timeline);
}

TEST(busy, vcpus_stop_at_their_next_block_those_of_other_sources_too)
{
    test_timeline timeline;
    test_source first(timeline), second(timeline, "second");
    const unsigned cpu = first.add(), other = second.add();
    ASSERT_FALSE(first.hold(cpu));
    ASSERT_FALSE(second.hold(other));
    tk_timeline_source_busy(timeline, first, true);
    EXPECT_EQ(first.left, 1);
    EXPECT_EQ(second.left, 1);
    EXPECT_TRUE(first.hold(cpu));
    EXPECT_TRUE(second.hold(other));
    tk_timeline_source_busy(timeline, first, false);
    EXPECT_FALSE(first.hold(cpu));
    EXPECT_FALSE(second.hold(other));
}

TEST(busy, a_source_that_is_stopped_or_closed_holds_nobody_up)
{
    test_timeline timeline;
    test_source first(timeline), second(timeline, "second");
    const unsigned cpu = first.add();
    ASSERT_FALSE(first.hold(cpu));
    tk_timeline_source_busy(timeline, second, true);
    EXPECT_TRUE(first.hold(cpu));
    tk_timeline_source_close(timeline, second);
    EXPECT_FALSE(first.hold(cpu));
    // Stopping, it waits for who is in a transaction: time must go on for that.
    tk_timeline_source_busy(timeline, first, true);
    timeline.suspend(cpu);
    timeline.take_request();
    tk_timeline_source_stopping(timeline, first);
    tk_keeper_step step{};
    step.next_ps = 5 * us;
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_step(timeline, &step, true);
    EXPECT_EQ(step.go_ps, 5 * us);
}

TEST(busy, the_keeper_goes_on_when_the_work_is_done)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    fake_systemc systemc(timeline);
    std::atomic<bool> happened{false};
    systemc.at(3 * us, [&] { happened = true; });
    tk_timeline_source_busy(timeline, source, true);
    systemc.start();
    expect_standstill(timeline);
    EXPECT_FALSE(happened);
    tk_timeline_source_busy(timeline, source, false);
    while (!happened) {
        std::this_thread::yield(); // or it hangs
    }
    EXPECT_GE(timeline.now(), 3 * us);
}

TEST(busy, a_keeper_with_nothing_to_come_is_not_stuck_before_the_work_is_done)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_source_busy(timeline, source, true);
    std::thread worker([&] {
        for (int i = 0; i < 1000; i++) {
            std::this_thread::yield();
        }
        source.arm(300); // what comes of the work
        tk_timeline_source_busy(timeline, source, false);
    });
    tk_keeper_step step{};
    step.next_ps = TK_NEVER;
    tk_timeline_keeper_step(timeline, &step, false);
    EXPECT_EQ(source.fired, 1);
    EXPECT_EQ(step.go_ps, 300 * ns);
    EXPECT_TRUE(step.stuck);
    worker.join();
}

TEST(busy, time_goes_on_for_a_transaction_until_it_is_over)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add(), other = source.add();
    ASSERT_FALSE(source.hold(cpu));
    ASSERT_FALSE(source.hold(other));
    timeline.suspend(cpu);
    timeline.take_request();
    tk_timeline_source_busy(timeline, source, true);
    EXPECT_FALSE(source.hold(other)) << "the work may be waiting for the end of the transaction";
    tk_timeline_restart(timeline, cpu, us / 2);
    tk_timeline_resync(timeline, cpu);
    EXPECT_TRUE(source.hold(other));
    EXPECT_TRUE(source.hold(cpu));
    tk_timeline_source_busy(timeline, source, false);
    EXPECT_FALSE(source.hold(cpu));
}

TEST(busy, time_goes_on_while_the_worker_itself_waits_for_it)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    tk_timeline_source_busy(timeline, source, true);
    EXPECT_TRUE(source.hold(cpu));
    tk_timeline_go_on(timeline, true);
    tk_timeline_go_on(timeline, true);
    tk_timeline_go_on(timeline, false);
    EXPECT_FALSE(source.hold(cpu));
    tk_timeline_go_on(timeline, false);
    EXPECT_TRUE(source.hold(cpu));
}

// Else the time at which an interrupt wakes somebody else would depend on the host.
TEST(busy, the_clock_shows_what_the_holder_has_executed_before_it_reports)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 70;
    tk_timeline_source_busy(timeline, source, true);
    EXPECT_EQ(timeline.now(), 70 * ns);
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(timeline.now(), 70 * ns);
}

TEST(busy, says_so_in_the_description)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_source_busy(timeline, source, true);
    char *text = tk_timeline_describe(timeline);
    EXPECT_NE(strstr(text, "qemu: its own threads work on 1 requests, for which time stands"), nullptr)
        << text;
    free(text);
}

// A disk: the guest asks, sleeps until the answer, and has a time-out running, which must never come first.
// One vCPU and warp: an answer comes at the time of the question, to the picosecond.
static void run_disk(fake_qemu &qemu, test_timeline &timeline, unsigned source, unsigned vcpus, bool exact)
{
    constexpr int rounds = 300;
    std::atomic<bool> asked[4] = {};
    std::atomic<bool> end{false}, too_late{false};
    std::atomic<unsigned> working{vcpus};
    tk_gate work{};

    for (unsigned i = 0; i < vcpus; i++) {
        auto round = std::make_shared<int>(0);
        auto asked_at = std::make_shared<uint64_t>(TK_NEVER);
        qemu.add(ghz, [&, i, round, asked_at]() -> int {
            if (*asked_at != TK_NEVER) {
                if (asked[i]) {
                    return fake_qemu::wait_for_interrupt; // somebody else's wake-up
                }
                if (exact) {
                    EXPECT_EQ(timeline.now(), *asked_at);
                }
                *asked_at = TK_NEVER;
                if (++*round == rounds) {
                    working--;
                    return fake_qemu::power_off;
                }
                return 50;
            }
            *asked_at = timeline.now();
            tk_timeline_source_busy(timeline, source, true);
            asked[i] = true;
            tk_gate_open(&work);
            return fake_qemu::wait_for_interrupt;
        });
    }
    std::thread disk([&] {
        while (!end) {
            const uint32_t ticket = tk_gate_ticket(&work);
            for (unsigned i = 0; i < vcpus; i++) {
                if (asked[i]) {
                    for (int k = 0; k < 50; k++) {
                        std::this_thread::yield();
                    }
                    asked[i] = false;
                    qemu.interrupt(i);
                    tk_timeline_source_busy(timeline, source, false);
                }
            }
            if (!end) {
                tk_gate_wait(&work, ticket, TK_GATE_FOREVER);
            }
        }
    });
    qemu.arm(1000000, [&] { too_late = working > 0; }); // 1 ms; the guests need 300 x 50 ns
    qemu.start();
    qemu.wait_for_power_off();
    EXPECT_FALSE(too_late);
    end = true;
    tk_gate_open(&work);
    disk.join();
    qemu.stop();
}

TEST(busy, a_disk_answers_at_the_time_of_the_question)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    run_disk(qemu, timeline, 0, 1, true);
}

TEST(busy, disks_of_several_vcpus_in_many_rounds)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    run_disk(qemu, timeline, 0, 3, false);
}

TEST(busy, a_disk_of_vcpus_that_have_turns)
{
    tk_timeline_config config = test_timeline::config(TK_IDLE_WARP);
    config.deterministic = true;
    test_timeline timeline(config);
    fake_qemu qemu(timeline);
    run_disk(qemu, timeline, 0, 2, false);
}
