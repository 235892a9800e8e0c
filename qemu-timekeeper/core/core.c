/* SPDX-License-Identifier: MIT
 *
 * The state machine. Each event changes one thing and then settle() makes the rest follow from it: the
 * token, global time, the timers that have come due, and who may go on or has to stop. settle() is one pass
 * over the vCPUs; nothing is remembered between events that could be derived.
 */
#include "check.h"
#include "internal.h"
#include "turns.h"

#include <stdlib.h>
#include <string.h>

/* A budget's upper bound: counters of shells have 62 bits, and nobody runs this far without a report. */
#define BUDGET_MAX (UINT64_C(1) << 48)

/* --- helpers ------------------------------------------------------------------------------------------ */

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
    return a > TK_NEVER - b ? TK_NEVER : a + b;
}

static void bit_set(uint64_t *words, unsigned bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static void *libc_alloc(void *opaque, void *block, size_t size)
{
    (void)opaque;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

static vcpu *vcpu_at(tk_core *core, unsigned index)
{
    return core && index < core->vcpu_count && core->vcpus[index].present ? &core->vcpus[index] : NULL;
}

/* SystemC may not pass a vCPU that keeps time. */
static bool keeps_time(const tk_core *core, const vcpu *v)
{
    return v->present && v->active && !v->accepted && !(v->blocked && core->accepted > 0);
}

/* No vCPU may get more than a quantum ahead of one that bounds. */
static bool bounds(const tk_core *core, const vcpu *v)
{
    return v->accepted || keeps_time(core, v);
}

uint64_t tk_cap(const tk_core *core)
{
    const uint64_t cap = min_u64(tk_window_end(core), core->deadline_ps);

    /* An annotated delay may put the holder far ahead of those whom SystemC has to wait for. */
    return core->keepers > 0 ? min_u64(cap, add_saturated(core->keeper_ps, core->quantum_ps)) : cap;
}

static bool has_others(const tk_core *core, unsigned i)
{
    return core->bounding > (bounds(core, &core->vcpus[i]) ? 1u : 0u);
}

bool tk_precedes(const tk_core *core, unsigned i, unsigned j)
{
    const uint32_t a = core->vcpus[i].order, b = core->vcpus[j].order;

    return a != b ? a < b : i < j;
}

uint64_t tk_bound_without_turns(const tk_core *core, unsigned i, enum tk_pause *why)
{
    uint64_t end = TK_NEVER;

    *why = TK_PAUSE_NONE;
    if (has_others(core, i)) {
        end = add_saturated(core->least == i ? core->second_ps : core->least_ps, core->quantum_ps);
        *why = TK_PAUSE_SKEW;
    }
    if (tk_window_end(core) < end) {
        end = tk_window_end(core);
        *why = TK_PAUSE_WINDOW;
    }
    if (core->deadline_ps < end) {
        end = core->deadline_ps;
        *why = TK_PAUSE_DEADLINE;
    }
    if (core->frozen) {
        end = 0;
        *why = TK_PAUSE_FROZEN;
    }
    return end;
}

/* What vCPU i must not pass, as things stand. */
static uint64_t bound(const tk_core *core, unsigned i, enum tk_pause *why)
{
    uint64_t end = tk_bound_without_turns(core, i, why), turn_end;

    if (core->deterministic && end > 0) {
        if (!tk_turns_allow(core, i, &turn_end)) {
            end = 0;
            *why = TK_PAUSE_TURN;
        } else if (turn_end < end) {
            end = turn_end;
            *why = TK_PAUSE_TURN;
        }
    }
    return end;
}

/* Where it should report again, so that those who depend on it see it move. Nobody looks while it has the
 * turn. */
static uint64_t next_report(const tk_core *core, unsigned i)
{
    const bool seen = has_others(core, i) && !core->deterministic;

    return add_saturated(core->vcpus[i].local_ps, seen ? core->slice_ps : core->quantum_ps);
}

/* --- settling ----------------------------------------------------------------------------------------- */

static void find_least(tk_core *core)
{
    core->keepers = core->kicked = core->bounding = 0;
    core->keeper_ps = core->least_ps = core->second_ps = TK_NEVER;
    core->least = TK_VCPUS_MAX;
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];
        uint64_t at;

        if (!bounds(core, v)) {
            continue;
        }
        core->bounding++;
        if (!v->accepted) {
            core->keepers++;
            core->kicked += v->kicked;
            core->keeper_ps = min_u64(core->keeper_ps, v->local_ps);
        }
        at = v->accepted ? max_u64(v->local_ps, v->floor_ps) : v->local_ps;
        if (at < core->least_ps) {
            core->second_ps = core->least_ps;
            core->least_ps = at;
            core->least = i;
        } else if (at < core->second_ps) {
            core->second_ps = at;
        }
    }
}

