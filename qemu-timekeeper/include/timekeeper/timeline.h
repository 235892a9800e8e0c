/* SPDX-License-Identifier: MIT
 *
 * A timeline: the time core with its threads. It owns the lock around the core, the places where vCPU threads
 * and the keeper wait, and the clock that everybody reads. One timeline serves all QEMU instances of a
 * process.
 *
 *   the timeline        tk_timeline_create, _get, _release, _freeze, _set_idle, _set_quantum
 *   pause and continue  tk_timeline_pause, _continue, _stands
 *   the clock           tk_timeline_now
 *   a source of timers  tk_source_ops, tk_timeline_source_add, _source_running, _source_stopping,
 *                       _source_busy, _go_on, _timer_armed, _source_work
 *   a vCPU's thread     tk_timeline_vcpu_add, _end_of_quantum, _ticket, _hold, _may_run, _wait, _idle,
 *                       _stopped, _kicked, _blocked, _interrupted
 *   a transaction       tk_timeline_suspend, _next_request, _withdraw, _restart, _resync
 *   in the direct lane  tk_timeline_direct_begin, _direct_end, _delay
 *   a crossing          tk_timeline_cross, _cross_here, _next_crossing, _take_crossing
 *   the keeper          tk_timeline_keeper_attach, _keeper_until, _keeper_window, _keeper_answer,
 *                       _keeper_step, _keeper_stand, _keeper_poke, _keeper_on_look, _keeper_look,
 *                       _keeper_on_rouse
 *   tracing             tk_timeline_trace_handovers
 *   statistics          tk_timeline_vcpu_find, _vcpu_name, _vcpu_info, _stats, _describe, _look
 *
 * Locks. Each timeline has one lock ("T"). It is a leaf for QEMU: QEMU's big lock (BQL) may be held when T is
 * taken, and nothing that takes the BQL is called with T held. Under T only these are called: the source's
 * leave() and deadline(), which take at most QEMU's timer-list locks. No T is held while waiting.
 *
 * Where threads wait, and why each wait ends:
 *   tk_timeline_wait        a vCPU that is held back; ends when the core's effects say `wake` for it (its
 * pause reason is over: see tk_pause), or on a kick. The ticket closes the gap between decision and sleep.
 *   tk_timeline_resync      the same for one whose transaction is over, in deterministic mode; ends also when
 * time is stopped.
 *   tk_timeline_keeper_step SystemC's kernel; ends when vCPUs have moved far enough, when all are idle, on a
 * poke, or at the host time that all-idle pacing set; while paused, on a poke or tk_timeline_continue.
 * Before it returns it waits for the baton, if a vCPU's thread is in the direct lane: ends when that target's
 * b_transport returns, which was declared not to wait. A look interrupts it.
 *   tk_timeline_source_work a source's own thread; ends when timers are due that nobody else can run, when
 * all vCPUs are idle and there is no keeper, or at tk_timeline_source_close.
 *
 * Everywhere: `timeline` is not NULL, and the caller has a reference. `vcpu` and `source` are what _vcpu_add
 * and _source_add gave, `qemu_index` is QEMU's number of the CPU, 0 to TK_VCPUS_MAX - 1. Times are as in
 * timekeeper.h. Who breaks that has a bug: only what a comment names is refused.
 */
#ifndef TIMEKEEPER_TIMELINE_H
#define TIMEKEEPER_TIMELINE_H

#include "timekeeper/timekeeper.h"
#include "timekeeper/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A timeline; the caller knows its address only. */
typedef struct tk_timeline tk_timeline;

/* What time does when all vCPUs are idle. The time for which this process was stopped (SIGSTOP, SIGTSTP) does
 * not count: whoever moves time looks at the host's clock every 10 ms, and at most 20 ms count from one look
 * to the next. */
enum tk_idle_mode {
    TK_IDLE_WALLCLOCK, /* follows the host's clock */
    TK_IDLE_WARP,      /* goes straight to the next deadline */
};

