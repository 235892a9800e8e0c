/* SPDX-License-Identifier: MIT */
#include "tracer.h"

#include <string.h>

void tk_tracer_set(tk_tracer *tracer, tk_trace *trace)
{
    memset(tracer->states, TK_TRACE_STATES, sizeof(tracer->states));
    atomic_store_explicit(&tracer->trace, trace, memory_order_release);
}

void tk_tracer_states_changed(tk_tracer *tracer, const tk_core *core, uint64_t now_ps)
{
    tk_trace *trace = tk_tracer_trace(tracer);
    tk_vcpu_info info;

    for (unsigned i = 0; i < tk_vcpu_count(core); i++) {
        enum tk_trace_state state;

        tk_vcpu_get(core, i, &info);
        state = tk_trace_state_of(&info);
        if (tracer->states[i] != state) {
            tracer->states[i] = (uint8_t)state;
            tk_trace_emit(trace, TK_TRACE_STATE, i, state, now_ps, info.local_ps, info.instructions);
        }
    }
}

void tk_tracer_vcpu_reported(tk_tracer *tracer, const tk_core *core, unsigned vcpu, uint64_t now_ps)
{
    tk_vcpu_info info;

    tk_vcpu_get(core, vcpu, &info);
    tk_trace_emit(tk_tracer_trace(tracer), TK_TRACE_REPORT, vcpu, 0, now_ps, info.instructions,
                  tk_vcpu_skew(core, vcpu));
}

void tk_tracer_handover(void *opaque, const tk_handover *what)
{
    tk_tracer *tracer = opaque;

    if (tracer->told) {
        tracer->told(tracer->told_opaque, what);
    }
    tk_tracer_note(tracer, TK_TRACE_TOKEN, what->to == TK_NOBODY ? TK_TRACE_NOBODY : (unsigned)what->to,
                   what->reason, what->at_ps,
                   what->from == TK_NOBODY ? TK_TRACE_NOBODY : (uint64_t)what->from, 0);
}
