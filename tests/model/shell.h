/* SPDX-License-Identifier: MIT
 *
 * The state that the model's threads share: the core, and what the timeline has around it. Bytes only, and
 * all times relative to SystemC's, so that the state space is finite.
 */
#ifndef TIMEKEEPER_MODEL_SHELL_H
#define TIMEKEEPER_MODEL_SHELL_H

#ifndef VCPUS
#define VCPUS 2
#endif
#ifndef QUANTUM
#define QUANTUM 1
#endif
#ifndef MIN_WINDOW
#define MIN_WINDOW 1
#endif

#define NEVER 255     /* TK_NEVER in a byte */
#define NO_HOLDER 255 /* TK_NOBODY in a byte */

/* --- the state, part of SPIN's state vector ------------------------------------------------------------ */

typedef struct model_vcpu {
    /* of the core */
    unsigned char local, grant, floor, flags, pause;
    /* of the shell */
    unsigned char budget; /* how far it may have executed since its last report */
    unsigned char gate;   /* opened since its ticket: enum model_gate */
    unsigned char leave;  /* CPUState::exit_request */
    unsigned char note;   /* it waits for SystemC, which has not seen it: 1 + what it has executed */
#ifdef NOTES_AT_THE_END
    unsigned char meets;  /* its budget ends where SystemC has something to do */
    unsigned char asks;   /* enum model_asks */
    unsigned char noted;  /* that it stands at its budget's end has been taken in */
    unsigned char kicked; /* since it last was out of its execution loop */
#endif
} model_vcpu;

typedef struct model_state {
    model_vcpu v[VCPUS];
    /* of the core */
    unsigned char global, window, crossing, deadline, due, holder;
    /* of the shell */
    unsigned char timers_due, timers_running, source_gate;
    unsigned char keeper_waits, keeper_target, keeper_gate;
#ifdef NOTES_AT_THE_END
    unsigned char end, end_is_new; /* who stands at its budget's end, + 1; the keeper has not seen it */
#endif
    unsigned char crossings; /* changes of QEMU's that SystemC has not taken: bit n, due in n units */
    unsigned char until;     /* where sc_start() ends */
    /* of SystemC: its next event, and how far it goes after a step of the keeper's */
    unsigned char next, go, parked;
    /* of the core, derived: SystemC works on a transaction; nothing will ever happen by itself */
    unsigned char any_accepted, nothing_left;
    /* of QEMU: when the timer is due */
    unsigned char armed;
} model_state;

enum model_gate {
    GATE_CLOSED,
    GATE_OPEN,
};

/* enum vcpu_asks, and what the model wants to know besides. */
enum model_asks {
    EXECUTES,      /* or is elsewhere: there is no note of its */
    TAKES_BUDGET,  /* looks */
    HAS_BUDGET,    /* and has been given it */
    LOOKS_NO_MORE, /* sees to it itself */
    WAS_REPORTED,  /* the same, and SystemC's thread has told the core how far it came */
};

/* What a section of the lock ends with. */
enum model_tail {
    TAIL_NOTHING,
    TAIL_GRANT,  /* hold, end_of_quantum */
    TAIL_KEEPER, /* one round of the keeper's loop */
    TAIL_IDLE,   /* idle, when no timers ran in it: goes idle */
    TAIL_LOOK,   /* idle, when timers ran before it went idle */
    TAIL_RESUME, /* idle, when timers ran because it went idle */
};

/* What a section says. */
enum model_result {
    RESULT_DONE,       /* granted; idle: look again; nothing to wait for; the keeper goes on */
    RESULT_WAIT,       /* not granted; idle: sleep; the keeper waits */
    RESULT_RUN_TIMERS, /* the lock is let go of: run the timers, then call model_timers_ran() */
    RESULT_RUN_RESUME, /* the same, with TAIL_RESUME */
};

/* May the calling thread run timers itself? (enum timer_duty; there is one source) */
enum model_duty { DUTY_LATER, DUTY_RUN };

/* --- sections of the lock: each is one atomic step of the model ----------------------------------------- */

void model_start(model_state *s);

/* A vCPU's thread. `n`: executed since the last report; `ahead`: how far a reader sees the clock ahead of the
 * core's global time. */
int model_end_of_quantum(model_state *s, int i);
int model_hold(model_state *s, int i, int n, int ahead);
int model_idle(model_state *s, int i, int n);
/* Without the lock. */
void model_suspend(model_state *s, int i, int n);
#ifdef NOTES_AT_THE_END
void model_note_end(model_state *s, int i);
/* Stops looking. RESULT_DONE: it has its budget. */
int model_stop_looking(model_state *s, int i);
void model_withdraw_note(model_state *s, int i);
#endif
int model_resync(model_state *s, int i);
/* Goes on after RESULT_RUN_TIMERS, with the same duty and tail; `ahead` matters to TAIL_RESUME. */
int model_timers_ran(model_state *s, int duty, int tail, int i, int ahead);

/* Any thread. */
void model_kicked(model_state *s, int i, int ahead);
void model_timer_armed(model_state *s);

/* The source's own thread. */
int model_source_work(model_state *s);

/* A vCPU's thread, in the middle of a block: QEMU changes something in SystemC. */
void model_cross(model_state *s, int i, int n);

/* SystemC's thread. */
int model_keeper_enter(model_state *s);
int model_keeper_woken(model_state *s);
/* 1: the vCPU has its next budget, and does not ask for one when it goes on. */
int model_restart(model_state *s, int i, int end);
void model_systemc_advance(model_state *s, int by);

/* What is wrong, or NULL: the invariants of the last section. */
extern const char *model_wrong;

#endif
