/* SPDX-License-Identifier: MIT
 *
 * Nothing here may depend on the order in which threads of the host arrive. So a turn is given only when all
 * rest: each vCPU is idle, waits for its turn, or waits for SystemC; SystemC is parked; no timer is due. And
 * what one says while another executes (that it is idle) takes effect only then.
 *
 * Whose turn is next follows from the state alone: SystemC's if it has something to do, else that of the
 * vCPU whose local time is least. It lasts for a quantum of its time, and what interrupts it (a timer that
 * another thread has to run, a kick that another vCPU has to look at) does not end it.
 */
#include "turns.h"

static uint64_t quantum_after(const tk_core *core, uint64_t ps)
{
    return ps > TK_NEVER - core->quantum_ps ? TK_NEVER : ps + core->quantum_ps;
}

/* Somebody in the middle of a transaction, who may be what an exclusive section waits for. */
static bool is_inside(const vcpu *v)
{
    return v->present && v->active && v->inside;
}

static bool any_other_inside(const tk_core *core, unsigned i)
{
    for (unsigned j = 0; j < core->vcpu_count; j++) {
        if (j != i && is_inside(&core->vcpus[j])) {
            return true;
        }
    }
    return false;
}

static bool any_blocked(const tk_core *core)
{
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        if (core->vcpus[i].present && core->vcpus[i].blocked) {
            return true;
        }
    }
    return false;
}

bool tk_turns_rests(const tk_core *core, unsigned i)
{
    const vcpu *v = &core->vcpus[i];

    if (!v->present || !v->active || v->idles) {
        return true;
    }
    /* Who waits for an exclusive section gets it as soon as nobody else is inside the execution loop, and
     * they all leave it before they wait: but for those who wait in the middle of a transaction. */
    return v->blocked ? any_other_inside(core, i) : v->ready;
}

static bool others_rest(const tk_core *core, unsigned i)
{
    for (unsigned j = 0; j < core->vcpu_count; j++) {
        if (j != i && !tk_turns_rests(core, j)) {
            return false;
        }
    }
    return true;
}

static bool timers_are_due(const tk_core *core)
{
    for (unsigned s = 0; s < core->source_count; s++) {
        if (core->sources[s].due) {
            return true;
        }
    }
    return false;
}

static bool all_rest(const tk_core *core)
{
    return !core->systemc_away && !timers_are_due(core) && others_rest(core, TK_VCPUS_MAX);
}

/* May vCPU i go on where exclusive sections are concerned? While one is awaited, those who are not inside
 * stay out, and those who are inside come out. */
static bool may_enter(const tk_core *core, unsigned i)
{
    return core->vcpus[i].inside || core->vcpus[i].blocked || !any_blocked(core);
}

bool tk_turns_allow(const tk_core *core, unsigned i, uint64_t *end_ps)
{
    *end_ps = core->turn_end_ps;
    return core->turn == (int)i && !core->systemc_away && !timers_are_due(core) && may_enter(core, i) &&
           others_rest(core, i);
}

bool tk_turns_apply(tk_core *core)
{
    bool any = false;

    if (!core->deterministic || !all_rest(core)) {
        return false;
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        vcpu *v = &core->vcpus[i];

        if (v->idles) {
            v->idles = v->kicked = v->active = v->running = v->ready = v->inside = false;
            v->pause = TK_PAUSE_NONE;
            any = true;
        }
    }
    return any;
}

/* Whether the vCPU could execute if it had the turn; all rest. */
static bool could_go(const tk_core *core, unsigned i)
{
    const vcpu *v = &core->vcpus[i];
    enum tk_pause why;

    return v->present && v->active && v->ready && !v->suspended && !v->blocked && may_enter(core, i) &&
           tk_bound_without_turns(core, i, &why) > v->local_ps;
}

/* All rest. */
static bool turn_lasts(const tk_core *core)
{
    const vcpu *v;

    if (core->turn < 0) {
        return false;
    }
    v = &core->vcpus[core->turn];
    if (!v->present || !v->active || v->suspended || v->blocked || v->local_ps >= core->turn_end_ps) {
        return false;
    }
    /* Who stops the whole simulation ends nobody's turn. */
    return could_go(core, (unsigned)core->turn) || (core->frozen && !core->systemc_wants);
}

static bool systemc_can_go(const tk_core *core)
{
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        if (core->vcpus[i].suspended && !core->vcpus[i].accepted) {
            return true; /* its transaction is on the way */
        }
    }
    return core->systemc_wants || core->systemc_next_ps <= core->limit_ps ||
           core->crossing_ps <= core->limit_ps;
}

static int next_vcpu(const tk_core *core)
{
    int best = TK_NOBODY;

    for (unsigned i = 0; i < core->vcpu_count; i++) {
        if (could_go(core, i) && (best == TK_NOBODY || core->vcpus[i].local_ps < core->vcpus[best].local_ps ||
                                  (core->vcpus[i].local_ps == core->vcpus[best].local_ps &&
                                   tk_precedes(core, i, (unsigned)best)))) {
            best = (int)i;
        }
    }
    return best;
}

void tk_turns_pass(tk_core *core)
{
    const int before = core->turn;

    if (!core->deterministic || !all_rest(core) || turn_lasts(core)) {
        return;
    }
    if (before >= 0 && core->vcpus[before].ready) {
        core->vcpus[before].pauses++;
    }
    if (systemc_can_go(core)) {
        core->turn = TK_SYSTEMC;
    } else {
        core->turn = next_vcpu(core);
    }
    if (core->turn >= 0) {
        core->turn_end_ps = quantum_after(core, core->vcpus[core->turn].local_ps);
    }
    if (core->turn != before) {
        core->effects.time_moved = true; /* SystemC looks whether it is its turn */
        core->effects_any = true;
    }
}

void tk_turns_take(tk_core *core, unsigned i)
{
    if (core->deterministic && core->vcpus[i].running) {
        core->turn = (int)i;
        core->turn_end_ps = quantum_after(core, core->vcpus[i].local_ps);
        /* Others may be on their way to where they rest: it has to ask again in any case, not only when the
         * host lets them be late. */
        core->effects.stop[i / 64] |= UINT64_C(1) << (i % 64);
        core->effects_any = true;
    }
}