/* The most active vCPU: the one whose local time is furthest, the lower index if two are equal. Those who
 * keep time come before those who wait for SystemC. While one that was kicked has not looked, nobody: it may
 * be the one, or may be powered off, and who it is must not depend on how soon the host lets it look. */
static int most_active(const tk_core *core)
{
    int best = TK_NOBODY;

    if (core->kicked > 0) {
        return TK_NOBODY;
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        if (!v->present || !v->active || v->kicked || (core->keepers > 0 && !keeps_time(core, v))) {
            continue;
        }
        if (best == TK_NOBODY || v->local_ps > core->vcpus[best].local_ps ||
            (v->local_ps == core->vcpus[best].local_ps && tk_precedes(core, i, (unsigned)best))) {
            best = (int)i;
        }
    }
    return best;
}

static bool holder_may_stay(const tk_core *core)
{
    const vcpu *v;

    if (core->holder == TK_NOBODY) {
        return false;
    }
    v = &core->vcpus[core->holder];
    if (!v->present || !v->active) {
        return false;
    }
    /* One that waits for SystemC would stop it, once none of the others is behind global time. */
    return keeps_time(core, v) || core->keepers == 0 || core->keeper_ps < core->global_ps;
}

static enum tk_handover_reason why_it_left(const tk_core *core, int holder)
{
    if (holder == TK_NOBODY) {
        return TK_HANDOVER_WAKE;
    }
    if (!core->vcpus[holder].present) {
        return TK_HANDOVER_REMOVED;
    }
    return core->vcpus[holder].active ? TK_HANDOVER_TRANSACTION : TK_HANDOVER_IDLE;
}

static void tell_handover(const tk_core *core, int from)
{
    const tk_handover what = {
        .from = from, .to = core->holder, .at_ps = core->global_ps, .reason = why_it_left(core, from)};

    if (core->handover && from != core->holder) {
        core->handover(core->handover_opaque, &what);
    }
}

static void move_token(tk_core *core)
{
    const int before = core->holder;

    if (holder_may_stay(core)) {
        return;
    }
    core->holder = most_active(core);
    tell_handover(core, before);
    if (core->holder == TK_NOBODY) {
        return;
    }
    core->vcpus[core->holder].token_holds++;
    if (core->last_holder != TK_NOBODY && core->last_holder != core->holder) {
        core->stats.token_handovers++;
    }
    core->last_holder = core->holder;
}

static void find_due(tk_core *core)
{
    for (unsigned s = 0; s < core->source_count; s++) {
        source *src = &core->sources[s];

        if (!src->due && src->at_ps <= core->global_ps) {
            src->due = true;
            bit_set(core->effects.timers, s);
            core->effects_any = true;
        }
    }
}

static void find_wakes_and_stops(tk_core *core)
{
    enum tk_pause why;

    for (unsigned i = 0; i < core->vcpu_count; i++) {
        vcpu *v = &core->vcpus[i];

        if (!v->present || !v->active || v->suspended) {
            continue;
        }
        if (v->running) {
            const uint64_t end = bound(core, i, &why);

            if (end < v->grant_ps) {
                v->grant_ps = end; /* say it once */
                bit_set(core->effects.stop, i);
                core->effects_any = true;
            }
        } else if (v->pause != TK_PAUSE_NONE && !v->woken && bound(core, i, &why) > v->local_ps) {
            v->woken = true;
            bit_set(core->effects.wake, i);
            core->effects_any = true;
        }
    }
}

