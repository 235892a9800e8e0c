// SPDX-License-Identifier: MIT
//
// A lane gets coarser, but its sums stay what they were, on both axes.
extern "C" {
#include "lane.h"
}

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace
{

tk_trace_sum sum_of(uint32_t state)
{
    return tk_trace_state_sum(static_cast<tk_trace_state>(state));
}

using sums = std::array<tk_span, TK_TRACE_SUMS>;

sums sums_of(const tk_lane &lane)
{
    sums all{};
    for (unsigned i = 0; i < lane.count; i++) {
        const tk_piece &piece = lane.pieces[i];
        const tk_span end = tk_lane_end(&lane, i);
        EXPECT_GE(end.global_ps, piece.begin.global_ps);
        EXPECT_GE(end.host_ns, piece.begin.host_ns);
        for (unsigned s = 0; piece.state == TK_LANE_MIXED && s < TK_TRACE_SUMS; s++) {
            all[s].global_ps += piece.shares[s].global_ps;
            all[s].host_ns += piece.shares[s].host_ns;
        }
        if (piece.state != TK_LANE_MIXED) {
            all[sum_of(piece.state)].global_ps += end.global_ps - piece.begin.global_ps;
            all[sum_of(piece.state)].host_ns += end.host_ns - piece.begin.host_ns;
        }
    }
    return all;
}

} // namespace

TEST(lane, keeps_its_sums_when_it_gets_coarser)
{
    for (const unsigned capacity : {2u, 8u, 64u}) {
        std::mt19937 random(capacity);
        tk_lane lane;
        ASSERT_EQ(tk_lane_init(&lane, capacity, sum_of), TK_OK);
        sums expected{};
        tk_span at{0, 0};
        uint32_t state = TK_TRACE_OFF;
        tk_lane_add(&lane, at, state);
        for (unsigned i = 0; i < 5000; i++) {
            const tk_span step{random() % 3 == 0 ? 0 : random() % 100000,
                               random() % 3 == 0 ? 0 : random() % 1000};
            expected[sum_of(state)].global_ps += step.global_ps;
            expected[sum_of(state)].host_ns += step.host_ns;
            at.global_ps += step.global_ps;
            at.host_ns += step.host_ns;
            state = random() % TK_TRACE_STATES;
            tk_lane_add(&lane, at, state);
            ASSERT_LE(lane.count, capacity);
        }
        const sums found = sums_of(lane);
        for (unsigned s = 0; s < TK_TRACE_SUMS; s++) {
            EXPECT_EQ(found[s].global_ps, expected[s].global_ps);
            EXPECT_EQ(found[s].host_ns, expected[s].host_ns);
        }
        EXPECT_EQ(lane.last.global_ps, at.global_ps);
        tk_lane_destroy(&lane);
    }
}

TEST(lane, has_one_piece_for_one_state)
{
    tk_lane lane;
    ASSERT_EQ(tk_lane_init(&lane, 4, sum_of), TK_OK);
    for (uint64_t i = 0; i < 10; i++) {
        tk_lane_add(&lane, {i, i}, TK_TRACE_IDLE);
    }
    EXPECT_EQ(lane.count, 1u);
    EXPECT_EQ(tk_lane_end(&lane, 0).global_ps, 9u);
    tk_lane_destroy(&lane);
}

// Records of other threads may be a moment earlier.
TEST(lane, does_not_go_back)
{
    tk_lane lane;
    ASSERT_EQ(tk_lane_init(&lane, 4, sum_of), TK_OK);
    tk_lane_add(&lane, {10, 10}, TK_TRACE_IDLE);
    tk_lane_add(&lane, {5, 20}, TK_TRACE_RUNNING);
    EXPECT_EQ(lane.pieces[1].begin.global_ps, 10u);
    EXPECT_EQ(lane.pieces[1].begin.host_ns, 20u);
    tk_lane_destroy(&lane);
}
