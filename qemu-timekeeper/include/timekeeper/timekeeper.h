/* SPDX-License-Identifier: MIT
 *
 * The time core: a pure state machine that decides who may execute for how long, and what time it is.
 *
 *   errors              tk_error, tk_strerror
 *   the core            tk_new, tk_free
 *   vCPUs               tk_vcpu_add, tk_vcpu_remove, tk_vcpu_set_order, tk_vcpu_set_rate
 *   events of a vCPU    tk_vcpu_report, tk_vcpu_idle, tk_vcpu_kick, tk_vcpu_resume, tk_vcpu_ready,
 *                       tk_vcpu_delay, tk_vcpu_suspend, tk_vcpu_accept, tk_vcpu_restart, tk_vcpu_block
 *   events of others    tk_window_set, tk_quantum_set, tk_systemc_parked, tk_systemc_request,
 *                       tk_systemc_leave, tk_crossing_made, tk_crossing_taken, tk_deadline_set,
 *                       tk_idle_advance, tk_freeze
 *   decisions           tk_vcpu_budget, tk_vcpu_ends_with_window, tk_effects_take
 *   tracing             tk_trace_handovers
 *   reading             tk_global_time, tk_holder, tk_turn, tk_systemc_limit, tk_next_deadline, tk_vcpu_get,
 *                       tk_stats_get
 *
 * There is no thread, lock, clock or I/O inside. An event changes the state; the shell around the core then
 * takes the effects (whom to wake, whom to stop, whose timers to run) and carries them out. Calls on one
 * core must be serialised by the caller. Different cores are independent.
 *
 * Times are unsigned 64-bit picoseconds since the start of the simulation (213 days); TK_NEVER is "not at
 * all". Rates are instructions per second, 1 to TK_RATE_MAX. All arithmetic is exact; a time that would not
 * fit is refused with TK_EOVERFLOW, and the state stays as it was.
 *
 * Everywhere: `core` comes from tk_new() and is not NULL. `index` is a vCPU that was added and not removed,
 * 0 to TK_VCPUS_MAX - 1, and `source` one that was added, 0 to TK_SOURCES_MAX - 1; else TK_EINVAL. A time
 * that ends in `_ps` is from 0 to TK_NEVER - 1, and TK_NEVER where that is said. Calls that return an int
 * return TK_OK or an error, and change nothing then.
 */
#ifndef TIMEKEEPER_TIMEKEEPER_H
#define TIMEKEEPER_TIMEKEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- errors ------------------------------------------------------------------------------------------- */

/* All error codes: X(name, value, text). */
#define TK_ERROR_MAP(X)                                                                                      \
    X(TK_OK, 0, "success")                                                                                   \
    X(TK_EINVAL, -1, "invalid argument")                                                                     \
    X(TK_ENOMEM, -2, "out of memory")                                                                        \
    X(TK_EOVERFLOW, -3, "time does not fit into 64 bits of picoseconds")                                     \
    X(TK_ESTATE, -4, "not possible in this state")                                                           \
    X(TK_EFULL, -5, "no more vCPUs or timer sources can be added")

/* What calls return: 0, or one of these. */
enum tk_error {
#define TK_ERROR_ENUM(name, value, text) name = (value),
    TK_ERROR_MAP(TK_ERROR_ENUM)
#undef TK_ERROR_ENUM
};

/* The text of an error code; never NULL. */
const char *tk_strerror(int error);

/* --- the core ----------------------------------------------------------------------------------------- */

#define TK_PS_PER_SECOND UINT64_C(1000000000000) /* ps in a second */
#define TK_PS_PER_NS UINT64_C(1000)              /* ps in a nanosecond */
#define TK_NEVER UINT64_MAX                      /* a time: not at all */
#define TK_RATE_MAX UINT64_C(1000000000000)      /* instructions per second */
#define TK_VCPUS_MAX 256                         /* indices are 0 to this - 1 */
#define TK_SOURCES_MAX 64                        /* sources of timers, as for vCPUs */
#define TK_NOBODY (-1)                           /* in place of a vCPU: none */
#define TK_SYSTEMC (-2)                          /* in place of a vCPU: SystemC */

/* A core; the caller knows its address only. */
typedef struct tk_core tk_core;

/* realloc's semantics; size 0 frees. `opaque` is handed through. */
typedef void *(*tk_alloc_fn)(void *opaque, void *block, size_t size);