/* What tk_timeline_create() wants to know. */
typedef struct tk_timeline_config {
    uint64_t quantum_ps; /* as in tk_config */
    uint64_t
        min_window_ps; /* after an event of SystemC's no window is shorter, however soon the next one is */
    bool deadlines;    /* windows end at SystemC's next event; else after a quantum */
    enum tk_idle_mode idle; /* what time does when all are idle */
    bool deterministic;     /* one vCPU at a time executes, and SystemC only in between; needs TK_IDLE_WARP */
    /* The clock for TK_IDLE_WALLCLOCK, ns, never going back; any thread, T may be held. NULL: CLOCK_MONOTONIC
     */
    uint64_t (*host_ns)(void *opaque);
    void *host_opaque; /* handed to host_ns */
} tk_timeline_config;

/* --- the timeline ------------------------------------------------------------------------------------- */

/* Makes a timeline and, unless `name` is NULL, makes it findable. The caller has one reference.
 * TK_EINVAL (configuration, name in use), TK_ENOMEM. Thread: any. */
int tk_timeline_create(const char *name, const tk_timeline_config *config, tk_timeline **timeline);
/* Another reference to the one of that name, or NULL. Thread: any. */
tk_timeline *tk_timeline_get(const char *name);
/* Gives a reference back; the last one frees. Thread: any. */
void tk_timeline_release(tk_timeline *timeline);
/* Stops time for the owner of the run, before its begin or after its end; false: lets it go on. Not counted.
 * vCPUs stop, SystemC goes on as far as they have come, so that transactions under way can end. Time also
 * stands still while any source is not running, or the simulation is paused. Thread: any. */
void tk_timeline_freeze(tk_timeline *timeline, bool frozen);

/* What time does from now on when all vCPUs are idle; a deterministic timeline goes on to warp. Thread: any.
 */
void tk_timeline_set_idle(tk_timeline *timeline, enum tk_idle_mode idle);

/* Another quantum, and shortest window, from now on. TK_EINVAL. Thread: any. */
int tk_timeline_set_quantum(tk_timeline *timeline, uint64_t quantum_ps, uint64_t min_window_ps);

/* --- pause and continue of the whole simulation; any thread, any lock but T ---------------------------- */

/* All stop: nobody gets another budget, vCPUs leave at their next block, and SystemC's kernel waits when
 * nothing is left to do at its present time. Returns at once, without waiting for them; when
 * tk_timeline_stands() says that they have stopped, global time stands at the end of the last block. The
 * host's time does not count meanwhile. Pauses are counted: all go on from there after as many
 * tk_timeline_continue. */
void tk_timeline_pause(tk_timeline *timeline);
/* TK_ESTATE: it is not paused. */
int tk_timeline_continue(tk_timeline *timeline);
/* It is paused, and all have stopped: no vCPU executes, and SystemC's kernel waits. */
bool tk_timeline_stands(tk_timeline *timeline);

/* --- the clock ----------------------------------------------------------------------------------------- */

/* Global time, ps. Never goes back, for no pair of readers on any threads. Any thread, any lock; takes none
 * and waits for nobody: one attempt at the token holder's unreported instructions, and if the holder is
 * publishing just then, what was known before. */
uint64_t tk_timeline_now(tk_timeline *timeline);

/* --- a source of timers: one QEMU instance ------------------------------------------------------------- */

/* What the timeline asks of a source. */
typedef struct tk_source_ops {
    /* Runs the timers that are due. Takes the BQL if the calling thread has it not. T is not held. */
    void (*run_timers)(void *opaque);
    /* When the next timer is due, ns, or -1. T may be held. */
    int64_t (*deadline_ns)(void *opaque);
    /* Has a vCPU leave its execution loop soon and ask tk_timeline_hold. T may be held; must not wait. */
    void (*leave)(void *opaque, unsigned qemu_index);
} tk_source_ops;

/* Adds a source, not running. `name` is copied; `ops` stays valid. TK_EINVAL (name in use), TK_EFULL. */
int tk_timeline_source_add(tk_timeline *timeline, const char *name, const tk_source_ops *ops, void *opaque,
                           unsigned *source);
