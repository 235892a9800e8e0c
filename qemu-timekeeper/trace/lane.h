/* SPDX-License-Identifier: MIT
 *
 * A lane: one row of the picture of a run, a sequence of pieces without gaps on both time axes. Its size is
 * bounded: when it is full, two neighbours each become one, which still knows how much of it belongs to
 * which sum. So the picture gets coarser where a lot has happened, and its sums stay exact.
 */
#ifndef TIMEKEEPER_TRACE_LANE_H
#define TIMEKEEPER_TRACE_LANE_H

#include "timekeeper/trace.h"

#define TK_LANE_MIXED UINT32_MAX

typedef struct tk_span {
    uint64_t global_ps, host_ns;
} tk_span;

typedef struct tk_piece {
    tk_span begin;
    uint32_t state;                /* or TK_LANE_MIXED */
    tk_span shares[TK_TRACE_SUMS]; /* of TK_LANE_MIXED: what belongs to which sum */
} tk_piece;

typedef struct tk_lane {
    tk_piece *pieces;
    unsigned count, capacity;
    tk_span last; /* up to where it is known */
    enum tk_trace_sum (*sum_of)(uint32_t state);
} tk_lane;

/* `capacity`: how many pieces at most, even. TK_ENOMEM. */
int tk_lane_init(tk_lane *lane, unsigned capacity, enum tk_trace_sum (*sum_of)(uint32_t state));
void tk_lane_destroy(tk_lane *lane);
/* From `at` on the state is another one. A time before the lane's last one counts as that. */
void tk_lane_add(tk_lane *lane, tk_span at, uint32_t state);
/* Nothing has changed up to `at`. */
void tk_lane_extend(tk_lane *lane, tk_span at);
/* Where piece i ends. */
tk_span tk_lane_end(const tk_lane *lane, unsigned i);

#endif
