/* SPDX-License-Identifier: MIT
 *
 * A trace: what the timeline does, as records that threads hand to a writer thread without a lock.
 *
 *   records             tk_trace_kind, tk_trace_state, tk_trace_emit, _ticks, _emit_since
 *   a trace             tk_trace_new, _file, _start, _close, _free
 *   names               tk_trace_name_vcpu, _rename, _name_line, _name_region
 *   what came of it     tk_trace_digest, _error, _dropped
 *
 * Each thread that emits has a ring of its own, made at its first record. A ring is bounded: what does not
 * fit is dropped, and counted. The writer takes all rings' records in the order of the host's clock, and
 * hands them to the sinks: the digest (sums, histograms, a picture of bounded size), and any number of files.
 *
 * Each record has two times: the host's (ns, CLOCK_MONOTONIC) and global time (ps). The second comes from the
 * caller, because who emits knows it; on one track neither goes back. Accesses, which come by the million,
 * are one record each where they are short, and are stamped with what the host's clock counts with
 * (tk_trace_ticks).
 */
#ifndef TIMEKEEPER_TRACE_H
#define TIMEKEEPER_TRACE_H

#include "timekeeper/timekeeper.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A trace; the caller knows its address only. */
typedef struct tk_trace tk_trace;

/* --- records ------------------------------------------------------------------------------------------ */

/* What a record says; `track`, `detail`, `a`, `b`, `c` are its members. */
enum tk_trace_kind {
    TK_TRACE_STATE,   /* vCPU `track` is in state `detail` from now on; a: its local time, ps */
    TK_TRACE_REPORT,  /* vCPU `track` has told its clock; a: instructions so far; b: skew, ps */
    TK_TRACE_TOKEN,   /* vCPU `track`, or TK_TRACE_NOBODY, has the token; a: who had; detail: reason */
    TK_TRACE_KICK,    /* vCPU `track` may have something to execute: an interrupt, work of QEMU's */
    TK_TRACE_TIMERS,  /* the timers of source `track` are run; a: when they were due, ps */
    TK_TRACE_SYSTEMC, /* SystemC is in state `detail`; a: its time, ps; b: the window's end, ps */
    TK_TRACE_LAG,     /* SystemC did something; a: how far it was behind global time then, ps */
    TK_TRACE_ACCESS, /* vCPU `track` is in a transaction that may take long, and began c ns ago; a, detail: as
                        the next one's */
    TK_TRACE_ACCESSED,  /* vCPU `track` has made a transaction; a: address; detail: see below; b: how long for
                           its local clock, ps; c: for the host, ns */
    TK_TRACE_LINE,      /* the interrupt line `track` (tk_trace_name_line) has level `detail`; a: SystemC's
                           time, ps */
    TK_TRACE_INTERRUPT, /* vCPU `track` has taken an interrupt; a: its local time, ps; b: the handler's
                           address */
};

/* The detail of TK_TRACE_ACCESS and _ACCESSED: the number of bytes, and whether it is a write, and failed. */
#define TK_TRACE_WRITE 0x100u
#define TK_TRACE_ERROR 0x200u   /* it failed */
#define TK_TRACE_NOBODY 0xffffu /* in place of a track */

/* What a vCPU does: the name, and to which of the three sums it belongs (tk_trace_sum). */
#define TK_TRACE_STATE_MAP(X)                                                                                \
    X(TK_TRACE_RUNNING, RUNNING, "running")                                                                  \
    X(TK_TRACE_WAKING, RUNNING, "was kicked, looks for work")                                                \
    X(TK_TRACE_EXCLUSIVE, RUNNING, "waits for an exclusive section")                                         \
    X(TK_TRACE_IDLE, IDLE, "idle")                                                                           \
    X(TK_TRACE_OFF, IDLE, "off: has not executed yet")                                                       \
    X(TK_TRACE_IN_ACCESS, PAUSED, "paused: in a transaction")                                                \
    X(TK_TRACE_SKEW, PAUSED, "paused: a quantum ahead")                                                      \
    X(TK_TRACE_WINDOW, PAUSED, "paused: the window's end")                                                   \
    X(TK_TRACE_DEADLINE, PAUSED, "paused: a timer is due")                                                   \
    X(TK_TRACE_FROZEN, PAUSED, "paused: the simulation is stopped")                                          \
    X(TK_TRACE_TURN, PAUSED, "paused: another one's turn")

/* What a vCPU does: TK_TRACE_STATE_MAP. */
enum tk_trace_state {
#define TK_TRACE_STATE_ENUM(name, sum, text) name,
    TK_TRACE_STATE_MAP(TK_TRACE_STATE_ENUM)
#undef TK_TRACE_STATE_ENUM
        TK_TRACE_STATES
};

/* To which sum a state belongs. */
enum tk_trace_sum { TK_TRACE_SUM_RUNNING, TK_TRACE_SUM_IDLE, TK_TRACE_SUM_PAUSED, TK_TRACE_SUMS };