/* The source's vCPUs may execute now (VM started), or may not (stopped). On start each counts as active until
 * its thread has looked: it has to be kicked. Any thread, BQL allowed. */
void tk_timeline_source_running(tk_timeline *timeline, unsigned source, bool running);
/* The source's vCPUs are going to be stopped, one by one; tk_timeline_source_running(false) follows when all
 * are. Time stands from now on, but for what transactions take that its vCPUs are in: these cannot stop
 * before. Until the source runs again. Any thread, BQL allowed. */
void tk_timeline_source_stopping(tk_timeline *timeline, unsigned source);
/* A thread of the source's starts (ends) to work on something that a guest has asked for: a disk's request, a
 * device's bottom half. What the host takes for that is nobody's time: until all such work is done time
 * stands, and vCPUs stop at their next block. Not while a vCPU is in a transaction, whose end that work may
 * be waiting for, nor while tk_timeline_go_on says so, nor for a source that is being stopped. Counted. Any
 * thread, any lock but T. */
void tk_timeline_source_busy(tk_timeline *timeline, unsigned source, bool begins);
/* A thread that does such work starts (ends) to wait for something that takes simulated time: an answer of
 * SystemC's, vCPUs that are to stop. Meanwhile time goes on whoever is busy. Counted. Any thread, any lock
 * but T. */
void tk_timeline_go_on(tk_timeline *timeline, bool begins);
/* The source's earliest timer may have changed. Any thread, BQL allowed. */
void tk_timeline_timer_armed(tk_timeline *timeline, unsigned source);
/* The body of the source's own thread: one round of waiting and working. False: end the thread.
 * Must not hold the BQL. */
bool tk_timeline_source_work(tk_timeline *timeline, unsigned source);
/* Makes tk_timeline_source_work return false, now and later, and takes the source's vCPUs out. Any thread. */
void tk_timeline_source_close(tk_timeline *timeline, unsigned source);

/* --- a vCPU's thread ----------------------------------------------------------------------------------- */

/* The counter that the vCPU's code counts up with each instruction. While it is below the limit nothing needs
 * to be done; at or above it, tk_timeline_end_of_quantum has to be called. */
#define TK_COUNTER_LIMIT (UINT64_C(1) << 63)

/* Adds a vCPU, idle. *counter is written by tk_timeline calls on the vCPU's own thread, and by its code. */
int tk_timeline_vcpu_add(tk_timeline *timeline, unsigned source, unsigned qemu_index,
                         uint64_t insn_per_second, uint64_t *counter, unsigned *vcpu);
/* The vCPU that the calling thread has added: returns its source's name and sets *qemu_index; NULL if there
 * is none. Any thread, also in a signal handler. */
const char *tk_timeline_own_vcpu(unsigned *qemu_index);
/* The counter has moved in memory; all vCPUs stand still. */
void tk_timeline_vcpu_counter(tk_timeline *timeline, unsigned vcpu, uint64_t *counter);

/* The rest is for the vCPU's own thread, unless said otherwise. */

/* The counter reached its limit. False: the vCPU must leave its execution loop and ask tk_timeline_hold.
 * BQL: not held. */
bool tk_timeline_end_of_quantum(tk_timeline *timeline, unsigned vcpu);
/* How many instructions it has executed, those of its present block included. Takes no lock. Elsewhere than
 * on its own thread it may be a quantum old or ahead. */
uint64_t tk_timeline_vcpu_instructions(tk_timeline *timeline, unsigned vcpu);
/* A ticket: what comes from now on ends a wait with it. To be taken before looking for work. Any lock. */
uint32_t tk_timeline_ticket(tk_timeline *timeline, unsigned vcpu);
/* It could execute, and has found no other work since it took the ticket. True: it must not execute now, and
 * goes to tk_timeline_wait. BQL: held. */
bool tk_timeline_hold(tk_timeline *timeline, unsigned vcpu, uint32_t ticket);
/* It is about to enter its execution loop, perhaps without having asked tk_timeline_hold. False: it has to
 * ask there. BQL: held. */
