/* SPDX-License-Identifier: MIT
 *
 * What is inside a core: for core.c, which changes it, and for check.c and the fuzzers, which look at it.
 */
#ifndef TIMEKEEPER_CORE_INTERNAL_H
#define TIMEKEEPER_CORE_INTERNAL_H

#include "clock.h"
#include "timekeeper/timekeeper.h"

/* What the last check has seen of a vCPU. */
typedef struct vcpu_seen {
    tk_clock clock;
    uint64_t local_ps;
    uint64_t instructions;
    uint64_t idle_ps;
    uint64_t annotated_ps;
    bool active;
    bool accepted;
} vcpu_seen;

typedef struct vcpu {
    tk_clock clock; /* executed time */
    uint64_t local_ps;
    uint64_t instructions;
    uint64_t idle_ps;
    uint64_t annotated_ps;
    uint64_t grant_ps; /* what its current budget reaches to; valid while running */
    uint64_t floor_ps; /* valid while accepted: its transaction does not end before */
    uint64_t pauses;
    uint64_t token_holds;
    enum tk_pause pause;
    bool present;
    bool active;    /* has something to execute */
    bool kicked;    /* or may have: its thread has not looked yet */
    bool running;   /* has a budget */
    bool woken;     /* its wake-up is out, and it has not asked for a budget since */
    bool suspended; /* waits for a transaction */
    bool accepted;  /* and SystemC works on it */
    bool blocked;
    uint32_t order; /* who is the lower of two that are equal */
    /* in deterministic mode, see turns.c */
    bool ready;  /* its thread waits for a budget or for SystemC, and does nothing before it is told */
    bool inside; /* where it waits is in the middle of a transaction */
    bool idles;  /* it is idle from when all rest */
#ifdef TK_CHECKED
    vcpu_seen seen;
#endif
} vcpu;

typedef struct source {
    uint64_t at_ps;
    bool due; /* reported as due, and not answered yet */
} source;

/* What the last check has seen of the rest. */
typedef struct core_seen {
    bool any; /* there was a check */
    uint64_t global_ps;
    uint64_t limit_ps;
    int holder;
    unsigned vcpu_count;
    bool all_idle;
} core_seen;

struct tk_core {
    uint64_t quantum_ps;
    uint32_t reports;
    uint64_t slice_ps; /* between two reports while others depend on them */
    uint64_t global_ps;
    uint64_t window_ps;
    uint64_t crossing_ps; /* the earliest change of QEMU's that SystemC has not processed, or TK_NEVER */
    uint64_t deadline_ps; /* the earliest of all sources */
    uint64_t limit_ps;    /* SystemC's, as last settled */
    uint64_t keeper_ps;   /* the least local time of those who keep time */
    uint64_t least_ps;    /* the least of those and of the accepted: nobody gets a quantum ahead of it */
    uint64_t second_ps;   /* the least without that one */
    unsigned least;       /* who it is */
    unsigned bounding;    /* how many there are */
    unsigned keepers;     /* how many keep time */
    unsigned kicked;      /* how many of those have not looked yet */
    unsigned accepted;    /* how many transactions SystemC works on */
    unsigned vcpu_count;
    unsigned source_count;
    int holder;
    int last_holder;
    bool frozen;
    bool deterministic;
    int turn;                 /* a vCPU, TK_SYSTEMC or TK_NOBODY */
    uint64_t turn_end_ps;     /* of a vCPU's turn */
    bool systemc_away;        /* its processes run */
    bool systemc_wants;       /* there is something to do for it now */
    uint64_t systemc_next_ps; /* its next event; valid while it is parked */
    tk_effects effects;
    bool effects_any;
    tk_stats stats;
    vcpu *vcpus; /* grown in powers of two */
    unsigned vcpu_capacity;
    tk_handover_fn handover; /* NULL: nobody traces */
    void *handover_opaque;
    source sources[TK_SOURCES_MAX];
    tk_alloc_fn alloc;
    void *alloc_opaque;
#ifdef TK_CHECKED
    core_seen seen;
#endif
};

/* What vCPU i must not pass as things stand, and what that is; whose turn it is does not matter. */
uint64_t tk_bound_without_turns(const tk_core *core, unsigned i, enum tk_pause *why);
/* What no vCPU passes for SystemC's sake: the end of its window, and the earliest change that it has not
 * processed. */
static inline uint64_t tk_window_end(const tk_core *core)
{
    return core->window_ps < core->crossing_ps ? core->window_ps : core->crossing_ps;
}
/* Which of two vCPUs comes first when their times are equal. */
bool tk_precedes(const tk_core *core, unsigned i, unsigned j);

#endif
