/* SPDX-License-Identifier: MIT */
#include "lane.h"

#include <stdlib.h>

int tk_lane_init(tk_lane *lane, unsigned capacity, enum tk_trace_sum (*sum_of)(uint32_t state))
{
    *lane = (tk_lane){.capacity = capacity, .sum_of = sum_of};
    lane->pieces = malloc(capacity * sizeof(*lane->pieces));
    return lane->pieces ? TK_OK : TK_ENOMEM;
}

void tk_lane_destroy(tk_lane *lane)
{
    free(lane->pieces);
    lane->pieces = NULL;
    lane->count = 0;
}

tk_span tk_lane_end(const tk_lane *lane, unsigned i)
{
    return i + 1 < lane->count ? lane->pieces[i + 1].begin : lane->last;
}

static void add_shares(const tk_lane *lane, tk_piece *to, unsigned i)
{
    const tk_piece *piece = &lane->pieces[i];
    const tk_span end = tk_lane_end(lane, i);

    if (piece->state == TK_LANE_MIXED) {
        for (unsigned s = 0; s < TK_TRACE_SUMS; s++) {
            to->shares[s].global_ps += piece->shares[s].global_ps;
            to->shares[s].host_ns += piece->shares[s].host_ns;
        }
    } else {
        tk_span *share = &to->shares[lane->sum_of(piece->state)];

        share->global_ps += end.global_ps - piece->begin.global_ps;
        share->host_ns += end.host_ns - piece->begin.host_ns;
    }
}

static void merge_pairs(tk_lane *lane)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < lane->count; i += 2) {
        tk_piece merged = {.begin = lane->pieces[i].begin, .state = TK_LANE_MIXED};

        add_shares(lane, &merged, i);
        if (i + 1 < lane->count) {
            add_shares(lane, &merged, i + 1);
        }
        lane->pieces[kept++] = merged;
    }
    lane->count = kept;
}

void tk_lane_extend(tk_lane *lane, tk_span at)
{
    lane->last.global_ps = at.global_ps > lane->last.global_ps ? at.global_ps : lane->last.global_ps;
    lane->last.host_ns = at.host_ns > lane->last.host_ns ? at.host_ns : lane->last.host_ns;
}

void tk_lane_add(tk_lane *lane, tk_span at, uint32_t state)
{
    tk_lane_extend(lane, at);
    if (lane->count > 0 && lane->pieces[lane->count - 1].state == state) {
        return;
    }
    if (lane->count == lane->capacity) {
        merge_pairs(lane);
    }
    lane->pieces[lane->count++] = (tk_piece){.begin = lane->last, .state = state};
}