bool tk_timeline_may_run(tk_timeline *timeline, unsigned vcpu);
/* Waits until it may execute or is kicked, counted from the ticket on. BQL: not held. */
void tk_timeline_wait(tk_timeline *timeline, unsigned vcpu, uint32_t ticket);
/* It has nothing to execute, and goes to tk_timeline_wait. True: it must look again instead. BQL: held. */
bool tk_timeline_idle(tk_timeline *timeline, unsigned vcpu, uint32_t ticket);
/* It could execute, but is stopped. While its source stands with it, its clock stands and it counts as held
 * back; else it counts as idle: see tk_timeline_idle, also for what is returned. BQL: held. */
bool tk_timeline_stopped(tk_timeline *timeline, unsigned vcpu, uint32_t ticket);
/* It may have something to execute. Any thread, any lock but T. */
void tk_timeline_kicked(tk_timeline *timeline, unsigned vcpu);
/* It starts (ends) to wait for an exclusive section. Any lock but T. */
void tk_timeline_blocked(tk_timeline *timeline, unsigned vcpu, bool blocked);
/* It has taken an interrupt, and goes on with the handler at the guest's address `handler`. For the trace: it
 * says when, by the vCPU's own clock. Its thread, between two blocks; any lock but T. */
void tk_timeline_interrupted(tk_timeline *timeline, unsigned vcpu, uint64_t handler);

/* --- a transaction -------------------------------------------------------------------------------------- */

/* The vCPU waits for SystemC from now on, to answer `request` (not NULL); this pokes the keeper. Its own
 * thread, which executes nothing before tk_timeline_restart. BQL: not held. */
void tk_timeline_suspend(tk_timeline *timeline, unsigned vcpu, void *request);
/* The earliest of the requests that wait, by the local time of its vCPU, which it returns, too (ps); NULL:
 * there is none. SystemC works on it from now on, and may go past that time. Thread: SystemC's. */
void *tk_timeline_next_request(tk_timeline *timeline, uint64_t *local_ps);
/* The vCPU does not wait for SystemC any more. False: SystemC has its request already, and will answer. Its
 * own thread, which goes on as after tk_timeline_restart that was false. */
bool tk_timeline_withdraw(tk_timeline *timeline, unsigned vcpu);
/* The transaction is over at end_ps. Any thread, but the vCPU's own waits for it, and does not go on before
 * this returns. True: the vCPU has its next budget and may go on at once; else its thread calls
 * tk_timeline_resync first. */
bool tk_timeline_restart(tk_timeline *timeline, unsigned vcpu, uint64_t end_ps);
/* Its local time has changed under it: adapts its budget. A deterministic timeline waits in here for the
 * vCPU's turn. BQL: not held. */
void tk_timeline_resync(tk_timeline *timeline, unsigned vcpu);

/* --- a transaction in the direct lane: the vCPU's own thread calls into SystemC ---------------------------
 */

/* True: SystemC's kernel waits in tk_timeline_keeper_step, and stays there until tk_timeline_direct_end; the
 * calling thread may use it meanwhile as if it were the kernel's. *local_ps is the vCPU's local time, which
 * is before the next event that SystemC had when it began to wait. False: use the thread lane (always on a
 * deterministic timeline). No lock; does not sleep. BQL: not held. What is done in between must return
 * without waiting for SystemC: its kernel waits for that. */
bool tk_timeline_direct_begin(tk_timeline *timeline, unsigned vcpu, uint64_t *local_ps);
/* Gives SystemC's kernel back. The thread that began. */
void tk_timeline_direct_end(tk_timeline *timeline);
/* The transaction took that long: moves the vCPU's local time on, and adapts its budget. BQL: not held. */
void tk_timeline_delay(tk_timeline *timeline, unsigned vcpu, uint64_t delay_ps);

/* --- a crossing: a change that QEMU makes in SystemC -----------------------------------------------------
 */

/* The level of a line, or a request of the guest's. */
typedef struct tk_crossing {
    uint64_t at_ps;  /* when it happens in SystemC */
    unsigned source; /* which QEMU made it */
    uint64_t number; /* counts those of the timeline */
    void *target;    /* as given to tk_timeline_cross */
    uint64_t value;  /* the same */
} tk_crossing;