/* What tk_new() wants to know; read there only. */
typedef struct tk_config {
    uint64_t quantum_ps; /* how far two clocks may be apart; > 0 and < TK_NEVER */
    uint32_t reports;    /* reports that a vCPU makes in a quantum while others depend on it; 1 to 1024 */
    bool deterministic;  /* one vCPU at a time executes, for a quantum, and SystemC only in between */
    tk_alloc_fn alloc;   /* NULL: the C library's */
    void *alloc_opaque;  /* handed to alloc */
} tk_config;

/* Makes a core without vCPUs, at time 0, frozen. TK_EINVAL, TK_ENOMEM. */
int tk_new(const tk_config *config, tk_core **result);
void tk_free(tk_core *core); /* NULL is allowed */

/* --- vCPUs -------------------------------------------------------------------------------------------- */

/* What a vCPU does. */
enum tk_vcpu_state {
    TK_IDLE,      /* nothing to execute: waiting for an interrupt, halted, in reset, powered off */
    TK_RUNNING,   /* executing, within its budget */
    TK_PAUSED,    /* could execute, but is held back: see tk_pause */
    TK_SUSPENDED, /* in a transaction with SystemC, which decides how long it takes */
};

/* Why a vCPU is held back, and what ends it. */
enum tk_pause {
    TK_PAUSE_NONE,
    TK_PAUSE_SKEW,     /* a quantum ahead of the slowest active vCPU; ends when that one moves or idles */
    TK_PAUSE_WINDOW,   /* at the window's end; ends when SystemC grants the next */
    TK_PAUSE_DEADLINE, /* a timer is due; ends when its source says what comes next */
    TK_PAUSE_FROZEN,   /* the simulation is stopped */
    TK_PAUSE_TURN,     /* deterministic mode: another one has the turn; ends when that one's quantum does */
};

/* A vCPU as it is now. */
typedef struct tk_vcpu_info {
    enum tk_vcpu_state state; /* what it does */
    enum tk_pause pause;      /* TK_PAUSE_NONE unless TK_PAUSED */
    bool blocked;             /* its thread waits for an exclusive section of QEMU's */
    bool kicked;              /* it may have something to execute: its thread has not looked yet */
    uint64_t insn_per_second; /* its rate, 1 to TK_RATE_MAX */
    uint64_t instructions;    /* executed and reported */
    uint64_t local_ps;        /* = executed time + idle_ps + annotated_ps */
    uint64_t idle_ps;         /* skipped while idle */
    uint64_t annotated_ps;    /* added by TLM targets */
    uint64_t pauses;          /* how often it was held back */
    uint64_t token_holds;     /* how often it got the token */
} tk_vcpu_info;

/* Adds a vCPU, idle, with local time = global time. TK_EINVAL (rate), TK_EFULL, TK_ENOMEM. */
int tk_vcpu_add(tk_core *core, uint64_t insn_per_second, unsigned *index);
/* Takes it out for good; its index is not used again. */
int tk_vcpu_remove(tk_core *core, unsigned index);
/* Of two vCPUs that are equally far the one of lower order comes first; at first it is the index. So who
 * comes first need not depend on who was added first. */
int tk_vcpu_set_order(tk_core *core, unsigned index, uint32_t order);
/* A new rate from now on; what was executed before keeps its time. Report first. */
int tk_vcpu_set_rate(tk_core *core, unsigned index, uint64_t insn_per_second);
/* Fills *info. TK_EINVAL: no such vCPU. */
int tk_vcpu_get(const tk_core *core, unsigned index, tk_vcpu_info *info);
unsigned tk_vcpu_count(const tk_core *core); /* added so far, removed ones included */
/* How far it is ahead of the slowest active vCPU, as things stand. */
uint64_t tk_vcpu_skew(const tk_core *core, unsigned index);

/* --- events of a vCPU --------------------------------------------------------------------------------- */

/* It has executed n more instructions (end_of_quantum, or any time in between). */
int tk_vcpu_report(tk_core *core, unsigned index, uint64_t n);
/* It has nothing to execute. The token moves on if it had it. */
int tk_vcpu_idle(tk_core *core, unsigned index);
/* It may have something to execute, and its thread is going to say: tk_vcpu_resume or tk_vcpu_idle. Until
 * then it counts as active, so that no time passes that it might have needed, but does not get the token: it
 * may be powered off, and only have work of QEMU's to do. Starts as tk_vcpu_resume has it. No effect on one
 * that is not idle. */
