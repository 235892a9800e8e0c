/* SPDX-License-Identifier: MIT
 *
 * A look at a run: what the API, the line at the bottom of the terminal, the watchdog and "why is it stuck?"
 * are made of. Plain data, copied out; whoever has it needs no lock.
 */
#ifndef PLATFORMS_VP_MONITOR_RUN_VIEW_H
#define PLATFORMS_VP_MONITOR_RUN_VIEW_H

#include "timekeeper/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct run_view {
    tk_timeline_view time;
    /* By the timeline's index; NULL: it has none. They live as long as the run. */
    const char *vcpu_names[TK_VCPUS_MAX];
    /* The timeline's indices in the platform's order, which is the one that people see. */
    unsigned order[TK_VCPUS_MAX];
    unsigned count;
    uint64_t host_ns;      /* CLOCK_MONOTONIC at this look */
    bool outside;          /* somebody outside may start something: a terminal, a socket */
    bool throttled;        /* SystemC's kernel waits for the host's clock: `speed` */
    double speed;          /* simulated time to host time; 0: as fast as it goes */
    bool paused;           /* by the monitor */
    uint64_t run_until_ps; /* it pauses then; TK_NEVER: it does not */
    uint64_t paused_ns;    /* host time for which it was paused until now */
} run_view;

/* "running", "waiting" (for somebody outside), "pausing" (asked to, but somebody still moves) or "paused" */
const char *run_view_state(const run_view *view);
/* No vCPU executes, and SystemC's kernel waits. */
bool run_view_stands(const run_view *view);
/* Nobody in here can go on; somebody outside may. */
bool run_view_waits_outside(const run_view *view);
/* Instructions of all vCPUs. */
uint64_t run_view_executed(const run_view *view);
/* Place of the timeline's vCPU in the platform's order, or -1. */
int run_view_place(const run_view *view, int vcpu);

#ifdef __cplusplus
}
#endif

#endif
