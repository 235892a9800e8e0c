// SPDX-License-Identifier: MIT
//
// Pause and continue of the whole simulation, and a process that is stopped: all stand at one point of the
// timeline, and go on from it.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include <thread>

static tk_keeper_step step_of(tk_timeline *timeline, uint64_t now_ps)
{
    tk_keeper_step step{};
    step.now_ps = now_ps;
    step.next_ps = TK_NEVER;
    tk_timeline_keeper_step(timeline, &step, true);
    return step;
}

// --- pause ---------------------------------------------------------------------------------------------

TEST(pause, is_counted)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    ASSERT_FALSE(source.hold(cpu));
    EXPECT_FALSE(tk_timeline_stands(timeline));
    EXPECT_EQ(tk_timeline_continue(timeline), TK_ESTATE) << "it is not paused";
    tk_timeline_pause(timeline);
    tk_timeline_pause(timeline);
    EXPECT_EQ(source.left, 1);
    EXPECT_FALSE(tk_timeline_stands(timeline)) << "it has not left its block yet";
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_TRUE(tk_timeline_stands(timeline));
    EXPECT_EQ(timeline.info(cpu).pause, TK_PAUSE_FROZEN);
    EXPECT_EQ(tk_timeline_continue(timeline), TK_OK);
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(tk_timeline_continue(timeline), TK_OK);
    EXPECT_FALSE(source.hold(cpu));
    EXPECT_FALSE(tk_timeline_stands(timeline));
    EXPECT_EQ(tk_timeline_continue(timeline), TK_ESTATE);
}

TEST(pause, is_not_ended_by_the_owner_of_the_run_nor_by_a_source)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_pause(timeline);
    tk_timeline_freeze(timeline, true);
    tk_timeline_freeze(timeline, false);
    tk_timeline_source_running(timeline, source, false);
    tk_timeline_source_running(timeline, source, true);
    EXPECT_TRUE(source.hold(cpu));
    EXPECT_EQ(tk_timeline_continue(timeline), TK_OK);
    EXPECT_FALSE(source.hold(cpu));
}

// Line 10: CPUs and SystemC both stop, at one point, and go on from it. From another thread, at any moment.
TEST(pause, stops_vcpus_and_systemc_and_all_go_on_without_a_jump)
{
    test_timeline timeline(TK_IDLE_WARP, 10 * us);
    fake_systemc systemc(timeline);
    fake_qemu qemu(timeline);
    std::atomic<bool> end{false};
    std::atomic<uint64_t> ticks{0};
    std::function<void()> tick = [&] {
        ticks++;
        systemc.at(systemc.now() + us, tick);
    };
    for (int i = 0; i < 3; i++) {
        qemu.add(ghz / (1 + static_cast<uint64_t>(i)),
                 [&]() -> int { return end ? fake_qemu::power_off : 19; });
    }
    systemc.at(us, tick);
    systemc.start();
    qemu.start();
    const auto executed = [&] { return qemu.executed(0) + qemu.executed(1) + qemu.executed(2); };
    for (int round = 0; round < 200; round++) {
        tk_timeline_pause(timeline);
        while (!tk_timeline_stands(timeline)) {
            std::this_thread::yield(); // or it hangs
        }
        const uint64_t at = timeline.now();
        const uint64_t systemc_at = systemc.now(), ticks_at = ticks, executed_at = executed();
        for (int i = 0; i < 300; i++) {
            ASSERT_EQ(timeline.now(), at);
        }
        ASSERT_EQ(systemc.now(), systemc_at);
        ASSERT_EQ(ticks, ticks_at);
        ASSERT_EQ(executed(), executed_at);
        ASSERT_LE(systemc_at, at);
        ASSERT_EQ(tk_timeline_continue(timeline), TK_OK);
        while (ticks == ticks_at) {
            std::this_thread::yield();
        }
    }
    end = true;
    qemu.wait_for_power_off();
    qemu.stop();
    systemc.stop();
    EXPECT_EQ(systemc.ran_ahead, 0u);
    EXPECT_EQ(systemc.steps_back, 0u);
    // nothing was lost or invented: each tick was there, and each instruction counted
    EXPECT_EQ(ticks, systemc.now() / us);
    for (unsigned i = 0; i < 3; i++) {
        const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
        EXPECT_EQ(info.local_ps, tk_insn_to_ps(qemu.executed(i), ghz / (1 + i)) + info.idle_ps);
    }
}

TEST(pause, from_systemcs_own_thread_takes_effect_at_once)
{
    test_timeline timeline;
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    ASSERT_TRUE(source.hold(cpu)) << "no window yet";
    tk_timeline_pause(timeline);
    std::thread kernel([&] {
        const tk_keeper_step step = step_of(timeline, 0); // waits
        EXPECT_TRUE(step.paused);
        EXPECT_TRUE(step.poked);
        EXPECT_EQ(step.go_ps, 0u);
    });
    while (!tk_timeline_stands(timeline)) {
        std::this_thread::yield();
    }
    tk_timeline_keeper_poke(timeline); // the end of the run, say: it must not have to wait
    kernel.join();
    ASSERT_EQ(tk_timeline_continue(timeline), TK_OK);
    const tk_keeper_step step = step_of(timeline, 0);
    EXPECT_FALSE(step.paused);
    EXPECT_TRUE(step.poked) << "to look at what was posted meanwhile";
    tk_timeline_keeper_detach(timeline);
}

