// SPDX-License-Identifier: MIT
//
// Changes that QEMU makes in SystemC: each is processed at the time at which QEMU makes it, in order, and none
// is lost.
#include "fake_qemu.h"
#include "fake_systemc.h"
#include "test_timeline.h"

#include <array>
#include <map>
#include <thread>

namespace
{

tk_keeper_step step_of(tk_timeline *timeline, uint64_t now, uint64_t next)
{
    tk_keeper_step step{};
    step.now_ps = now;
    step.next_ps = next;
    tk_timeline_keeper_step(timeline, &step, true);
    return step;
}

// The values of those that are due, in order.
std::vector<uint64_t> take_due(tk_timeline *timeline, uint64_t now)
{
    std::vector<uint64_t> values;
    tk_crossing next{};
    while (tk_timeline_take_crossing(timeline, now, &next)) {
        values.push_back(next.value);
    }
    return values;
}

} // namespace

TEST(crossing, of_a_vcpu_is_at_its_local_time_and_ends_its_budget)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    const unsigned cpu = source.add();
    int target = 0;
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 1234; // it has executed 1234 ns
    tk_timeline_cross(timeline, source, &target, 1);
    EXPECT_EQ(source.counter(0), TK_COUNTER_LIMIT) << "it asks at its next block";
    EXPECT_EQ(tk_timeline_next_crossing(timeline), 1234 * ns);
    source.counter(0) += 5; // the rest of its block
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu));
    const tk_keeper_step step = step_of(timeline, 0, TK_NEVER);
    EXPECT_EQ(step.go_ps, 1234 * ns) << "SystemC does not pass it";
    tk_crossing crossing{};
    EXPECT_FALSE(tk_timeline_take_crossing(timeline, 1234 * ns - 1, &crossing)) << "it is not due yet";
    ASSERT_TRUE(tk_timeline_take_crossing(timeline, 1234 * ns, &crossing));
    EXPECT_EQ(crossing.at_ps, 1234 * ns);
    EXPECT_EQ(crossing.source, source);
    EXPECT_EQ(crossing.target, &target);
    EXPECT_EQ(crossing.value, 1u);
    EXPECT_TRUE(source.hold(cpu)) << "SystemC has not done yet what follows from it";
    tk_timeline_keeper_window(timeline, 1234 * ns, TK_NEVER);
    EXPECT_FALSE(source.hold(cpu));
    EXPECT_EQ(timeline.info(cpu).local_ps, 1239 * ns);
    tk_timeline_keeper_detach(timeline);
}

TEST(crossing, of_several_at_one_time_are_in_the_order_of_source_and_number)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source first(timeline, "first"), second(timeline, "second");
    const unsigned cpu = second.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(second.hold(cpu));
    second.counter(0) += 1000;
    tk_timeline_cross(timeline, second, nullptr, 20);
    tk_timeline_cross(timeline, second, nullptr, 21);
    tk_timeline_cross(timeline, first, nullptr, 10);
    tk_timeline_cross(timeline, second, nullptr, 22);
    for (uint64_t i = 0; i < 100; i++) {
        tk_timeline_cross(timeline, first, nullptr, 11 + i);
    }
    second.counter(0) += 1;
    tk_timeline_cross(timeline, first, nullptr, 5);
    EXPECT_TRUE(second.hold(cpu));
    EXPECT_EQ(step_of(timeline, 0, TK_NEVER).go_ps, us);
    std::vector<uint64_t> expected;
    for (uint64_t i = 0; i <= 100; i++) {
        expected.push_back(10 + i);
    }
    expected.insert(expected.end(), {20, 21, 22});
    EXPECT_EQ(take_due(timeline, us), expected);
    EXPECT_EQ(step_of(timeline, us, TK_NEVER).go_ps, 1001 * ns);
    EXPECT_EQ(take_due(timeline, 1001 * ns), std::vector<uint64_t>{5});
    tk_timeline_keeper_detach(timeline);
}

TEST(crossing, of_a_timer_is_at_its_deadline_on_whatever_thread_it_runs)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    source.on_timer = [&] {
        source.timer_ns = -1;
        tk_timeline_cross(timeline, source, nullptr, 1);
    };
    source.arm(700);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 712; // the block that comes to the deadline is longer
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, cpu)) << "it waits for SystemC";
    EXPECT_EQ(tk_timeline_next_crossing(timeline), 700 * ns);
    EXPECT_EQ(step_of(timeline, 0, TK_NEVER).go_ps, 700 * ns);
    EXPECT_EQ(take_due(timeline, 700 * ns).size(), 1u);

    // All are idle: SystemC's thread runs it.
    EXPECT_FALSE(tk_timeline_idle(timeline, cpu, tk_timeline_ticket(timeline, cpu)));
    source.arm(2000);
    EXPECT_EQ(step_of(timeline, 712 * ns, TK_NEVER).go_ps, 2 * us);
    EXPECT_EQ(take_due(timeline, 2 * us).size(), 1u);
    tk_timeline_keeper_detach(timeline);
}

