/* SPDX-License-Identifier: MIT */
#include "tracer.h"

#include <string.h>

void tk_tracer_set(tk_tracer *tracer, tk_trace *trace)
{
    memset(tracer->states, TK_TRACE_STATES, sizeof(tracer->states));
    atomic_store_explicit(&tracer->trace, trace, memory_order_release);
}

static enum tk_trace_state state_of(const tk_vcpu_info *info)
{
    static const enum tk_trace_state pauses[] = {
        [TK_PAUSE_NONE] = TK_TRACE_FROZEN,   [TK_PAUSE_SKEW] = TK_TRACE_SKEW,
        [TK_PAUSE_WINDOW] = TK_TRACE_WINDOW, [TK_PAUSE_DEADLINE] = TK_TRACE_DEADLINE,
        [TK_PAUSE_FROZEN] = TK_TRACE_FROZEN, [TK_PAUSE_TURN] = TK_TRACE_TURN,
    };

    switch (info->state) {
    case TK_IDLE:
        return info->instructions > 0 ? TK_TRACE_IDLE : TK_TRACE_OFF;
    case TK_SUSPENDED:
        return TK_TRACE_IN_ACCESS;
    case TK_PAUSED:
        return pauses[info->pause];
    default:
        return info->kicked ? TK_TRACE_WAKING : info->blocked ? TK_TRACE_EXCLUSIVE : TK_TRACE_RUNNING;
    }
}

void tk_tracer_states_changed(tk_tracer *tracer, const tk_core *core, uint64_t now_ps)
{
    tk_trace *trace = tk_tracer_trace(tracer);
    tk_vcpu_info info;

    for (unsigned i = 0; i < tk_vcpu_count(core); i++) {
        enum tk_trace_state state;

        tk_vcpu_get(core, i, &info);
        state = state_of(&info);
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
