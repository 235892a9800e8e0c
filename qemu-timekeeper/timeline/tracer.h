/* SPDX-License-Identifier: MIT
 *
 * What the timeline tells a trace. Without one each call is a load and a branch. T is held, unless said
 * otherwise; times are global time as it was last published, so that tracing does not move it.
 */
#ifndef TIMEKEEPER_TIMELINE_TRACER_H
#define TIMEKEEPER_TIMELINE_TRACER_H

#include "timekeeper/trace.h"

#include <stdatomic.h>

typedef struct tk_tracer {
    _Atomic(tk_trace *) trace;
    uint8_t states[TK_VCPUS_MAX]; /* that were told; TK_TRACE_STATES: none yet */
    tk_handover_fn told;          /* who else is told of hand-overs */
    void *told_opaque;
} tk_tracer;

/* Any thread, any lock. */
static inline tk_trace *tk_tracer_trace(tk_tracer *tracer)
{
    return atomic_load_explicit(&tracer->trace, memory_order_acquire);
}

/* From now on to this trace; NULL: to none. */
void tk_tracer_set(tk_tracer *tracer, tk_trace *trace);
void tk_tracer_states_changed(tk_tracer *tracer, const tk_core *core, uint64_t now_ps);
void tk_tracer_vcpu_reported(tk_tracer *tracer, const tk_core *core, unsigned vcpu, uint64_t now_ps);

/* Each vCPU whose state is another one. */
static inline void tk_tracer_states(tk_tracer *tracer, const tk_core *core, uint64_t now_ps)
{
    if (__builtin_expect(tk_tracer_trace(tracer) != NULL, 0)) {
        tk_tracer_states_changed(tracer, core, now_ps);
    }
}

/* A vCPU has told its clock. */
static inline void tk_tracer_report(tk_tracer *tracer, const tk_core *core, unsigned vcpu, uint64_t now_ps)
{
    if (__builtin_expect(tk_tracer_trace(tracer) != NULL, 0)) {
        tk_tracer_vcpu_reported(tracer, core, vcpu, now_ps);
    }
}

/* Anything else. T need not be held. */
static inline void tk_tracer_note(tk_tracer *tracer, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                                  uint64_t now_ps, uint64_t a, uint64_t b)
{
    tk_trace *trace = tk_tracer_trace(tracer);

    if (__builtin_expect(trace != NULL, 0)) {
        tk_trace_emit(trace, kind, track, detail, now_ps, a, b);
    }
}

/* The core's: see tk_trace_handovers. `opaque` is the tracer. */
void tk_tracer_handover(void *opaque, const tk_handover *what);

#endif
