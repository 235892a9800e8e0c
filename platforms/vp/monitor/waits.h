/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom, in the words of docs/time-model.md.
 */
#ifndef PLATFORMS_VP_MONITOR_WAITS_H
#define PLATFORMS_VP_MONITOR_WAITS_H

#include "run_view.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WAITS_TEXT_MAX 200

enum waits_for {
    WAITS_NOT,  /* it goes on */
    WAITS_VCPU, /* for one vCPU, or for all of them */
    WAITS_SYSTEMC,
    WAITS_TIMERS,   /* of a QEMU instance, that are due */
    WAITS_EVENT,    /* an interrupt, a timer, an event */
    WAITS_HOST,     /* the host's clock */
    WAITS_OUTSIDE,  /* somebody outside: a terminal, a socket */
    WAITS_CONTINUE, /* the end of a pause, or of a debugger's stop */
    WAITS_ITSELF,   /* its own host thread, which has to look */
};

typedef struct waits {
    const char *state; /* "active", "idle", "paused", "in a transaction"; SystemC's: "runs", "parked" */
    enum waits_for whom;
    int vcpu;                 /* WAITS_VCPU: which; TK_NOBODY: all that are active */
    char why[WAITS_TEXT_MAX]; /* one clause; "" for WAITS_NOT */
} waits;

/* Of the timeline's vCPU i. */
void waits_of_vcpu(const run_view *view, unsigned i, waits *result);
void waits_of_systemc(const run_view *view, waits *result);
/* "systemc", "vcpu", ...: for programs; never NULL. */
const char *waits_word(enum waits_for whom);
/* All of it on one screen, malloc'ed; NULL: out of memory. */
char *waits_screen(const run_view *view);

#ifdef __cplusplus
}
#endif

#endif
