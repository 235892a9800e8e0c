/* SPDX-License-Identifier: MIT
 *
 * What the parts of the timeline share: its state, and what one of them does for the others. T, the lock, is
 * held in all of it, unless it says otherwise.
 */
#ifndef TIMEKEEPER_TIMELINE_PARTS_H
#define TIMEKEEPER_TIMELINE_PARTS_H

#include "timekeeper/timeline.h"

#include "../core/local_time.h"
#include "baton.h"
#include "clock.h"
#include "timekeeper/gate.h"
#include "tracer.h"

#include <pthread.h>

typedef struct vcpu {
    unsigned source;
    unsigned qemu_index;
    uint64_t *counter;
    uint64_t seen;   /* the counter's value at the last report */
    uint64_t base;   /* + the counter: instructions executed (mod 2^64); written by its own thread */
    uint64_t cap_ps; /* how far the clock might go when it got its budget */
    tk_gate gate;
    /* What its own thread needs to know its local time without the lock; only that thread uses it. */
    uint64_t mark_count;
    tk_local_time mark;
    _Atomic bool mark_is_old; /* another thread has changed what it stands for */
    bool kicked;              /* since it last was out of its execution loop; T */
} vcpu;

typedef struct source {
    char *name;
    const tk_source_ops *ops;
    void *opaque;
    bool running;  /* its vCPUs may execute */
    bool stopping; /* they are being stopped, or have been since */
    bool closed;
    unsigned busy;       /* threads of its own that do something for a guest */
    bool timers_due;     /* somebody has to run its timers */
    bool timers_running; /* somebody does */
    tk_gate gate;        /* where its own thread waits */
} source;

/* What ends the keeper's wait, beside a poke. */
enum keeper_wait {
    KEEPER_GOES,        /* it does not wait */
    KEEPER_AWAITS_TIME, /* SystemC's limit reaches the target, or all are idle */
    KEEPER_AWAITS_ANY,  /* all are idle: whatever happens */
};

struct tk_timeline {
    pthread_mutex_t lock;
    tk_core *core;
    tk_timeline_config config;
    tk_shared_clock clock;
    vcpu *vcpus[TK_VCPUS_MAX]; /* set once, never moved: gates are used without the lock */
    unsigned vcpu_count;
    source sources[TK_SOURCES_MAX];
    unsigned source_count;
    bool user_frozen;
    unsigned waiters;    /* tk_timeline_go_on: time goes on whoever is busy */
    unsigned pauses;     /* tk_timeline_pause without its tk_timeline_continue */
    bool poked_in_pause; /* the keeper has seen to what cannot wait only */
    bool keeper_stands;  /* SystemC's kernel waits for the end of a pause */
    bool has_keeper;
    enum keeper_wait keeper_waits;
    uint64_t keeper_target_ps; /* for SystemC's limit to reach this */
    uint64_t keeper_now_ps;    /* SystemC's time, and its next event, when it last waited or was let go */
    uint64_t keeper_next_ps;
    uint64_t event_ps; /* how far SystemC went when an event of its own was last due */
    tk_gate keeper_gate;
    _Atomic bool poked;
    tk_baton baton;         /* offered while SystemC's kernel waits in tk_timeline_keeper_step */
    uint64_t lent_until_ps; /* to whoever is earlier: SystemC's next event; written with the baton */
    _Atomic bool look_asked;
    tk_look_fn look;
    void *look_opaque;
    bool idling;           /* time follows the host's clock */
    uint64_t idle_base_ps; /* the time at the last look at the host's clock */
    uint64_t idle_base_ns; /* the host's clock then */
    char *name;
    unsigned references;
    tk_timeline *next; /* in the registry */
    tk_tracer tracer;  /* last: what is above keeps the places that it has */
};

/* What the calling thread may do about timers that have come due. */
enum timer_duty {
    TIMERS_LATER, /* holds who knows what: leave it to the source's own thread */
    TIMERS_OWN,   /* holds the BQL of one source: only that one's */
    TIMERS_ALL,   /* holds no BQL */
};

static inline uint64_t tl_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t tl_max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* --- carry_out.c: what the core decided --- */

/* Tells the trace, at global time as it was last published. */
void tl_note(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a,
             uint64_t b);
/* Shows everybody the time as the core has it. */
void tl_publish(tk_timeline *t);
/* Its second half, between tk_shared_clock_begin and the caller's return. */
void tl_publish_end(tk_timeline *t);
/* A look at the host's clock. */
void tl_note_idling(tk_timeline *t);
/* Carries out what the core decided, until there is nothing left that this thread can do. True: it ran
 * timers. Lets go of T for those. `own`: the source of TIMERS_OWN. */
bool tl_carry_out(tk_timeline *t, enum timer_duty duty, unsigned own);
/* All are idle: how long whoever moves time waits until it is `target_ps`, in host ns; 0: it is. */
uint64_t tl_wait_for_host(tk_timeline *t, uint64_t target_ps);
/* Something has happened: those who may have to do with it look for themselves. */
void tl_wake_movers(tk_timeline *t);
/* Whose thread moves time when all are idle and there is no keeper; source_count: nobody's. */
unsigned tl_idle_mover(const tk_timeline *t);
/* vCPU i looks again, if it waits. */
void tl_wake_vcpu(tk_timeline *t, unsigned i);
/* It leaves its execution loop soon, and asks. */
void tl_stop_vcpu(tk_timeline *t, unsigned i);
/* When its next timer is due; TK_NEVER if it has none, or does not run. */
uint64_t tl_deadline_ps(const source *s);

/* --- stop.c: when time stands --- */

/* By somebody's wish, and not only for a moment's work. */
bool tl_is_stopped(tk_timeline *t);
/* Time stands for work of QEMU's own threads, unless that may be waiting for time to go on. */
bool tl_awaits_work(tk_timeline *t);
/* What it depends on has changed. */
void tl_update_frozen(tk_timeline *t);
/* vCPU i has come into a transaction, or out of it. */
void tl_transactions_changed(tk_timeline *t, unsigned i);

/* --- vcpu.c: a vCPU's thread --- */

/* Tells the core what vCPU i has executed since the last time. Any thread, only its own writes. */
void tl_report(tk_timeline *t, unsigned i);
/* Gives vCPU i its next budget; false if it has to wait. Its own thread, or for one that waits. */
bool tl_grant(tk_timeline *t, unsigned i);
/* Its own thread, while it executes, T not held: nobody else changes what its local time is made of, but for
 * the rate. */
uint64_t tl_local_time(tk_timeline *t, unsigned i);
/* Time cannot be kept any more, and a wrong time is worse than none. Does not return. */
void tl_end_of_time(void);
/* "source: CPU n", for people. */
void tl_vcpu_name(const tk_timeline *t, unsigned i, char *name, size_t size);

#endif