/* What SystemC's kernel does. */
enum tk_trace_systemc {
    TK_TRACE_SC_WAITS,  /* in the keeper, for time to come */
    TK_TRACE_SC_RUNS,   /* its processes, or on the way to their next event */
    TK_TRACE_SC_STANDS, /* the simulation is paused */
    TK_TRACE_SC_STATES
};

/* One thing that happened. */
typedef struct tk_trace_record {
    uint64_t host_ns;   /* CLOCK_MONOTONIC */
    uint64_t global_ps; /* global time */
    uint64_t a, b, c;   /* by kind */
    uint16_t kind;      /* enum tk_trace_kind */
    uint16_t track;     /* by kind: a vCPU, a source, a line */
    uint32_t detail;    /* by kind */
} tk_trace_record;

/* Hands a record over. Never waits, takes no lock but at a thread's first record. Any thread, any lock. */
void tk_trace_emit(tk_trace *trace, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                   uint64_t global_ps, uint64_t a, uint64_t b);

/* The host's clock, in ticks of a length of its own, for tk_trace_emit_since. Any thread, any lock. */
uint64_t tk_trace_ticks(tk_trace *trace);
/* The same for what began at `since_ticks`: c is how long ago that was. Its times are in order only with
 * those of the same thread. */
void tk_trace_emit_since(tk_trace *trace, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                         uint64_t global_ps, uint64_t a, uint64_t b, uint64_t since_ticks);

/* --- a trace ------------------------------------------------------------------------------------------ */

/* What tk_trace_new() wants to know. */
typedef struct tk_trace_config {
    const char *program;   /* who traces, for the files: "vp 0.1.0"; copied */
    unsigned ring_records; /* that a thread's ring holds; a power of two; 0: 65536 */
    /* The host's clock, ns, never going back, any thread. NULL: CLOCK_MONOTONIC. */
    uint64_t (*host_ns)(void *opaque);
    void *host_opaque; /* handed to host_ns */
} tk_trace_config;

/* Makes a trace. Its time begins now, at global time 0. TK_EINVAL, TK_ENOMEM. */
int tk_trace_new(const tk_trace_config *config, tk_trace **trace);
/* What the name ends in: .json Chrome's trace format, .csv sums. True: tk_trace_file knows it. */
bool tk_trace_file_known(const char *path);
/* Adds a file that is written. Before tk_trace_start. TK_EINVAL: tk_trace_error says why. */
int tk_trace_file(tk_trace *trace, const char *path);
/* Starts the writer thread. TK_ENOMEM. */
int tk_trace_start(tk_trace *trace);

/* A run's figures as the timeline has them: they go into the files beside what the records say. */
typedef struct tk_trace_figures {
    uint64_t global_ps;          /* at the end */
    uint64_t quantum_ps;         /* at the end */
    uint64_t max_systemc_lag_ps; /* how far SystemC was behind global time at most */
    tk_stats stats;              /* of the core */
    unsigned vcpu_count;         /* entries of vcpus */
    const tk_vcpu_info *vcpus;   /* by index */
} tk_trace_figures;

/* Writes what there is left, ends the files and the writer. Records that come later are ignored. `figures`
 * may be NULL. TK_EINVAL: a file could not be written, tk_trace_error says which. Thread: the owner's. */
int tk_trace_close(tk_trace *trace, const tk_trace_figures *figures);
/* When no thread emits any more. NULL is allowed. */
void tk_trace_free(tk_trace *trace);

/* --- names; any thread, before records need them ------------------------------------------------------ */

/* The first name stays. */
void tk_trace_name_vcpu(tk_trace *trace, unsigned vcpu, const char *name);
/* Who is going to be given the name `from` is called `to` instead. */
void tk_trace_rename(tk_trace *trace, const char *from, const char *to);
/* Returns the number of an interrupt line: the track of TK_TRACE_LINE. TK_TRACE_NOBODY: there are too many.
 */
unsigned tk_trace_name_line(tk_trace *trace, const char *name);
/* Accesses from `first` to `last` go to the target of that name. Of two that overlap the earlier counts. */
void tk_trace_name_region(tk_trace *trace, uint64_t first, uint64_t last, const char *name);

/* --- what came of it; any thread ---------------------------------------------------------------------- */

/* The digest as JSON (docs/trace.md), malloc'ed; NULL: out of memory. While the run goes on, too: up to what
 * the writer has seen. `figures` may be NULL: those of tk_trace_close, or none. */
char *tk_trace_digest(tk_trace *trace, const tk_trace_figures *figures);
/* One line about the last error; empty if there was none. Valid until the next call on the trace. */
const char *tk_trace_error(tk_trace *trace);
/* How many records did not fit into their rings. */
uint64_t tk_trace_dropped(tk_trace *trace);
/* What a vCPU with these figures does. */
enum tk_trace_state tk_trace_state_of(const tk_vcpu_info *info);
/* The state's words; never NULL. */
const char *tk_trace_state_text(enum tk_trace_state state);
/* The sum to which the state belongs. */
enum tk_trace_sum tk_trace_state_sum(enum tk_trace_state state);

#ifdef __cplusplus
}
#endif

#endif
