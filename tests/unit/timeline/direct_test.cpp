// SPDX-License-Identifier: MIT
//
// The direct lane: SystemC's baton, and vCPU threads that take it.
extern "C" {
#include "../../../qemu-timekeeper/timeline/baton.h"
}

#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include "timekeeper/gate.h"

#include <thread>

TEST(baton, is_with_the_kernel_unless_offered)
{
    tk_baton baton{};
    EXPECT_FALSE(tk_baton_take(&baton));
    tk_baton_offer(&baton);
    EXPECT_TRUE(tk_baton_take(&baton));
    EXPECT_FALSE(tk_baton_take(&baton)) << "one at a time";
    tk_baton_give_back(&baton);
    tk_baton_claim(&baton);
    EXPECT_FALSE(tk_baton_take(&baton));
}

// ThreadSanitizer sees here whether who has it has all that was done before.
TEST(baton, is_with_one_thread_in_many_rounds)
{
    constexpr int rounds = 10000, takers = 3;
    tk_baton baton{};
    uint64_t guarded = 0;
    std::atomic<uint64_t> taken{0};
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < takers; i++) {
        threads.emplace_back([&] {
            while (!over) {
                if (tk_baton_take(&baton)) {
                    guarded++;
                    tk_baton_give_back(&baton);
                    taken++;
                } else {
                    std::this_thread::yield();
                }
            }
        });
    }
    for (int i = 0; i < rounds; i++) {
        tk_baton_offer(&baton);
        if (i % 8 == 0) {
            std::this_thread::yield();
        }
        tk_baton_claim(&baton);
        guarded++;
    }
    over = true;
    for (std::thread &each : threads) {
        each.join();
    }
    EXPECT_EQ(guarded, rounds + taken);
}

// Ends: SystemC has nothing else to do than to wait.
static uint64_t begin(tk_timeline *timeline, unsigned cpu)
{
    uint64_t local_ps = 0;
    while (!tk_timeline_direct_begin(timeline, cpu, &local_ps)) {
        std::this_thread::yield();
    }
    return local_ps;
}

TEST(direct_lane, knows_the_local_time_to_the_last_fraction_and_adds_the_delay)
{
    test_timeline timeline(TK_IDLE_WARP, ms);
    test_source source(timeline);
    fake_systemc systemc(timeline);
    const unsigned cpu = source.add(333333333);
    systemc.at(ms / 2, [] {});
    tk_timeline_kicked(timeline, cpu); // or time passes before it has begun
    systemc.start();
    while (source.hold(cpu)) {
        std::this_thread::yield();
    }
    for (uint64_t total = 0, delays = 0; total < 1000; total += 7, delays += 37) {
        EXPECT_EQ(begin(timeline, cpu), total * 1000000000000 / 333333333 + delays);
        tk_timeline_direct_end(timeline);
        tk_timeline_delay(timeline, cpu, 37);
        EXPECT_EQ(timeline.info(cpu).local_ps, total * 1000000000000 / 333333333 + delays + 37);
        EXPECT_EQ(timeline.info(cpu).annotated_ps, delays + 37);
        source.counter(0) += 7;
    }
}

TEST(direct_lane, follows_a_change_of_the_rate)
{
    test_timeline timeline(TK_IDLE_WARP, ms);
    test_source source(timeline);
    fake_systemc systemc(timeline);
    const unsigned cpu = source.add();
    tk_timeline_kicked(timeline, cpu); // or time passes before it has begun
    systemc.start();
    while (source.hold(cpu)) {
        std::this_thread::yield();
    }
    source.counter(0) += 100;
    ASSERT_EQ(tk_timeline_vcpu_set_rate(timeline, cpu, ghz / 2), TK_OK);
    source.counter(0) += 100;
    EXPECT_EQ(begin(timeline, cpu), 300 * ns);
    tk_timeline_direct_end(timeline);
}

TEST(direct_lane, is_closed_from_the_next_event_on)
{
    test_timeline timeline(TK_IDLE_WARP, ms);
    test_source source(timeline);
    fake_systemc systemc(timeline);
    const unsigned cpu = source.add();
    uint64_t local_ps;
    systemc.at(50 * ns, [] {});
    tk_timeline_kicked(timeline, cpu); // or time passes before it has begun
    systemc.start();
    while (source.hold(cpu)) {
        std::this_thread::yield();
    }
    source.counter(0) += 49;
    EXPECT_EQ(begin(timeline, cpu), 49 * ns);
    tk_timeline_direct_end(timeline);
    source.counter(0) += 1; // SystemC waits still: nobody has told it
    EXPECT_FALSE(tk_timeline_direct_begin(timeline, cpu, &local_ps));
}