static void move_time(tk_core *core)
{
    find_least(core);
    move_token(core);
    if (core->holder != TK_NOBODY) {
        const uint64_t driven = min_u64(core->vcpus[core->holder].local_ps, tk_cap(core));

        core->global_ps = max_u64(core->global_ps, driven);
    } else if (core->keepers > core->kicked) {
        /* Two that kick each other in turn would never let it be given: time goes on with the slowest. */
        core->global_ps = max_u64(core->global_ps, min_u64(core->keeper_ps, tk_cap(core)));
    }
    core->limit_ps = min_u64(core->global_ps, core->crossing_ps);
    if (core->keepers > 0) {
        core->limit_ps = min_u64(core->limit_ps, core->keeper_ps);
    }
    find_due(core);
}

static void settle(tk_core *core)
{
    const uint64_t global_before = core->global_ps, limit_before = core->limit_ps;
    const int holder_before = core->holder;
    const bool idle_before = tk_all_idle(core);

    do {
        move_time(core);
    } while (tk_turns_apply(core));
    tk_turns_pass(core);
    find_wakes_and_stops(core);

    if (core->global_ps != global_before || core->limit_ps != limit_before || core->holder != holder_before ||
        tk_all_idle(core) != idle_before) {
        core->effects.time_moved = true;
        core->effects_any = true;
    }
    core->effects.all_idle = tk_all_idle(core);
    if (core->effects.all_idle) {
        core->effects_any = true;
    }
    tk_check(core);
}

/* A blocked vCPU may have been left behind while nobody waited for it. It begins to keep time again where
 * SystemC may be already. */
static void catch_up(const tk_core *core, vcpu *v)
{
    if (v->active && !v->accepted && v->local_ps < core->limit_ps) {
        const uint64_t skipped = core->limit_ps - v->local_ps;

        v->idle_ps += skipped;
        v->local_ps += skipped;
        v->grant_ps = add_saturated(v->grant_ps, skipped); /* what it was granted is instructions */
    }
}

/* SystemC works on one transaction less, if it worked on v's at all. */
static void transaction_ends(tk_core *core, vcpu *v)
{
    if (!v->accepted) {
        return;
    }
    v->accepted = false;
    core->accepted--;
    for (unsigned i = 0; core->accepted == 0 && i < core->vcpu_count; i++) {
        if (core->vcpus[i].blocked) {
            catch_up(core, &core->vcpus[i]); /* without a transaction a blocked one keeps time */
        }
    }
}

/* --- life --------------------------------------------------------------------------------------------- */

static void set_quantum(tk_core *core, uint64_t quantum_ps)
{
    core->quantum_ps = quantum_ps;
    core->slice_ps = max_u64(1, quantum_ps / core->reports);
}

int tk_new(const tk_config *config, tk_core **result)
{
    tk_alloc_fn alloc;
    tk_core *core;

    if (!config || !result || config->quantum_ps == 0 || config->quantum_ps == TK_NEVER ||
        config->reports == 0 || config->reports > 1024) {
        return TK_EINVAL;
    }
    alloc = config->alloc ? config->alloc : libc_alloc;
    core = alloc(config->alloc_opaque, NULL, sizeof(*core));
    if (!core) {
        return TK_ENOMEM;
    }
    memset(core, 0, sizeof(*core));
    core->alloc = alloc;
    core->alloc_opaque = config->alloc_opaque;
    core->reports = config->reports;
    set_quantum(core, config->quantum_ps);
    core->window_ps = core->crossing_ps = core->deadline_ps = TK_NEVER;
    core->holder = core->last_holder = core->turn = TK_NOBODY;
    core->deterministic = config->deterministic;
    core->systemc_next_ps = TK_NEVER;
    core->frozen = true;
    settle(core);
    *result = core;
    return TK_OK;
}

void tk_free(tk_core *core)
{
    if (core) {
        if (core->vcpus) {
            core->alloc(core->alloc_opaque, core->vcpus, 0);
        }
        core->alloc(core->alloc_opaque, core, 0);
    }
}

/* --- vCPUs -------------------------------------------------------------------------------------------- */

