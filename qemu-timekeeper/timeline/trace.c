/* SPDX-License-Identifier: MIT
 *
 * What is told to a trace.
 */
#include "parts.h"

void tk_timeline_trace_handovers(tk_timeline *t, tk_handover_fn told, void *opaque)
{
    pthread_mutex_lock(&t->lock);
    t->tracer.told = told;
    t->tracer.told_opaque = opaque;
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_trace(tk_timeline *t, tk_trace *trace)
{
    char name[160];

    pthread_mutex_lock(&t->lock);
    for (unsigned i = 0; trace && i < t->vcpu_count; i++) {
        tl_vcpu_name(t, i, name, sizeof(name));
        tk_trace_name_vcpu(trace, i, name);
    }
    tk_tracer_set(&t->tracer, trace);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_traced(tk_timeline *t, uint64_t *ticks)
{
    tk_trace *trace = tk_tracer_trace(&t->tracer);

    if (trace) {
        *ticks = tk_trace_ticks(trace);
    }
    return trace != NULL;
}

void tk_timeline_note(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a,
                      uint64_t b)
{
    tl_note(t, kind, track, detail, a, b);
}

void tk_timeline_note_since(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                            uint64_t a, uint64_t b, uint64_t since_ticks)
{
    tk_trace *trace = tk_tracer_trace(&t->tracer);

    if (trace) {
        tk_trace_emit_since(trace, kind, track, detail, tk_shared_clock_latest(&t->clock), a, b, since_ticks);
    }
}

void tk_timeline_figures(tk_timeline *t, tk_trace_figures *figures, tk_vcpu_info *room)
{
    pthread_mutex_lock(&t->lock);
    *figures = (tk_trace_figures){.global_ps = tk_timeline_now(t),
                                  .quantum_ps = t->config.quantum_ps,
                                  .vcpu_count = t->vcpu_count,
                                  .vcpus = room};
    tk_stats_get(t->core, &figures->stats);
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &room[i]);
    }
    pthread_mutex_unlock(&t->lock);
}
