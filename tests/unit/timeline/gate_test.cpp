// SPDX-License-Identifier: MIT
#include "timekeeper/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

TEST(gate, an_opening_before_the_wait_is_not_lost)
{
    tk_gate gate{};
    const uint32_t ticket = tk_gate_ticket(&gate);
    tk_gate_open(&gate);
    tk_gate_wait(&gate, ticket, TK_GATE_FOREVER); // or it hangs
    EXPECT_NE(tk_gate_ticket(&gate), ticket);
}

TEST(gate, a_wait_for_no_time_ends_without_an_opening)
{
    tk_gate gate{};
    const uint32_t ticket = tk_gate_ticket(&gate);
    tk_gate_wait(&gate, ticket, 0);
    tk_gate_wait(&gate, ticket, 1000);
    EXPECT_EQ(tk_gate_ticket(&gate), ticket);
}

TEST(gate, the_count_may_wrap)
{
    tk_gate gate{};
    gate.count = UINT32_MAX;
    const uint32_t ticket = tk_gate_ticket(&gate);
    tk_gate_open(&gate);
    tk_gate_wait(&gate, ticket, TK_GATE_FOREVER);
    EXPECT_EQ(tk_gate_ticket(&gate), 0u);
}

TEST(gate, no_wake_up_is_lost_between_two_threads_in_many_rounds)
{
    constexpr int rounds = 20000;
    tk_gate gates[2] = {};
    std::atomic<int> turn{0};
    const auto play = [&](int own) {
        for (int round = 0; round < rounds; round++) {
            for (;;) {
                const uint32_t ticket = tk_gate_ticket(&gates[own]);
                if (turn.load() % 2 == own) {
                    break;
                }
                tk_gate_wait(&gates[own], ticket, TK_GATE_FOREVER);
            }
            turn++;
            tk_gate_open(&gates[1 - own]);
        }
    };
    std::thread first(play, 0), second(play, 1);
    first.join();
    second.join();
    EXPECT_EQ(turn.load(), 2 * rounds);
}

TEST(gate, each_opening_ends_the_waits_of_all)
{
    constexpr int waiters = 4, rounds = 2000;
    tk_gate gate{}, answered{};
    std::atomic<int> round{0}, seen{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < waiters; i++) {
        threads.emplace_back([&] {
            for (int expected = 1; expected <= rounds; expected++) {
                for (;;) {
                    const uint32_t ticket = tk_gate_ticket(&gate);
                    if (round.load() >= expected) {
                        break;
                    }
                    tk_gate_wait(&gate, ticket, TK_GATE_FOREVER);
                }
                seen++;
                tk_gate_open(&answered);
            }
        });
    }
    for (int i = 1; i <= rounds; i++) {
        round = i;
        tk_gate_open(&gate);
        for (;;) {
            const uint32_t ticket = tk_gate_ticket(&answered);
            if (seen.load() == i * waiters) {
                break;
            }
            tk_gate_wait(&answered, ticket, TK_GATE_FOREVER);
        }
    }
    for (std::thread &each : threads) {
        each.join();
    }
    EXPECT_EQ(seen.load(), rounds * waiters);
}