static bool rate_is_valid(uint64_t rate)
{
    return rate > 0 && rate <= TK_RATE_MAX;
}

static int make_room(tk_core *core)
{
    const unsigned capacity = core->vcpu_capacity ? 2 * core->vcpu_capacity : 4;
    vcpu *grown;

    if (core->vcpu_count < core->vcpu_capacity) {
        return TK_OK;
    }
    grown = core->alloc(core->alloc_opaque, core->vcpus, capacity * sizeof(*grown));
    if (!grown) {
        return TK_ENOMEM;
    }
    core->vcpus = grown;
    core->vcpu_capacity = capacity;
    return TK_OK;
}

int tk_vcpu_add(tk_core *core, uint64_t insn_per_second, unsigned *index)
{
    vcpu *v;
    int error;

    if (!core || !index || !rate_is_valid(insn_per_second)) {
        return TK_EINVAL;
    }
    if (core->vcpu_count == TK_VCPUS_MAX) {
        return TK_EFULL;
    }
    error = make_room(core);
    if (error) {
        return error;
    }
    *index = core->vcpu_count++;
    v = &core->vcpus[*index];
    memset(v, 0, sizeof(*v));
    tk_clock_init(&v->clock, insn_per_second);
    v->present = true;
    v->order = *index;
    v->local_ps = v->idle_ps = core->global_ps;
    settle(core);
    return TK_OK;
}

int tk_vcpu_remove(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    v->present = v->active = v->kicked = v->running = v->suspended = v->blocked = false;
    v->ready = v->inside = v->idles = false;
    if (core->turn == (int)index) {
        core->turn = TK_NOBODY;
    }
    transaction_ends(core, v);
    settle(core);
    return TK_OK;
}

int tk_vcpu_set_order(tk_core *core, unsigned index, uint32_t order)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    v->order = order;
    settle(core);
    return TK_OK;
}

int tk_vcpu_set_rate(tk_core *core, unsigned index, uint64_t insn_per_second)
{
    vcpu *v = vcpu_at(core, index);

    if (!v || !rate_is_valid(insn_per_second)) {
        return TK_EINVAL;
    }
    tk_clock_set_rate(&v->clock, insn_per_second);
    if (v->running) {
        /* the rest of its budget was counted at the old rate */
        bit_set(core->effects.stop, index);
        core->effects_any = true;
    }
    tk_check(core);
    return TK_OK;
}

unsigned tk_vcpu_count(const tk_core *core)
{
    return core->vcpu_count;
}

static enum tk_vcpu_state state_of(const vcpu *v)
{
    if (!v->active) {
        return TK_IDLE;
    }
    if (v->suspended) {
        return TK_SUSPENDED;
    }
    return v->running || v->pause == TK_PAUSE_NONE ? TK_RUNNING : TK_PAUSED;
}

int tk_vcpu_get(const tk_core *core, unsigned index, tk_vcpu_info *info)
{
    const vcpu *v;

    if (!core || !info || index >= core->vcpu_count) {
        return TK_EINVAL;
    }
    v = &core->vcpus[index];
    *info = (tk_vcpu_info){
        .state = state_of(v),
        .pause = state_of(v) == TK_PAUSED ? v->pause : TK_PAUSE_NONE,
        .blocked = v->blocked,
        .kicked = v->kicked,
        .insn_per_second = v->clock.rate,
        .instructions = v->instructions,
        .local_ps = v->local_ps,
        .idle_ps = v->idle_ps,
        .annotated_ps = v->annotated_ps,
        .pauses = v->pauses,
        .token_holds = v->token_holds,
    };
    return TK_OK;
}

/* --- events of a vCPU --------------------------------------------------------------------------------- */

uint64_t tk_vcpu_skew(const tk_core *core, unsigned index)
{
    const vcpu *v = &core->vcpus[index];

    return v->local_ps > core->least_ps ? v->local_ps - core->least_ps : 0;
}

static void note_skew(tk_core *core, unsigned index)
{
    core->stats.max_skew_ps = max_u64(core->stats.max_skew_ps, tk_vcpu_skew(core, index));
}

