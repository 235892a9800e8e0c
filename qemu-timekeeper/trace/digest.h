/* SPDX-License-Identifier: MIT
 *
 * What a trace comes to, in bounded memory: how long each vCPU did what, histograms, what each target and
 * line saw, and a picture of the run. The numbers are exact; only the picture gets coarser.
 */
#ifndef TIMEKEEPER_TRACE_DIGEST_H
#define TIMEKEEPER_TRACE_DIGEST_H

#include "histogram.h"
#include "lane.h"
#include "names.h"

typedef struct tk_duration {
    tk_span time;
    uint64_t count; /* how often it began */
} tk_duration;

typedef struct tk_vcpu_digest {
    tk_lane lane;
    tk_duration states[TK_TRACE_STATES];
    tk_duration token;
    uint32_t state; /* since `since` */
    tk_span since;
    uint64_t reports, instructions, local_ps, kicks, interrupts, max_skew_ps;
} tk_vcpu_digest;

typedef struct tk_target_digest {
    uint64_t reads, writes, bytes, errors;
    tk_span sum, longest;
} tk_target_digest;

typedef struct tk_line_digest {
    uint64_t raised, lowered;
} tk_line_digest;

/* A level of an interrupt line, for the picture. */
typedef struct tk_mark {
    tk_span at;
    uint16_t line;
    bool level;
} tk_mark;

/* How far all had come at a moment, for the picture. */
typedef struct tk_sample {
    tk_span at;
    uint64_t instructions;
} tk_sample;

#define TK_LANE_PIECES 4096
#define TK_MARKS 4096
#define TK_SAMPLES 1024

/* In the order in which it is explained. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
typedef struct tk_digest {
    tk_names *names;
    uint64_t begin_ns;
    tk_span now;
    bool complete;
    bool out_of_memory; /* something is missing */
    uint64_t records, dropped;

    tk_vcpu_digest *vcpus[TK_VCPUS_MAX];
    unsigned vcpu_count;
    tk_lane token;
    uint32_t holder;
    tk_span holder_since;
    uint32_t last_holder;
    uint64_t handovers;
    tk_duration nobody;

    tk_lane systemc;
    tk_duration systemc_states[TK_TRACE_SC_STATES];
    uint32_t systemc_state;
    tk_span systemc_since;

    tk_histogram skew, systemc_lag, timer_lateness;

    tk_target_digest *targets; /* by region, and one for elsewhere */
    unsigned target_count;
    tk_line_digest lines[TK_LINES_MAX];

    tk_mark marks[TK_MARKS];
    unsigned mark_count, mark_stride;
    uint64_t marks_seen;
    tk_sample samples[TK_SAMPLES];
    unsigned sample_count;
    uint64_t sample_every_ns;

    tk_trace_figures figures; /* of the end */
    tk_vcpu_info *figures_vcpus;
    bool has_figures;
} tk_digest;

/* TK_ENOMEM. */
int tk_digest_init(tk_digest *digest, tk_names *names, uint64_t begin_ns);
void tk_digest_destroy(tk_digest *digest);
void tk_digest_record(tk_digest *digest, const tk_trace_record *record);
/* The run has come to `at`, whatever the records say. */
void tk_digest_extend(tk_digest *digest, tk_span at);
/* Copies them. TK_ENOMEM. */
int tk_digest_set_figures(tk_digest *digest, const tk_trace_figures *figures);
tk_span tk_digest_sum(const tk_vcpu_digest *vcpu, enum tk_trace_sum sum);

/* docs/trace.md has the format; malloc'ed, or NULL. `figures`: NULL for the digest's own. */
char *tk_digest_json(tk_digest *digest, const char *program, const tk_trace_figures *figures);

extern const char *const tk_trace_systemc_texts[TK_TRACE_SC_STATES];

#endif
