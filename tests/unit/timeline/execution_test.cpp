// SPDX-License-Identifier: MIT
//
// vCPU threads that execute: exact clocks, bounded skew, and one clock for all readers.
#include "fake_qemu.h"
#include "test_timeline.h"

#include <thread>

namespace
{
// Several threads that read the clock all the time, and compare with what any of them has seen before.
class readers
{
  public:
    readers(const test_timeline &timeline, int count)
    {
        for (int i = 0; i < count; i++) {
            m_threads.emplace_back([&] {
                while (!m_end) {
                    const uint64_t seen = m_seen;
                    const uint64_t now = timeline.now();
                    steps_back += now < seen;
                    for (uint64_t latest = m_seen; latest < now;) {
                        if (m_seen.compare_exchange_weak(latest, now)) {
                            break;
                        }
                    }
                }
            });
        }
    }
    ~readers()
    {
        m_end = true;
        for (std::thread &each : m_threads) {
            each.join();
        }
    }
    std::atomic<uint64_t> steps_back{0};

  private:
    std::atomic<uint64_t> m_seen{0};
    std::atomic<bool> m_end{false};
    std::vector<std::thread> m_threads;
};
} // namespace

TEST(execution, clocks_are_exact_and_stay_within_a_quantum)
{
    static constexpr uint64_t rates[] = {ghz, 333333333, ghz / 2, 2 * ghz};
    constexpr uint64_t quantum = 10 * us, instructions = 500000;
    test_timeline timeline(TK_IDLE_WARP, quantum);
    fake_qemu qemu(timeline);
    for (const uint64_t rate : rates) {
        qemu.add(rate, [left = instructions]() mutable -> int {
            const uint64_t n = std::min<uint64_t>(left, 1 + left % 20);
            left -= n;
            return n ? static_cast<int>(n) : fake_qemu::power_off;
        });
    }
    {
        readers clock(timeline, 2);
        qemu.start();
        qemu.wait_for_power_off();
        EXPECT_EQ(clock.steps_back, 0u);
    }
    qemu.stop();
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);
    EXPECT_LE(stats.max_skew_ps, quantum + tk_insn_to_ps(20, 333333333));
    for (unsigned i = 0; i < 4; i++) {
        const tk_vcpu_info info = timeline.info(qemu.vcpu(i));
        EXPECT_EQ(info.instructions, instructions);
        EXPECT_EQ(info.local_ps, tk_insn_to_ps(instructions, rates[i]) + info.idle_ps);
    }
    // the slowest was active all the time
    EXPECT_GE(timeline.now() + quantum, tk_insn_to_ps(instructions, 333333333));
}

TEST(execution, alone_global_time_is_exactly_its_instructions)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    qemu.add(333333333, [left = 100000]() mutable -> int { return left-- ? 7 : fake_qemu::power_off; });
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    EXPECT_EQ(timeline.info(qemu.vcpu(0)).instructions, 700000u);
    EXPECT_EQ(timeline.now(), tk_insn_to_ps(700000, 333333333));
}

TEST(execution, a_guest_sees_its_counter_move_with_each_block)
{
    test_timeline timeline;
    fake_qemu qemu(timeline);
    uint64_t before = 0, stood = 0;
    qemu.add(ghz, [&, left = 20000]() mutable -> int {
        const uint64_t now = timeline.now();
        stood += left < 20000 && now != before + 5 * ns;
        before = now;
        return left-- ? 5 : fake_qemu::power_off;
    });
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    EXPECT_EQ(stood, 0u);
}

TEST(execution, timers_of_running_vcpus_fire_at_their_time)
{
    test_timeline timeline(TK_IDLE_WARP, 100 * us);
    fake_qemu qemu(timeline);
    std::atomic<uint64_t> wrong{0}, fired{0};
    std::function<void(int64_t)> arm = [&](int64_t at_ns) {
        qemu.arm(at_ns, [&, at_ns] {
            wrong += timeline.now() != static_cast<uint64_t>(at_ns) * ns;
            if (++fired < 1000) {
                arm(at_ns + 777);
            }
        });
    };
    for (int i = 0; i < 2; i++) {
        qemu.add(ghz, [&]() -> int { return fired < 1000 ? 9 : fake_qemu::power_off; });
    }
    arm(100);
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    EXPECT_EQ(fired, 1000u);
    EXPECT_EQ(wrong, 0u) << "the clock waits at the deadline, at most a block of the vCPU's";
}