TEST(crossing, of_systemcs_own_thread_is_at_its_present_time)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    source.add();
    tk_timeline_keeper_attach(timeline);
    ASSERT_EQ(step_of(timeline, 0, 5 * us).go_ps, 5 * us);
    EXPECT_TRUE(tk_timeline_cross_here(timeline, source, 3 * us, nullptr, 1)); // on its way there
    EXPECT_EQ(tk_timeline_next_crossing(timeline), 3 * us);
    EXPECT_EQ(take_due(timeline, 3 * us).size(), 1u);
    tk_timeline_keeper_detach(timeline);
}

// A thread of QEMU's that is no vCPU's: the disk, the network.
TEST(crossing, of_another_thread_is_at_global_time)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) = TK_COUNTER_LIMIT;
    ASSERT_TRUE(tk_timeline_end_of_quantum(timeline, cpu));
    const uint64_t global = timeline.now();
    ASSERT_GT(global, 0u);
    std::thread disk([&] { tk_timeline_cross(timeline, source, nullptr, 1); });
    disk.join();
    EXPECT_EQ(tk_timeline_next_crossing(timeline), global);
    tk_timeline_keeper_detach(timeline);
}

TEST(crossing, what_is_left_at_the_end_holds_nobody_back)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    test_source source(timeline);
    const unsigned cpu = source.add();
    tk_timeline_keeper_attach(timeline);
    tk_timeline_keeper_window(timeline, 0, TK_NEVER);
    ASSERT_FALSE(source.hold(cpu));
    source.counter(0) += 1000;
    tk_timeline_cross(timeline, source, nullptr, 1);
    ASSERT_TRUE(source.hold(cpu));
    tk_timeline_keeper_detach(timeline);
    EXPECT_FALSE(source.hold(cpu));
}

// vCPUs, timers and another thread change things in SystemC all the time; SystemC has events of its own, and
// interrupts them. Each change comes in order, at its time, and none is missing.
TEST(crossing, of_many_threads_are_processed_at_their_times_in_many_rounds)
{
    constexpr unsigned cpus = 3;
    constexpr uint64_t rounds = 3000;
    for (const uint64_t quantum : {us, 20 * us}) {
        test_timeline timeline(TK_IDLE_WARP, quantum);
        fake_systemc systemc(timeline);
        fake_qemu qemu(timeline);
        std::map<uint64_t, uint64_t> expected; // of each source of changes, the number of the next
        uint64_t last_ps = 0, taken = 0, wrong = 0;
        std::array<std::atomic<uint64_t>, cpus + 1> made{};
        systemc.on_crossing([&](const tk_crossing &each) {
            wrong += each.at_ps != systemc.now() || each.at_ps < last_ps;
            wrong += each.value != expected[reinterpret_cast<uintptr_t>(each.target)]++;
            last_ps = each.at_ps;
            taken++;
        });
        for (unsigned i = 0; i < cpus; i++) {
            qemu.add(i % 2 ? ghz : ghz / 3, [&, i, n = uint64_t(0)]() mutable -> int {
                if (++n % 7 == i) {
                    qemu.with_lock([&] {
                        tk_timeline_cross(timeline, qemu.source(), reinterpret_cast<void *>(i + 1ul), made[i]++);
                    });
                }
                if (made[i] == rounds) {
                    return fake_qemu::power_off;
                }
                return static_cast<int>(1 + n % 40);
            });
        }
        std::function<void()> timer = [&] {
            tk_timeline_cross(timeline, qemu.source(), reinterpret_cast<void *>(cpus + 1ul), made[cpus]++);
            if (made[cpus] < rounds) {
                qemu.arm(static_cast<int64_t>(timeline.now() / ns) + 333, timer);
            }
        };
        qemu.arm(100, timer);
        for (uint64_t i = 1; i < 200; i++) {
            systemc.at(i * 777 * ns, [] {});
        }
        run_to_power_off(systemc, qemu);
        EXPECT_EQ(wrong, 0u) << "quantum " << quantum;
        for (unsigned i = 0; i < cpus; i++) {
            EXPECT_EQ(expected[i + 1], rounds) << "source " << i;
        }
        EXPECT_EQ(taken, made[0] + made[1] + made[2] + expected[cpus + 1]);
    }
}