TEST(pause, on_its_way_to_a_later_time_systemc_stands_where_it_is)
{
    test_timeline timeline;
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    tk_keeper_step step{};
    step.next_ps = 400 * us;
    tk_timeline_keeper_step(timeline, &step, true); // all are idle
    ASSERT_EQ(step.go_ps, 400 * us);
    const auto look = [&] {
        auto view = std::make_unique<tk_timeline_view>();
        EXPECT_EQ(tk_timeline_look(timeline, view.get()), TK_OK);
        return view;
    };
    EXPECT_EQ(look()->keeper_now_ps, 400 * us);
    tk_timeline_pause(timeline);
    std::thread kernel([&] { EXPECT_FALSE(tk_timeline_keeper_stand(timeline, 100 * us)); });
    while (!tk_timeline_stands(timeline)) {
        std::this_thread::yield();
    }
    EXPECT_EQ(look()->keeper, TK_KEEPER_STANDS);
    EXPECT_EQ(look()->keeper_now_ps, 100 * us);
    ASSERT_EQ(tk_timeline_continue(timeline), TK_OK);
    kernel.join();
    EXPECT_EQ(look()->keeper_now_ps, 400 * us);
    tk_timeline_keeper_detach(timeline);
}

TEST(pause, a_transaction_that_is_under_way_ends_afterwards)
{
    test_timeline timeline;
    fake_systemc systemc(timeline);
    test_source source(timeline);
    const unsigned cpu = source.add();
    std::atomic<bool> served{false};
    systemc.start();
    uint32_t ticket = tk_timeline_ticket(timeline, cpu);
    while (tk_timeline_hold(timeline, cpu, ticket)) {
        tk_timeline_wait(timeline, cpu, ticket);
        ticket = tk_timeline_ticket(timeline, cpu);
    }
    tk_timeline_pause(timeline);
    fake_systemc::request request = [&](uint64_t start) {
        tk_timeline_restart(timeline, cpu, start + 37 * ns);
        served = true;
    };
    tk_timeline_suspend(timeline, cpu, &request);
    while (!tk_timeline_stands(timeline)) {
        std::this_thread::yield();
    }
    EXPECT_FALSE(served);
    ASSERT_EQ(tk_timeline_continue(timeline), TK_OK);
    while (!served) {
        std::this_thread::yield();
    }
    EXPECT_EQ(timeline.info(cpu).annotated_ps, 37 * ns);
    systemc.stop();
}

// --- the host's clock while all are idle ---------------------------------------------------------------

TEST(pause, the_hosts_time_does_not_count)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    source.add();
    host.now_ns += 3000;
    const uint64_t at = timeline.now();
    EXPECT_EQ(at, 3000 * ns);
    tk_timeline_pause(timeline);
    host.now_ns += UINT64_C(3600000000000);
    EXPECT_EQ(timeline.now(), at);
    ASSERT_EQ(tk_timeline_continue(timeline), TK_OK);
    EXPECT_EQ(timeline.now(), at) << "no jump at the edge";
    host.now_ns += 500;
    EXPECT_EQ(timeline.now(), at + 500 * ns);
}

// SIGSTOP and SIGCONT: an hour passes between two readings of the clock.
TEST(stopped_process, the_hosts_time_counts_no_more_than_20_ms)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    const auto look = [&] {
        tk_timeline_keeper_poke(timeline); // what ends its wait
        step_of(timeline, timeline.now());
        tk_timeline_keeper_window(timeline, timeline.now(), TK_NEVER); // as it has it while it waits
    };
    look();
    host.now_ns += 5000000;
    EXPECT_EQ(timeline.now(), 5 * ms) << "it follows the host's clock";
    look();
    host.now_ns += 15000000;
    EXPECT_EQ(timeline.now(), 20 * ms) << "also if a look is late";
    look();
    host.now_ns += UINT64_C(3600000000000);
    EXPECT_EQ(timeline.now(), 40 * ms);
    EXPECT_EQ(timeline.now(), 40 * ms);
    look();
    EXPECT_EQ(timeline.now(), 40 * ms);
    host.now_ns += 1000000;
    EXPECT_EQ(timeline.now(), 41 * ms) << "and goes on from there";
    tk_timeline_keeper_detach(timeline);
}

TEST(stopped_process, without_a_keeper_it_is_the_same)
{
    fake_host host;
    test_timeline timeline(host.config());
    test_source source(timeline);
    source.add();
    uint64_t seen = 0;
    source.on_timer = [&] {
        source.timer_ns = -1;
        seen = timeline.now();
    };
    source.arm(15000000);
    host.now_ns += UINT64_C(3600000000000);
    EXPECT_EQ(timeline.now(), 15 * ms) << "the timer has not been run";
    ASSERT_TRUE(tk_timeline_source_work(timeline, source));
    EXPECT_EQ(seen, 15 * ms);
    EXPECT_EQ(timeline.now(), 20 * ms);
}
