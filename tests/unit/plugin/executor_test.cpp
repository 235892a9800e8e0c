// SPDX-License-Identifier: MIT
//
// The whole plugin with threads, without QEMU: exact counts, bounds, and wake-ups of each kind.
#include "fake_executor.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

namespace
{
constexpr uint64_t quantum_ps = 10000000;

// The timeline that the plugin joins by its name, and never leaves: each has another one.
class named_timeline
{
  public:
    named_timeline() : m_name("timeline_" + std::to_string(++s_count))
    {
        tk_timeline_config config{};
        config.quantum_ps = quantum_ps;
        config.min_window_ps = quantum_ps / 100;
        config.deadlines = true;
        config.idle = TK_IDLE_WARP;
        EXPECT_EQ(tk_timeline_create(m_name.c_str(), &config, &m_timeline), TK_OK);
    }
    ~named_timeline() { tk_timeline_release(m_timeline); }
    operator tk_timeline *() const { return m_timeline; }
    const std::string &name() const { return m_name; }
    tk_vcpu_info info(unsigned qemu_index) const
    {
        tk_vcpu_info result{};
        const int vcpu = tk_timeline_vcpu_find(m_timeline, "qemu", qemu_index);
        EXPECT_EQ(tk_timeline_vcpu_info(m_timeline, static_cast<unsigned>(vcpu), &result), TK_OK);
        return result;
    }

  private:
    static inline unsigned s_count = 0;
    const std::string m_name;
    tk_timeline *m_timeline = nullptr;
};

// Executes `blocks` blocks of different lengths, and powers off.
fake_executor::program computing(uint64_t blocks)
{
    return [blocks]() mutable -> int {
        return blocks-- ? 1 + static_cast<int>(blocks % fake_executor::longest_block)
                        : fake_executor::power_off;
    };
}
} // namespace

TEST(executor, counts_each_instruction_at_its_cpus_rate)
{
    const named_timeline timeline;
    fake_executor qemu(
        timeline.name(),
        {"insn_per_second=1000000000", "insn_per_second.1=333333333", "insn_per_second.2=7000001"},
        {computing(40000), computing(20000), computing(300)});
    static constexpr uint64_t rates[] = {1000000000, 333333333, 7000001};
    qemu.start();
    qemu.wait_for_power_off();
    for (unsigned i = 0; i < 3; i++) {
        const tk_vcpu_info info = timeline.info(i);
        EXPECT_EQ(info.insn_per_second, rates[i]);
        EXPECT_EQ(info.instructions, qemu.executed(i));
        EXPECT_EQ(info.local_ps, tk_insn_to_ps(qemu.executed(i), rates[i]) + info.idle_ps);
    }
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);
    EXPECT_LE(stats.max_skew_ps, quantum_ps + tk_insn_to_ps(fake_executor::longest_block, 7000001));
}

TEST(executor, timers_interrupts_and_queued_work_wake_in_many_rounds)
{
    constexpr int rounds = 400, cpus = 3;
    const named_timeline timeline;
    fake_executor *qemu = nullptr;
    std::atomic<int> wakes[cpus] = {}, work{0}, early{0};
    std::vector<fake_executor::program> guests;
    for (unsigned i = 0; i < cpus; i++) {
        guests.push_back([&, i, executed = false]() mutable -> int {
            executed = !executed;
            if (executed) {
                return 5 + static_cast<int>(i);
            }
            if (++wakes[i] > rounds) {
                return fake_executor::power_off;
            }
            const int64_t at = qemu->clock_ns() + 700 * (1 + static_cast<int64_t>(i));
            qemu->arm(at, [&, i, at] {
                early += qemu->clock_ns() < at;
                qemu->interrupt(i);
            });
            qemu->queue_work((i + 1) % cpus, [&] { work++; });
            return fake_executor::wait_for_interrupt;
        });
    }
    fake_executor executor(timeline.name(), {}, std::move(guests));
    qemu = &executor;
    executor.start();
    executor.wait_for_power_off();
    EXPECT_EQ(early, 0);
    for (unsigned i = 0; i < cpus; i++) {
        EXPECT_EQ(wakes[i], rounds + 1);
        EXPECT_EQ(timeline.info(i).instructions, executor.executed(i));
    }
    // the slowest slept for 2.1 us each time
    EXPECT_GE(executor.clock_ns(), rounds * 2100);
}

TEST(executor, tells_the_trace_of_each_interrupt_that_is_taken)
{
    constexpr unsigned rounds = 300;
    const named_timeline timeline;
    const tk_trace_config config{};
    static tk_trace *trace; // not freed: the plugin's timer thread ends when it likes, and may be in there
    ASSERT_EQ(tk_trace_new(&config, &trace), TK_OK);
    ASSERT_EQ(tk_trace_start(trace), TK_OK);
    tk_timeline_trace(timeline, trace);
    uint64_t taken[2];
    {
        fake_executor *qemu = nullptr;
        std::vector<fake_executor::program> guests;
        for (unsigned i = 0; i < 2; i++) {
            guests.push_back([&qemu, i, left = rounds]() mutable -> int {
                if (left-- == 0) {
                    return fake_executor::power_off;
                }
                qemu->arm(qemu->clock_ns() + 700, [&qemu, i] { qemu->interrupt(i); });
                return left % 3 == 0 ? 9 : fake_executor::wait_for_interrupt;
            });
        }
        fake_executor executor(timeline.name(), {}, std::move(guests));
        qemu = &executor;
        executor.start();
        executor.wait_for_power_off();
        taken[0] = executor.taken(0);
        taken[1] = executor.taken(1);
    }
    tk_timeline_trace(timeline, nullptr);
    ASSERT_EQ(tk_trace_close(trace, nullptr), TK_OK);
    char *digest = tk_trace_digest(trace, nullptr);
    const nlohmann::json told = nlohmann::json::parse(digest);
    free(digest);
    for (unsigned i = 0; i < 2; i++) {
        const int vcpu = tk_timeline_vcpu_find(timeline, "qemu", i); // their threads join in any order
        ASSERT_GE(vcpu, 0);
        EXPECT_GE(taken[i], rounds / 2);
        EXPECT_EQ(told["vcpus"].at(static_cast<size_t>(vcpu))["interrupts"], taken[i]) << i;
    }
}

TEST(executor, work_for_a_cpu_that_is_off_gives_it_no_token)
{
    const named_timeline timeline;
    fake_executor *qemu = nullptr;
    std::atomic<int> work{0};
    std::vector<fake_executor::program> guests;
    guests.push_back([&, left = 2000]() mutable -> int {
        if (left % 10 == 0) {
            qemu->queue_work(1, [&] { work++; });
        }
        return left-- ? 9 : fake_executor::power_off;
    });
    guests.push_back([] { return fake_executor::power_off; });
    fake_executor executor(timeline.name(), {}, std::move(guests));
    qemu = &executor;
    executor.start();
    executor.wait_for_power_off();
    EXPECT_EQ(timeline.info(1).instructions, 0u);
    // at most once, at the start, when it has not said yet that it is off
    EXPECT_LE(timeline.info(1).token_holds, 1u);
    EXPECT_EQ(timeline.info(0).instructions, 2000u * 9);
    while (work == 0) {
        std::this_thread::yield();
    }
}

TEST(executor, ends_while_all_execute)
{
    for (int round = 0; round < 30; round++) {
        const named_timeline timeline;
        fake_executor qemu(
            timeline.name(), {},
            {[] { return 11; }, [] { return 13; }, [] { return fake_executor::wait_for_interrupt; }});
        qemu.start();
    } // or it hangs
}