/* QEMU changes `target` at the time at which the calling thread acts: for a thread that runs QEMU's timers
 * their deadline, for a vCPU's thread the vCPU's local time, for others global time. SystemC processes the
 * change at exactly that time, in the order of time, source and number; nothing is merged. It is an event of
 * SystemC's from here on: no vCPU runs past it before SystemC has processed it. Without memory for it the
 * process is aborted. Any thread but SystemC's; any lock but T. */
void tk_timeline_cross(tk_timeline *timeline, unsigned source, void *target, uint64_t value);
/* The same on SystemC's own thread, which runs processes at now_ps. True: the change happens at now_ps;
 * false: the thread runs QEMU's timers, and it happens at their deadline. Any lock but T. */
bool tk_timeline_cross_here(tk_timeline *timeline, unsigned source, uint64_t now_ps, void *target,
                            uint64_t value);
/* When the earliest that SystemC has not taken is due; TK_NEVER: there is none. Thread: SystemC's. */
uint64_t tk_timeline_next_crossing(tk_timeline *timeline);
/* Takes the earliest if it is due at now_ps. False: none is. Thread: SystemC's. */
bool tk_timeline_take_crossing(tk_timeline *timeline, uint64_t now_ps, tk_crossing *crossing);

/* --- the keeper: SystemC's kernel ------------------------------------------------------------------------
 */

/* One step of SystemC's: what it says, and what it is told. */
typedef struct tk_keeper_step {
    uint64_t now_ps;    /* in: SystemC's time */
    uint64_t next_ps;   /* in: its next event, or TK_NEVER */
    uint64_t go_ps;     /* out: it may go on to here, >= now_ps; not past a crossing */
    uint64_t global_ps; /* out: global time then */
    unsigned requests;  /* out: how many tk_timeline_next_request has at least, to be worked on at go_ps */
    bool poked;         /* out: somebody called tk_timeline_keeper_poke */
    bool paused;        /* out: the simulation is paused, and somebody poked: do only that, at now_ps */
    bool stuck;         /* out: all idle, no timer, no event: nothing happens before a call of `rouse` */
} tk_keeper_step;

/* From now on SystemC takes part: no vCPU runs before its first window, and all-idle time is the keeper's. */
void tk_timeline_keeper_attach(tk_timeline *timeline);
/* SystemC takes no part any more: vCPUs run without windows. Thread: SystemC's. */
void tk_timeline_keeper_detach(tk_timeline *timeline);
/* SystemC's kernel stops at until_ps (TK_NEVER: it does not), and no vCPU runs past that time. `starves`: it
 * stops earlier, at its present time, when nothing is left to happen. Before SystemC's first step it is
 * TK_NEVER. Thread: SystemC's, outside of a step. */
void tk_timeline_keeper_until(tk_timeline *timeline, uint64_t until_ps, bool starves);
/* Grants the window that keeper_step() grants first, for SystemC at now_ps and its next event at next_ps,
 * without waiting: after it is the moment to restart vCPUs whose transactions are over. Thread:
 * SystemC's, BQL: not held. */
void tk_timeline_keeper_window(tk_timeline *timeline, uint64_t now_ps, uint64_t next_ps);
/* The same, and then the transaction of the vCPU is over at end_ps: as tk_timeline_restart. Thread:
 * SystemC's, BQL: not held. */
bool tk_timeline_keeper_answer(tk_timeline *timeline, uint64_t now_ps, uint64_t next_ps, unsigned vcpu,
                               uint64_t end_ps);
/* Grants a window, then waits until SystemC can go on: to its next event, or because of a request or a poke.
 * With `stuck` set on return it has not waited; call with `patient` to wait for a poke all the same. Thread:
 * SystemC's, BQL: not held. */
void tk_timeline_keeper_step(tk_timeline *timeline, tk_keeper_step *step, bool patient);
/* Waits while the simulation is paused, where SystemC is: at now_ps, within what a step allowed. True:
 * somebody poked; do only that, and call again. Thread: SystemC's, BQL: not held. */