TEST(execution, two_sources_share_one_time)
{
    test_timeline timeline(TK_IDLE_WARP, 10 * us);
    fake_qemu one(timeline, "one"), two(timeline, "two");
    std::atomic<uint64_t> fired{0};
    std::function<void(int64_t)> arm = [&](int64_t at_ns) {
        two.arm(at_ns, [&, at_ns] {
            fired++;
            one.interrupt(0);
            arm(at_ns + 5000);
        });
    };
    one.add(ghz, [&]() -> int { return fired < 300 ? fake_qemu::wait_for_interrupt : fake_qemu::power_off; });
    two.add(ghz / 3, [&]() -> int { return fired < 300 ? 13 : fake_qemu::power_off; });
    arm(1000);
    {
        readers clock(timeline, 1);
        one.start();
        two.start();
        one.wait_for_power_off();
        two.wait_for_power_off();
        EXPECT_EQ(clock.steps_back, 0u);
    }
    one.stop();
    two.stop();
    EXPECT_GE(timeline.now(), 299 * 5 * us);
}

TEST(execution, vcpus_of_two_sources_stay_within_a_quantum)
{
    constexpr uint64_t quantum = 10 * us;
    test_timeline timeline(TK_IDLE_WARP, quantum);
    fake_qemu one(timeline, "one"), two(timeline, "two");
    const auto guest = [left = 20000]() mutable -> int { return left-- ? 13 : fake_qemu::power_off; };
    one.add(ghz, guest);
    two.add(ghz / 3, guest);
    one.start();
    two.start();
    one.wait_for_power_off();
    two.wait_for_power_off();
    one.stop();
    two.stop();
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);
    EXPECT_LE(stats.max_skew_ps, quantum + tk_insn_to_ps(13, ghz / 3));
    EXPECT_GT(timeline.info(one.vcpu(0)).pauses, 0u) << "the faster one had to wait";
}

// The token goes to and fro, and with it whose counter the clock is read from.
TEST(execution, no_reader_sees_time_go_back_at_a_hand_over)
{
    constexpr int rounds = 3000;
    test_timeline timeline;
    fake_qemu qemu(timeline);
    std::atomic<int> turn{0};
    for (unsigned i = 0; i < 2; i++) {
        qemu.add(i == 0 ? ghz : 333333333, [&, i, blocks = 0]() mutable -> int {
            if (++blocks % 5 != 0) {
                return 21;
            }
            turn++;
            qemu.interrupt(1 - i);
            return turn < rounds ? fake_qemu::wait_for_interrupt : fake_qemu::power_off;
        });
    }
    {
        readers clock(timeline, 3);
        qemu.start();
        qemu.wait_for_power_off();
        EXPECT_EQ(clock.steps_back, 0u);
    }
    qemu.stop();
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);
    EXPECT_GT(stats.token_handovers, 0u);
}

// Wake-ups between vCPUs only: each ends its sleep by the other's interrupt.
TEST(execution, interrupts_between_vcpus_are_not_lost)
{
    constexpr int rounds = 3000;
    test_timeline timeline;
    fake_qemu qemu(timeline);
    std::atomic<int> ball{0};
    for (unsigned i = 0; i < 2; i++) {
        qemu.add(ghz, [&, i, executed = false]() mutable -> int {
            executed = !executed;
            if (executed) {
                return 21;
            }
            if (ball >= rounds) {
                qemu.interrupt(1 - i);
                return fake_qemu::power_off;
            }
            if (ball % 2 == static_cast<int>(i)) {
                ball++;
                qemu.interrupt(1 - i);
            }
            return fake_qemu::wait_for_interrupt;
        });
    }
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    EXPECT_EQ(ball, rounds);
}