int tk_vcpu_kick(tk_core *core, unsigned index, uint64_t now_ps);
/* It has something to execute: an idle vCPU becomes active, and starts at the later of its own local time,
 * global time and `now_ps` (what a reader of the clock may have seen already; 0 if unknown). One that was
 * kicked is only confirmed. No effect on others. */
int tk_vcpu_resume(tk_core *core, unsigned index, uint64_t now_ps);
/* Its thread executes nothing until it gets a budget, or until SystemC answers its transaction. In
 * deterministic mode nobody gets the turn before each active vCPU has said so: before it asks for a budget,
 * unless that is in its execution loop, and when it has made its transaction known. TK_ESTATE when it is
 * idle. */
int tk_vcpu_ready(tk_core *core, unsigned index);
/* Adds a delay that a TLM target annotated to its local time. */
int tk_vcpu_delay(tk_core *core, unsigned index, uint64_t delay_ps);
/* It has handed a transaction to SystemC and waits for the answer. Until SystemC accepts the transaction, its
 * clock counts as that of one who executes: SystemC must not pass it, or the transaction came too late. */
int tk_vcpu_suspend(tk_core *core, unsigned index);
/* SystemC works on its transaction, and decides how long that takes: SystemC may pass its clock now. Others
 * still stay within a quantum of it, or of what tk_systemc_parked says. */
int tk_vcpu_accept(tk_core *core, unsigned index);
/* The transaction is over at time end_ps (SystemC's time + the delay that came back): its local time is the
 * later of both, and the difference counts as annotated. */
int tk_vcpu_restart(tk_core *core, unsigned index, uint64_t end_ps);
/* Its thread starts (ends) to wait for an exclusive section. While SystemC works on a transaction, a blocked
 * one holds nobody back: it may be waiting for that transaction's vCPU. */
int tk_vcpu_block(tk_core *core, unsigned index, bool blocked);

/* --- events of others --------------------------------------------------------------------------------- */

/* SystemC lets vCPUs run up to `end_ps` (TK_NEVER: there is nothing to wait for). A window may shrink. */
int tk_window_set(tk_core *core, uint64_t end_ps);
/* Another quantum from now on, as for tk_config. Who is further ahead than a shorter one allows stops until
 * the others have come as far. */
int tk_quantum_set(tk_core *core, uint64_t quantum_ps);
/* SystemC has done all that there is to do now, and does nothing before its next event at `next_ps`
 * (TK_NEVER: there is none): no accepted transaction ends earlier. */
int tk_systemc_parked(tk_core *core, uint64_t next_ps);
/* There is something to do for SystemC now. Only deterministic mode cares: SystemC gets the next turn. */
int tk_systemc_request(tk_core *core);
/* SystemC's processes run, until tk_systemc_parked. In deterministic mode nobody executes meanwhile; to be
 * called when it is SystemC's turn (tk_turn), and before the first tk_systemc_parked. TK_ESTATE if anybody
 * executes. */
int tk_systemc_leave(tk_core *core);
/* QEMU changes something in SystemC at `at_ps` (the level of a line). The change is an event of SystemC's
 * from now on: neither a vCPU nor SystemC passes it before tk_crossing_taken. TK_EINVAL: SystemC may be past
 * it already (at_ps is less than tk_systemc_limit). */
int tk_crossing_made(tk_core *core, uint64_t at_ps);
/* SystemC has processed changes; the earliest that is left is at `next_ps`, or TK_NEVER. TK_EINVAL: that is
 * earlier than the one before. */
int tk_crossing_taken(tk_core *core, uint64_t next_ps);
/* A source of timers (a QEMU instance): its next timer is due at `at_ps`, or TK_NEVER. */
int tk_source_add(tk_core *core, unsigned *index);
/* TK_EINVAL: no such source. */
int tk_deadline_set(tk_core *core, unsigned index, uint64_t at_ps);
/* Nobody who is active keeps time (tk_all_idle): global time goes on to `to_ps`, at most to the next
 * deadline. TK_ESTATE if somebody does, or while frozen. */
int tk_idle_advance(tk_core *core, uint64_t to_ps);
/* Stops time (all vCPUs are paused) and lets it go on. */
int tk_freeze(tk_core *core, bool frozen);

/* --- decisions ---------------------------------------------------------------------------------------- */

/* How many instructions this vCPU may execute now; 0: it must not, see tk_vcpu_get().pause. Grants them. */
uint64_t tk_vcpu_budget(tk_core *core, unsigned index);
/* What it was granted last ends where SystemC's window does, with no timer before that, and nobody else's
 * time depends on it: at its end it is SystemC's turn. False in deterministic mode, and of no such vCPU. */