int tk_vcpu_report(tk_core *core, unsigned index, uint64_t n)
{
    vcpu *v = vcpu_at(core, index);
    tk_clock clock;

    if (!v) {
        return TK_EINVAL;
    }
    if (n == 0) {
        return TK_OK;
    }
    clock = v->clock;
    /* An instruction takes at least 1 ps: their number fits if their time does. */
    if (!tk_clock_advance(&clock, n) || clock.ps - v->clock.ps >= TK_NEVER - v->local_ps) {
        return TK_EOVERFLOW;
    }
    v->instructions += n;
    v->local_ps += clock.ps - v->clock.ps;
    v->clock = clock;
    settle(core);
    note_skew(core, index);
    return TK_OK;
}

int tk_vcpu_idle(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);

    if (!v || v->suspended) {
        return v ? TK_ESTATE : TK_EINVAL;
    }
    if (v->active && core->deterministic && core->turn != (int)index) {
        /* whoever has the turn must not see when its thread came to say this */
        v->idles = true;
        v->inside = false;
        settle(core);
    } else if (v->active) {
        v->active = v->kicked = v->running = v->ready = v->inside = false;
        v->pause = TK_PAUSE_NONE;
        settle(core);
    }
    return TK_OK;
}

/* An idle one becomes active at `now_ps` or later. */
static void wake_up(tk_core *core, vcpu *v, uint64_t now_ps)
{
    const uint64_t start = max_u64(core->global_ps, min_u64(now_ps, tk_cap(core)));

    if (start > v->local_ps) {
        v->idle_ps += start - v->local_ps;
        v->local_ps = start;
    }
    v->active = true;
}

int tk_vcpu_kick(tk_core *core, unsigned index, uint64_t now_ps)
{
    vcpu *v = vcpu_at(core, index);

    if (!v || now_ps == TK_NEVER) {
        return TK_EINVAL;
    }
    if (!v->active) {
        wake_up(core, v, now_ps);
        v->kicked = true;
        settle(core);
    } else if (v->idles || (v->ready && !v->suspended)) {
        v->idles = v->ready = false;
        settle(core);
    }
    return TK_OK;
}

int tk_vcpu_resume(tk_core *core, unsigned index, uint64_t now_ps)
{
    vcpu *v = vcpu_at(core, index);

    if (!v || now_ps == TK_NEVER) {
        return TK_EINVAL;
    }
    if (!v->active || v->kicked || v->idles || v->inside) {
        if (!v->active) {
            wake_up(core, v, now_ps);
        }
        v->kicked = v->idles = v->inside = false;
        settle(core);
    }
    return TK_OK;
}

int tk_vcpu_ready(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    if (!v->active || v->kicked) {
        return TK_ESTATE;
    }
    if (core->deterministic && !v->ready) {
        v->ready = true;
        v->running = v->idles = false;
        settle(core);
    }
    return TK_OK;
}

int tk_vcpu_delay(tk_core *core, unsigned index, uint64_t delay_ps)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    if (delay_ps >= TK_NEVER - v->local_ps) {
        return TK_EOVERFLOW;
    }
    v->local_ps += delay_ps;
    v->annotated_ps += delay_ps;
    v->running = false;
    settle(core);
    return TK_OK;
}

int tk_vcpu_suspend(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    if (!v->active || v->kicked || v->suspended) {
        return TK_ESTATE;
    }
    v->suspended = true;
    v->inside = core->deterministic;
    v->running = v->ready = v->idles = false;
    v->pause = TK_PAUSE_NONE;
    if (core->deterministic) {
        settle(core);
    } else {
        tk_check(core); /* it keeps time until SystemC works on its transaction: nothing follows from it */
    }
    return TK_OK;
}

int tk_vcpu_accept(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    if (!v->suspended || v->accepted) {
        return TK_ESTATE;
    }
    v->accepted = true;
    v->floor_ps = v->local_ps;
    core->accepted++;
    settle(core);
    return TK_OK;
}