bool tk_timeline_keeper_stand(tk_timeline *timeline, uint64_t now_ps);
/* True: SystemC's kernel waits, or stands in a pause, and stays there until tk_timeline_systemc_give_back;
 * the calling thread may look at what is in it meanwhile. Does not sleep. To be given back without waiting
 * for anybody: SystemC waits for that. Changes nothing in simulated time. Any thread, no T held. */
bool tk_timeline_systemc_borrow(tk_timeline *timeline);
/* Ends tk_timeline_systemc_borrow(). The thread that borrowed. */
void tk_timeline_systemc_give_back(tk_timeline *timeline);
/* Nobody keeps time, and QEMU has no timer: without SystemC nothing happens any more. Any thread. */
bool tk_timeline_nothing_due(tk_timeline *timeline);
/* Ends the keeper's wait, the present or the next one; on a deterministic timeline as soon as it is SystemC's
 * turn. Any thread, any lock but T. */
void tk_timeline_keeper_poke(tk_timeline *timeline);
/* What the keeper's thread does for tk_timeline_keeper_look(). Before the first step. Thread: SystemC's. */
typedef void (*tk_look_fn)(void *opaque);
/* Says what that is; `opaque` is handed to it. Before the first step. Thread: SystemC's. */
void tk_timeline_keeper_on_look(tk_timeline *timeline, tk_look_fn look, void *opaque);
/* Has SystemC's thread call that where it waits, without T: for a debugger, who wants to see what there is.
 * It takes no time and nobody's turn, also while time stands. Any thread, any lock but T. */
void tk_timeline_keeper_look(tk_timeline *timeline);

/* Is called once after a step that was stuck, when a vCPU or a timer has something to do again: SystemC has
 * to make another step. Any thread, T held: must not wait, nor call the timeline. */
typedef void (*tk_rouse_fn)(void *opaque);
/* Says what that is; `opaque` is handed to it. Before the first step. Thread: SystemC's. */
void tk_timeline_keeper_on_rouse(tk_timeline *timeline, tk_rouse_fn rouse, void *opaque);
/* SystemC's processes run at now_ps, and are going to do something to QEMU. True: the last step was stuck,
 * and SystemC has to make another one; global time has gone to now_ps. Thread: SystemC's, BQL: not held. */
bool tk_timeline_keeper_rouse(tk_timeline *timeline, uint64_t now_ps);

/* --- tracing; any thread -------------------------------------------------------------------------------- */

/* From now on `told` is called for each move of the token, in order, on whatever thread moves it and with T
 * held: it must not wait, nor call the timeline. When this returns no call of the former one is under way.
 * NULL: nobody. */
void tk_timeline_trace_handovers(tk_timeline *timeline, tk_handover_fn told, void *opaque);
/* From now on all that happens is told to `trace`, which has been started; NULL: to none. vCPUs are
 * called "SOURCE: CPU N" there, with QEMU's number: see tk_trace_rename. The trace may be freed when no
 * thread of a source runs any more, and nobody calls tk_timeline_note. */
void tk_timeline_trace(tk_timeline *timeline, tk_trace *trace);
/* There is a trace, and `ticks` is now, for tk_timeline_note_since. Any lock. */
bool tk_timeline_traced(tk_timeline *timeline, uint64_t *ticks);
/* Tells the trace, if there is one, what the timeline does not see itself. Any lock. */
void tk_timeline_note(tk_timeline *timeline, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                      uint64_t a, uint64_t b);
/* The same of what began at `since_ticks`: see tk_trace_emit_since. */
void tk_timeline_note_since(tk_timeline *timeline, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                            uint64_t a, uint64_t b, uint64_t since_ticks);
/* What the trace is told in the end, without max_systemc_lag_ps. `room` holds the vCPUs' (TK_VCPUS_MAX). */
void tk_timeline_figures(tk_timeline *timeline, tk_trace_figures *figures, tk_vcpu_info *room);

/* --- statistics and diagnosis; any thread -----------------------------------------------------------------
 */

