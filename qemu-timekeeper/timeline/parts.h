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

/* What different threads write is not in one of these. */
#define CACHE_LINE 64

/* Between a vCPU's thread, which has left a note at the end of its budget, and who gives it the next one. It
 * is TAKES_BUDGET also while there is no note: so nothing has to be written at the next one. */
enum vcpu_asks {
    TAKES_BUDGET,  /* stands before its next block, and takes what it is given */
    HAS_BUDGET,    /* has been given one */
    LOOKS_NO_MORE, /* sees to it itself; until it has the lock */
};

typedef struct vcpu {
    /* Seldom written: its own thread reads this at the end of a budget, and takes no lock there. */
    unsigned source;
    unsigned qemu_index;
    uint64_t *counter;

    /* T and what goes with it */
    _Alignas(CACHE_LINE) uint64_t seen; /* the counter's value at the last report */
    uint64_t base;     /* + the counter: instructions executed (mod 2^64); its own thread, or for it */
    uint64_t cap_ps;   /* how far the clock might go when it got its budget */
    uint64_t asked_ps; /* where it was when its request was taken */
    bool kicked;       /* since it last was out of its execution loop */
    bool noted;        /* that it stands at its budget's end has been taken in */
    /* What its own thread needs to know its local time without the lock; only that thread uses it. */
    _Atomic bool mark_is_old; /* another thread has changed what it stands for */
    uint64_t mark_count;
    tk_local_time mark;

    /* Where it looks and waits: who gives it something writes here, last. */
    _Alignas(CACHE_LINE) tk_gate gate;
    _Atomic uint32_t asks; /* enum vcpu_asks */
    bool meets_systemc;    /* its budget ends where SystemC has something to do; with the budget */

    /* Its own thread writes this. */
    _Alignas(CACHE_LINE) void *request; /* what it waits for; written before it says so */
    uint32_t notes;                     /* how many it has left at budgets' ends */
} vcpu;

/* Changes that QEMU has made and SystemC has not processed: a binary heap. */
typedef struct tl_crossings {
    tk_crossing *heap;
    size_t count, capacity;
    uint64_t made;            /* so far */
    _Atomic uint64_t next_ps; /* when the first is due, or TK_NEVER; SystemC's thread reads it without T */
} tl_crossings;

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

#define SET_WORDS (TK_VCPUS_MAX / 64)

typedef struct vcpu_set {
    uint64_t words[SET_WORDS];
} vcpu_set;

struct tk_timeline {
    /* Seldom written: a vCPU's thread reads this at each transaction, and takes no lock there. */
    tk_core *core;
    tk_timeline_config config;
    vcpu *vcpus[TK_VCPUS_MAX]; /* set once, never moved: gates are used without the lock */
    unsigned vcpu_count;
    source sources[TK_SOURCES_MAX];
    unsigned source_count;
    tk_look_fn look;
    void *look_opaque;
    tk_rouse_fn rouse;
    void *rouse_opaque;
    bool has_keeper;
    char *name;
    unsigned references;
    tk_timeline *next; /* in the registry */
    tk_tracer tracer;

    /* T and what goes with it */
    _Alignas(CACHE_LINE) pthread_mutex_t lock;
    bool user_frozen;
    tl_crossings crossings;
    uint64_t until_ps;   /* where SystemC's kernel stops: tk_timeline_keeper_until */
    bool starves;        /* and that is no reason to go there */
    bool starved;        /* the keeper has left: nothing was left to happen */
    unsigned waiters;    /* tk_timeline_go_on: time goes on whoever is busy */
    unsigned pauses;     /* tk_timeline_pause without its tk_timeline_continue */
    bool poked_in_pause; /* the keeper has seen to what cannot wait only */
    bool keeper_stands;  /* SystemC's kernel waits for the end of a pause */
    bool idling;         /* time follows the host's clock */
    enum keeper_wait keeper_waits;
    uint64_t idle_base_ps;     /* the time at the last look at the host's clock */
    uint64_t idle_base_ns;     /* the host's clock then */
    uint64_t keeper_target_ps; /* for SystemC's limit to reach this */
    uint64_t keeper_now_ps;    /* SystemC's time, and its next event, when it last waited or was let go */
    uint64_t keeper_next_ps;
    bool answers;      /* its next event may be its answer to a change that it has processed */
    uint64_t event_ps; /* how far SystemC went when an event of its own was last due */
    vcpu_set seen;     /* of mail.suspensions */
    uint32_t seen_end; /* of mail.end */
    vcpu_set asked;    /* vCPUs whose requests SystemC has not taken yet */

    vcpu_set taken; /* vCPUs whose requests a step has taken; SystemC's thread */

    _Alignas(CACHE_LINE) tk_shared_clock clock;
    _Alignas(CACHE_LINE) tk_baton baton; /* offered while SystemC's kernel waits in tk_timeline_keeper_step */
    /* To the threads of vCPUs that are earlier: SystemC's next event, or change of QEMU's. Written with the
     * baton, or with T held, when it becomes earlier. */
    _Atomic uint64_t lent_until_ps;