int tk_vcpu_restart(tk_core *core, unsigned index, uint64_t end_ps)
{
    vcpu *v = vcpu_at(core, index);

    if (!v || end_ps == TK_NEVER) {
        return TK_EINVAL;
    }
    if (!v->suspended) {
        return TK_ESTATE;
    }
    if (end_ps > v->local_ps) {
        v->annotated_ps += end_ps - v->local_ps;
        v->local_ps = end_ps;
    }
    v->suspended = v->ready = false;
    transaction_ends(core, v);
    settle(core);
    return TK_OK;
}

int tk_vcpu_block(tk_core *core, unsigned index, bool blocked)
{
    vcpu *v = vcpu_at(core, index);

    if (!v) {
        return TK_EINVAL;
    }
    if (v->blocked != blocked) {
        v->blocked = blocked;
        if (!blocked) {
            catch_up(core, v);
            tk_turns_take(core, index);
        }
        settle(core);
    }
    return TK_OK;
}

/* --- events of others --------------------------------------------------------------------------------- */

int tk_window_set(tk_core *core, uint64_t end_ps)
{
    if (!core) {
        return TK_EINVAL;
    }
    if (core->window_ps != end_ps) {
        const bool shorter = end_ps < core->window_ps;

        core->window_ps = end_ps;
        if (shorter && !core->deterministic) {
            find_wakes_and_stops(core); /* time moves no further, and nobody else gets the token */
            tk_check(core);
        } else {
            settle(core);
        }
    }
    return TK_OK;
}

int tk_quantum_set(tk_core *core, uint64_t quantum_ps)
{
    if (!core || quantum_ps == 0 || quantum_ps == TK_NEVER) {
        return TK_EINVAL;
    }
    set_quantum(core, quantum_ps);
    settle(core);
    return TK_OK;
}

int tk_systemc_parked(tk_core *core, uint64_t next_ps)
{
    if (!core) {
        return TK_EINVAL;
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        if (core->vcpus[i].accepted) {
            core->vcpus[i].floor_ps = next_ps;
        }
    }
    core->systemc_next_ps = next_ps;
    core->systemc_away = false;
    if (core->accepted > 0 || core->deterministic) {
        settle(core);
    }
    return TK_OK;
}

int tk_systemc_request(tk_core *core)
{
    if (!core) {
        return TK_EINVAL;
    }
    if (core->deterministic && !core->systemc_wants) {
        core->systemc_wants = true;
        settle(core);
    }
    return TK_OK;
}

int tk_systemc_leave(tk_core *core)
{
    if (!core) {
        return TK_EINVAL;
    }
    for (unsigned i = 0; core->deterministic && i < core->vcpu_count; i++) {
        if (core->vcpus[i].running && !core->vcpus[i].blocked) {
            return TK_ESTATE;
        }
    }
    if (core->deterministic) {
        core->systemc_away = true;
        core->systemc_wants = false;
        if (core->turn == TK_SYSTEMC) {
            core->turn = TK_NOBODY;
        }
        settle(core);
    }
    return TK_OK;
}

int tk_crossing_made(tk_core *core, uint64_t at_ps)
{
    if (!core || at_ps == TK_NEVER || at_ps < core->limit_ps) {
        return TK_EINVAL;
    }
    if (at_ps < core->crossing_ps) {
        core->crossing_ps = at_ps;
        settle(core);
    }
    return TK_OK;
}

int tk_crossing_taken(tk_core *core, uint64_t next_ps)
{
    if (!core || next_ps < core->crossing_ps) {
        return TK_EINVAL;
    }
    if (next_ps != core->crossing_ps) {
        core->crossing_ps = next_ps;
        settle(core);
    }
    return TK_OK;
}

int tk_source_add(tk_core *core, unsigned *index)
{
    if (!core || !index) {
        return TK_EINVAL;
    }
    if (core->source_count == TK_SOURCES_MAX) {
        return TK_EFULL;
    }
    *index = core->source_count++;
    core->sources[*index] = (source){.at_ps = TK_NEVER};
    return TK_OK;
}

int tk_deadline_set(tk_core *core, unsigned index, uint64_t at_ps)
{
    if (!core || index >= core->source_count) {
        return TK_EINVAL;
    }
    core->sources[index] = (source){.at_ps = at_ps};
    core->deadline_ps = TK_NEVER;
    for (unsigned s = 0; s < core->source_count; s++) {
        core->deadline_ps = min_u64(core->deadline_ps, core->sources[s].at_ps);
    }
    settle(core);
    return TK_OK;
}