/* The source of that name, or TK_EINVAL. */
int tk_timeline_source_find(tk_timeline *timeline, const char *source);
/* The vCPU with that index in the source of that name, or TK_EINVAL. */
int tk_timeline_vcpu_find(tk_timeline *timeline, const char *source, unsigned qemu_index);
/* As tk_vcpu_get(). */
int tk_timeline_vcpu_info(tk_timeline *timeline, unsigned vcpu, tk_vcpu_info *info);
/* As tk_vcpu_count(). */
unsigned tk_timeline_vcpu_count(tk_timeline *timeline);
/* The vCPU that holds the token, or TK_NOBODY. */
int tk_timeline_holder(tk_timeline *timeline);
/* Sources added so far, closed ones included. */
unsigned tk_timeline_source_count(tk_timeline *timeline);
/* As tk_stats_get(). */
void tk_timeline_stats(tk_timeline *timeline, tk_stats *stats);
/* Changes a vCPU's rate from its next block on. TK_EINVAL. */
int tk_timeline_vcpu_set_rate(tk_timeline *timeline, unsigned vcpu, uint64_t insn_per_second);
/* Who is in what state and waits for what: lines of text, malloc'ed. NULL: out of memory. */
char *tk_timeline_describe(tk_timeline *timeline);

/* What SystemC's kernel does. */
enum tk_keeper_state {
    TK_KEEPER_NONE,         /* there is none */
    TK_KEEPER_RUNS,         /* its processes run, or it is on its way to a later time */
    TK_KEEPER_AWAITS_VCPUS, /* it waits until the vCPUs have come as far as its next event */
    TK_KEEPER_AWAITS_ANY,   /* all are idle: it waits for the host's clock, a timer, or somebody outside */
    TK_KEEPER_STANDS,       /* the simulation is paused */
};

/* A vCPU at the moment of a look. */
typedef struct tk_vcpu_view {
    const char *source;  /* lives as long as the timeline */
    unsigned qemu_index; /* QEMU's number of it */
    bool gone;           /* its source is closed */
    uint64_t executed;   /* instructions, those included that it has not reported yet */
    tk_vcpu_info info;   /* as the core has it */
} tk_vcpu_view;

/* A source at the moment of a look. */
typedef struct tk_source_view {
    const char *name; /* lives as long as the timeline */
    bool running;     /* its vCPUs may execute */
    bool closed;      /* it is gone for good */
    bool timers_due;  /* and nobody runs them yet, or somebody does */
} tk_source_view;

/* A timeline at one moment. */
typedef struct tk_timeline_view {
    uint64_t global_ps;     /* as last published */
    uint64_t quantum_ps;    /* the present one */
    uint64_t deadline_ps;   /* QEMU's next timer, or TK_NEVER */
    int holder;             /* of the token: a vCPU, or TK_NOBODY */
    int turn;               /* deterministic: a vCPU, TK_SYSTEMC or TK_NOBODY */
    bool deterministic;     /* its mode */
    enum tk_idle_mode idle; /* what time does then */
    bool all_idle;          /* nobody keeps time */
    bool frozen;            /* time stands: paused, a source is stopped, or the owner of the run says so */
    unsigned pauses;        /* how many tk_timeline_pause() hold it */
    enum tk_keeper_state keeper;            /* what SystemC does */
    uint64_t keeper_now_ps;                 /* SystemC's time when it last waited, stood or was let go */
    uint64_t keeper_next_ps;                /* its next event then, or TK_NEVER */
    unsigned accepted;                      /* transactions that SystemC works on */
    unsigned source_count, vcpu_count;      /* entries below */
    tk_source_view sources[TK_SOURCES_MAX]; /* by index */
    tk_vcpu_view vcpus[TK_VCPUS_MAX];       /* by index */
} tk_timeline_view;

/* All of that as it is at one moment. Changes nothing, not even the latest time that a reader of the clock
 * was told: who looks does not disturb a deterministic run. TK_ESTATE: the lock was not to be had for a
 * second of host time, which is a bug of ours. Thread: any, no T held. */
int tk_timeline_look(tk_timeline *timeline, tk_timeline_view *view);

#ifdef __cplusplus
}
#endif

#endif