bool tk_vcpu_ends_with_window(const tk_core *core, unsigned index);

/* What the shell has to do: sets of bits, bit i % 64 of word i / 64 for vCPU or source i. */
typedef struct tk_effects {
    uint64_t wake[TK_VCPUS_MAX / 64];     /* paused vCPUs that may go on: ask tk_vcpu_budget */
    uint64_t stop[TK_VCPUS_MAX / 64];     /* running vCPUs whose budget is longer than now allowed */
    uint64_t timers[TK_SOURCES_MAX / 64]; /* sources whose deadline has come: run timers, tk_deadline_set */
    bool time_moved; /* global time, its holder, SystemC's limit or tk_all_idle changed */
    bool all_idle;   /* nobody keeps time: tk_idle_advance is possible */
} tk_effects;

/* What the shell has to do after the events since the last call; clears it. True if anything is set. A
 * source in `timers` is reported once for each deadline that comes. */
bool tk_effects_take(tk_core *core, tk_effects *effects);

/* --- tracing ------------------------------------------------------------------------------------------ */

/* Why the token moves. */
enum tk_handover_reason {
    TK_HANDOVER_WAKE,        /* nobody had it, and one is active now */
    TK_HANDOVER_IDLE,        /* its holder has nothing to execute any more */
    TK_HANDOVER_REMOVED,     /* its holder was taken out */
    TK_HANDOVER_TRANSACTION, /* its holder waits for SystemC, and the others have passed it */
};

/* The token has moved. */
typedef struct tk_handover {
    int from, to;                   /* vCPUs, or TK_NOBODY; not equal */
    uint64_t at_ps;                 /* global time; from then on it is driven by `to` */
    enum tk_handover_reason reason; /* why */
} tk_handover;

/* Is told of a move of the token; `opaque` as given with it. */
typedef void (*tk_handover_fn)(void *opaque, const tk_handover *handover);

/* From now on `told` is called for each move of the token, in order, inside the event that moves it: it must
 * not call the core. NULL: nobody. */
void tk_trace_handovers(tk_core *core, tk_handover_fn told, void *opaque);
/* The reason in words; never NULL. */
const char *tk_handover_reason_text(enum tk_handover_reason reason);

/* --- reading ------------------------------------------------------------------------------------------ */

/* Global time, ps. Never goes back. */
uint64_t tk_global_time(const tk_core *core);
/* The vCPU that holds the token, or TK_NOBODY: nobody is active, or one that was kicked has not looked yet.
 */
int tk_holder(const tk_core *core);
/* Deterministic mode: the vCPU that may execute, TK_SYSTEMC when SystemC may, or TK_NOBODY while somebody has
 * not come to rest yet, or all are idle. */
int tk_turn(const tk_core *core);
/* How far SystemC may go now: to the slowest vCPU that keeps time, to global time, and to the earliest change
 * that QEMU has made in it. */
uint64_t tk_systemc_limit(const tk_core *core);
/* The earliest deadline of all sources. */
uint64_t tk_next_deadline(const tk_core *core);
/* What global time cannot pass yet: the earliest of the window's end, a change that SystemC has not
 * processed, the next deadline, and a quantum ahead of the slowest vCPU that keeps time. */
uint64_t tk_cap(const tk_core *core);
/* True: nobody who is active keeps time, so tk_idle_advance() may. */
bool tk_all_idle(const tk_core *core);
unsigned tk_accepted(const tk_core *core); /* how many transactions SystemC works on */
/* True: tk_freeze() holds it. */
bool tk_frozen(const tk_core *core);
/* The present quantum, ps. */
uint64_t tk_quantum(const tk_core *core);

/* Figures of the whole run so far. */
typedef struct tk_stats {
    uint64_t token_handovers; /* the token went from one vCPU to another */
    uint64_t max_skew_ps;     /* largest distance of a vCPU that executed to the slowest active one */
} tk_stats;

/* Fills *stats. */
void tk_stats_get(const tk_core *core, tk_stats *stats);

/* --- exact conversions (floor unless said otherwise) -------------------------------------------------- */

/* Instructions that a quantum holds at a rate, at least 1; TK_NEVER if it does not fit. */
uint64_t tk_quantum_to_insn(uint64_t quantum_ps, uint64_t insn_per_second);
/* The time that n instructions take at a rate; TK_NEVER if it does not fit. */
uint64_t tk_insn_to_ps(uint64_t n, uint64_t insn_per_second);

#ifdef __cplusplus
}
#endif

#endif