int tk_idle_advance(tk_core *core, uint64_t to_ps)
{
    if (!core || to_ps == TK_NEVER) {
        return TK_EINVAL;
    }
    if (!tk_all_idle(core)) {
        return TK_ESTATE;
    }
    core->global_ps = max_u64(core->global_ps, min_u64(to_ps, tk_cap(core)));
    core->effects.time_moved = true;
    core->effects_any = true;
    settle(core);
    return TK_OK;
}

int tk_freeze(tk_core *core, bool frozen)
{
    if (!core) {
        return TK_EINVAL;
    }
    core->frozen = frozen;
    settle(core);
    return TK_OK;
}

/* --- decisions ---------------------------------------------------------------------------------------- */

static uint64_t grant(tk_core *core, unsigned index)
{
    vcpu *v = vcpu_at(core, index);
    enum tk_pause why;
    uint64_t end;

    if (!v || !v->active || v->kicked || v->suspended) {
        return 0;
    }
    v->woken = false;
    end = bound(core, index, &why);
    if (end <= v->local_ps) {
        if (v->pause == TK_PAUSE_NONE && !core->deterministic) {
            v->pauses++; /* with turns it is counted where they end */
        }
        v->pause = why;
        v->running = false;
        return 0;
    }
    v->pause = TK_PAUSE_NONE;
    v->running = true;
    v->ready = v->idles = false;
    v->grant_ps = end = min_u64(end, next_report(core, index));
    return tk_clock_instructions_for(&v->clock, end - v->local_ps, BUDGET_MAX);
}

uint64_t tk_vcpu_budget(tk_core *core, unsigned index)
{
    const uint64_t instructions = grant(core, index);

    tk_check_budget(core, index, instructions);
    return instructions;
}

bool tk_vcpu_ends_with_window(const tk_core *core, unsigned index)
{
    return core && index < core->vcpu_count && core->vcpus[index].running &&
           core->vcpus[index].grant_ps == tk_window_end(core) && tk_window_end(core) < core->deadline_ps &&
           !has_others(core, index) && !core->deterministic;
}

bool tk_effects_take(tk_core *core, tk_effects *effects)
{
    const bool any = core->effects_any;

    *effects = core->effects;
    memset(&core->effects, 0, sizeof(core->effects));
    core->effects_any = false;
    return any;
}

/* --- tracing ------------------------------------------------------------------------------------------ */

void tk_trace_handovers(tk_core *core, tk_handover_fn told, void *opaque)
{
    core->handover = told;
    core->handover_opaque = opaque;
}

const char *tk_handover_reason_text(enum tk_handover_reason reason)
{
    switch (reason) {
    case TK_HANDOVER_WAKE:
        return "nobody had it";
    case TK_HANDOVER_IDLE:
        return "idle";
    case TK_HANDOVER_REMOVED:
        return "removed";
    case TK_HANDOVER_TRANSACTION:
        return "in a transaction";
    }
    return "unknown";
}

/* --- reading ------------------------------------------------------------------------------------------ */

uint64_t tk_global_time(const tk_core *core)
{
    return core->global_ps;
}

int tk_holder(const tk_core *core)
{
    return core->holder;
}

int tk_turn(const tk_core *core)
{
    return core->turn;
}

uint64_t tk_systemc_limit(const tk_core *core)
{
    return core->limit_ps;
}

uint64_t tk_next_deadline(const tk_core *core)
{
    return core->deadline_ps;
}

unsigned tk_accepted(const tk_core *core)
{
    return core->accepted;
}

bool tk_all_idle(const tk_core *core)
{
    return core->keepers == 0 && !core->frozen;
}

bool tk_frozen(const tk_core *core)
{
    return core->frozen;
}

uint64_t tk_quantum(const tk_core *core)
{
    return core->quantum_ps;
}

void tk_stats_get(const tk_core *core, tk_stats *stats)
{
    *stats = core->stats;
}
