// SPDX-License-Identifier: MIT
//
// The policy of waiting: its decisions, and that gates follow them where that shows without a clock.
extern "C" {
#include "../../../qemu-timekeeper/timeline/awake.h"
#include "../../../qemu-timekeeper/timeline/spin.h"
}

#include "timekeeper/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

TEST(spin, looks_only_where_it_has_paid)
{
    EXPECT_EQ(tk_spin_ns(2, 2, 0), 0u);
    EXPECT_EQ(tk_spin_ns(2, 2, 1), TK_SPIN_NS);
    EXPECT_EQ(tk_spin_ns(1, 2, TK_SPIN_TRUST_MAX), TK_SPIN_NS);
}

TEST(spin, never_on_one_processor_nor_with_more_threads_than_processors)
{
    for (uint32_t trust = 0; trust <= TK_SPIN_TRUST_MAX; trust++) {
        EXPECT_EQ(tk_spin_ns(1, 1, trust), 0u);
        EXPECT_EQ(tk_spin_ns(2, 1, trust), 0u);
        EXPECT_EQ(tk_spin_ns(3, 2, trust), 0u);
        EXPECT_EQ(tk_spin_ns(65, 64, trust), 0u);
    }
}

TEST(spin, one_long_wait_among_short_ones_changes_nothing)
{
    uint32_t trust = 0;
    for (int i = 0; i < 100; i++) {
        trust = tk_spin_learn(trust, TK_SPIN_SHORT_NS);
    }
    EXPECT_EQ(trust, TK_SPIN_TRUST_MAX);
    for (int i = 0; i < 100; i++) {
        trust = tk_spin_learn(trust, i % 4 == 0 ? UINT64_MAX : 100);
        EXPECT_GT(tk_spin_ns(2, 2, trust), 0u) << i;
    }
}

TEST(spin, a_platform_that_idles_stops_looking_after_four_waits)
{
    uint32_t trust = TK_SPIN_TRUST_MAX;
    int looked = 0;
    while (tk_spin_ns(2, 2, trust) > 0) {
        trust = tk_spin_learn(trust, TK_SPIN_SHORT_NS + 1);
        looked++;
    }
    EXPECT_EQ(looked, 4);
    EXPECT_GT(tk_spin_ns(2, 2, tk_spin_learn(trust, 0)), 0u) << "and begins again after a short one";
}

TEST(gate, a_thread_that_has_waited_counts_as_awake_until_it_ends)
{
    tk_gate gate{};
    tk_gate_wait(&gate, tk_gate_ticket(&gate), 1);
    const unsigned before = tk_awake_count();
    tk_gate reached{}, end{};
    const uint32_t reached_ticket = tk_gate_ticket(&reached), end_ticket = tk_gate_ticket(&end);
    std::atomic<unsigned> inside{0};
    std::thread other([&] {
        tk_gate_wait(&gate, tk_gate_ticket(&gate), 1);
        inside = tk_awake_count();
        tk_gate_open(&reached);
        tk_gate_wait(&end, end_ticket, TK_GATE_FOREVER);
    });
    tk_gate_wait(&reached, reached_ticket, TK_GATE_FOREVER);
    EXPECT_GE(inside, 1u);
    EXPECT_LE(inside, before + 1);
    tk_gate_open(&end);
    other.join();
    EXPECT_EQ(tk_awake_count(), before);
}