    /* What others write for the keeper, who looks at it while it waits. */
    struct {
        _Alignas(CACHE_LINE) tk_gate gate;
        _Atomic bool poked;
        _Atomic bool look_asked;
        /* The latest vCPU that stands at its budget's end: see end_note() of vcpu.c; 0: it has withdrawn
         * that. A note that another one overwrites costs that vCPU's looking, and nothing else. */
        _Atomic uint32_t end;
        /* A vCPU changes its bit when it begins to wait for SystemC: the keeper remembers what it has seen,
         * and writes nothing here. */
        _Atomic uint64_t suspensions[SET_WORDS];
    } mail;
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

/* Calls `action` for each bit that is set, counted from the first word's lowest. */
static inline void tl_for_each_bit(tk_timeline *t, const uint64_t *words, unsigned count,
                                   void (*action)(tk_timeline *, unsigned))
{
    for (unsigned w = 0; w < count; w++) {
        for (uint64_t bits = words[w]; bits; bits &= bits - 1) {
            action(t, w * 64 + (unsigned)__builtin_ctzll(bits));
        }
    }
}

/* --- timeline.c --- */

/* Zeroed, at the beginning of a cache line; for free(). NULL: out of memory. No lock. */
void *tl_alloc(size_t size);

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
/* vCPU i looks again, if it waits; if it looks for its next budget, it gets that. */
void tl_wake_vcpu(tk_timeline *t, unsigned i);
/* It leaves its execution loop soon, and asks. */
void tl_stop_vcpu(tk_timeline *t, unsigned i);
/* When its next timer is due; TK_NEVER if it has none, or does not run. */
uint64_t tl_deadline_ps(const source *s);

/* The time of the timers of QEMU's that the calling thread runs just now; TK_NEVER: it runs none. */
uint64_t tl_timers_time(const tk_timeline *t);

/* --- crossings.c: changes that QEMU makes in SystemC --- */

/* When the earliest is due; TK_NEVER: there is none. */
uint64_t tl_next_crossing(const tk_timeline *t);
/* SystemC has nothing left to do at its present time. */
void tl_crossings_parked(tk_timeline *t);
/* SystemC is gone, and processes none of them. */
void tl_crossings_drop(tk_timeline *t);

/* --- stop.c: when time stands --- */

/* By somebody's wish, and not only for a moment's work. */
bool tl_is_stopped(tk_timeline *t);
/* Time stands for work of QEMU's own threads, unless that may be waiting for time to go on. */
bool tl_awaits_work(tk_timeline *t);
/* What it depends on has changed. */
void tl_update_frozen(tk_timeline *t);
/* vCPU i has come into a transaction, or out of it. */
void tl_transactions_changed(tk_timeline *t, unsigned i);

/* --- transaction.c --- */

/* Tells the core of what vCPUs have left notes since: who waits for SystemC, and who stands at its budget's
 * end. Any thread; the caller carries out. */
void tl_take_in(tk_timeline *t);
/* Some of them have requests that SystemC has not taken yet. */
bool tl_any_asked(const tk_timeline *t);
/* SystemC works on all of those from now on; returns how many tk_timeline_next_request has. SystemC's thread.
 */
unsigned tl_take_requests(tk_timeline *t);
/* vCPU i's transaction is over at end_ps. True: it has its next budget. */
bool tl_restart(tk_timeline *t, unsigned i, uint64_t end_ps);

/* --- vcpu.c: a vCPU's thread --- */

/* Tells the core what vCPU i has executed since the last time. Any thread, only its own writes. */
void tl_report(tk_timeline *t, unsigned i);
/* Gives vCPU i its next budget; false if it has to wait. Its own thread, or for one that waits. */
bool tl_grant(tk_timeline *t, unsigned i);
/* vCPU i has come to where it must wait, in the middle of a block: it leaves its execution loop after that.
 * Its own thread, while it executes. */
void tl_end_budget(tk_timeline *t, unsigned i);
/* The same, but it asks for its next budget at its next block: tk_timeline_end_of_quantum. */
void tl_end_budget_here(tk_timeline *t, unsigned i);
/* The vCPU that the calling thread has added to this timeline, or TK_NOBODY. */
int tl_own_vcpu(const tk_timeline *t);
/* Takes in the note of a vCPU that stands at its budget's end, if there is a new one: reports for it, and
 * gives it the next one if that can be. Any thread; the caller carries out. */
void tl_take_in_end(tk_timeline *t);
/* Its own thread, while it executes, T not held: nobody else changes what its local time is made of, but for
 * the rate. */
uint64_t tl_local_time(tk_timeline *t, unsigned i);
/* Time cannot be kept any more, and a wrong time is worse than none. Does not return. */
void tl_end_of_time(void);
/* "source: CPU n", for people. */
void tl_vcpu_name(const tk_timeline *t, unsigned i, char *name, size_t size);

#endif