TEST(direct_lane, is_closed_on_a_deterministic_timeline)
{
    tk_timeline_config config = test_timeline::config(TK_IDLE_WARP, ms);
    config.deterministic = true;
    test_timeline timeline(config);
    test_source source(timeline);
    fake_systemc systemc(timeline);
    const unsigned cpu = source.add();
    uint64_t local_ps;
    systemc.start();
    source.hold(cpu);
    for (int i = 0; i < 1000; i++) {
        EXPECT_FALSE(tk_timeline_direct_begin(timeline, cpu, &local_ps));
    }
    // The turn goes on to SystemC, which could not stop otherwise.
    tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu));
}

TEST(direct_lane, a_delay_beyond_the_window_has_the_vcpu_leave)
{
    test_timeline timeline(TK_IDLE_WARP, us);
    test_source source(timeline);
    fake_systemc systemc(timeline);
    const unsigned cpu = source.add(), other = source.add();
    tk_timeline_kicked(timeline, cpu);
    tk_timeline_kicked(timeline, other);
    systemc.start();
    while (source.hold(cpu) || source.hold(other)) {
        std::this_thread::yield();
    }
    begin(timeline, cpu);
    tk_timeline_direct_end(timeline);
    tk_timeline_delay(timeline, cpu, 50 * us);
    EXPECT_EQ(source.left, 1);
    EXPECT_TRUE(source.hold(cpu)) << "the other is behind";
}

// vCPUs in both lanes, and events of SystemC's own: all count in one plain variable.
TEST(direct_lane, beside_events_and_the_thread_lane_in_many_rounds)
{
    constexpr uint64_t quantum = 10 * us;
    constexpr int rounds = 3000, cpus = 3;
    test_timeline timeline(TK_IDLE_WARP, quantum);
    fake_systemc systemc(timeline);
    fake_qemu qemu(timeline);
    uint64_t of_the_kernel = 0, ticks = 0;
    struct {
        tk_gate answered;
        std::atomic<uint64_t> direct, posted, delayed;
    } state[cpus] = {};

    const auto access = [&](unsigned i, uint64_t delay) {
        const unsigned vcpu = qemu.vcpu(i);
        uint64_t local_ps = 0;
        if (tk_timeline_direct_begin(timeline, vcpu, &local_ps)) {
            of_the_kernel++;
            EXPECT_GE(local_ps, systemc.now());
            tk_timeline_direct_end(timeline);
            tk_timeline_delay(timeline, vcpu, delay);
            state[i].delayed += delay;
            state[i].direct++;
            return;
        }
        const uint32_t ticket = tk_gate_ticket(&state[i].answered);
        fake_systemc::request request = [&, i, vcpu, delay](uint64_t start) {
            of_the_kernel++;
            const uint64_t end = std::max(start, systemc.now()) + delay;
            state[i].delayed += end - start;
            tk_timeline_restart(timeline, vcpu, end);
            tk_gate_open(&state[i].answered);
        };
        tk_timeline_suspend(timeline, vcpu, &request);
        tk_gate_wait(&state[i].answered, ticket, TK_GATE_FOREVER);
        tk_timeline_resync(timeline, vcpu);
        state[i].posted++;
    };
    for (unsigned i = 0; i < cpus; i++) {
        qemu.add(ghz, [&, i, n = 0]() mutable -> int {
            if (++n % 3 == 0) {
                access(i, n % 50 == 0 ? 3 * quantum + 7 : 13);
            }
            return n < 3 * rounds ? 20 : fake_qemu::power_off;
        });
    }
    const std::function<void()> tick = [&] {
        of_the_kernel++;
        ticks++;
        systemc.at(systemc.now() + 3 * us, tick);
    };
    systemc.at(us, tick);
    systemc.start();
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    systemc.stop();
    EXPECT_EQ(of_the_kernel, ticks + cpus * uint64_t(rounds));
    for (unsigned i = 0; i < cpus; i++) {
        const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
        EXPECT_EQ(state[i].direct + state[i].posted, uint64_t(rounds));
        EXPECT_EQ(info.annotated_ps, state[i].delayed);
        EXPECT_EQ(info.local_ps, info.instructions * ns + info.idle_ps + info.annotated_ps);
    }
}
