/* SPDX-License-Identifier: MIT
 *
 * The sections of the timeline's lock, around the real core: core.c is compiled in, and its state packed into
 * bytes between two sections. Function by function this follows qemu-timekeeper/timeline; read the two side
 * by side.
 */
#include "shell.h"

#ifdef BROKEN_TOKEN_TO_PAUSED
#include "core_broken.c" /* made by ./check */
#else
#include "core.c"
#endif
#include "turns.c"

#include <stddef.h>
#include <stdio.h>

/* Where SystemC's time lies on the core's scale, so that nothing underflows. */
#define BASE 1000

enum { ACTIVE = 1, RUNNING = 2, WOKEN = 4, SUSPENDED = 8, ACCEPTED = 16, KICKED = 32 };
enum { KEEPER_GOES, KEEPER_AWAITS_TIME, KEEPER_AWAITS_ANY };

const char *model_wrong;

static vcpu core_vcpus[VCPUS];
static tk_core core_object;
static tk_core *const core = &core_object;
static uint64_t global_before;

/* --- packing ------------------------------------------------------------------------------------------ */

static void wrong(const char *what)
{
    if (!model_wrong) {
        model_wrong = what;
        printf("wrong: %s\n", what);
    }
}

static uint64_t wide(unsigned char relative)
{
    return relative == NEVER ? TK_NEVER : BASE + (uint64_t)relative;
}

/* What lies behind SystemC's time is as good as at it: see README.md. */
static unsigned char narrow(uint64_t at, uint64_t base)
{
    if (at == TK_NEVER) {
        return NEVER;
    }
    if (at >= base + 100) {
        wrong("the model's times are not bounded");
    }
    return at < base ? 0 : (unsigned char)(at - base);
}

static void unpack(const model_state *s)
{
    memset(core, 0, offsetof(tk_core, sources)); /* and one source of them is used */
    core->quantum_ps = QUANTUM;
    core->slice_ps = 1;
    core->vcpus = core_vcpus;
    core->vcpu_count = core->vcpu_capacity = VCPUS;
    core->source_count = 1;
    core->global_ps = global_before = wide(s->global);
    core->window_ps = wide(s->window);
    core->crossing_ps = wide(s->crossing);
    core->deadline_ps = wide(s->deadline);
    core->sources[0] = (source){.at_ps = wide(s->deadline), .due = s->due};
    core->holder = core->last_holder = s->holder == NO_HOLDER ? TK_NOBODY : s->holder;
    for (unsigned i = 0; i < VCPUS; i++) {
        const model_vcpu *m = &s->v[i];

        core_vcpus[i] = (vcpu){
            .local_ps = wide(m->local),
            .grant_ps = wide(m->grant),
            .floor_ps = wide(m->floor),
            .pause = m->pause,
            .present = true,
            .active = m->flags & ACTIVE,
            .running = m->flags & RUNNING,
            .woken = m->flags & WOKEN,
            .suspended = m->flags & SUSPENDED,
            .accepted = m->flags & ACCEPTED,
            .kicked = m->flags & KICKED,
        };
        tk_clock_init(&core_vcpus[i].clock, TK_RATE_MAX); /* an instruction takes one unit */
        core->accepted += core_vcpus[i].accepted;
    }
    find_least(core); /* what settle() derives from the rest */
    core->limit_ps = min_u64(core->global_ps, core->crossing_ps);
    if (core->keepers > 0) {
        core->limit_ps = min_u64(core->limit_ps, core->keeper_ps);
    }
}

/* The lines of the design's section 4 that the core can see. */
static void check(void)
{
    bool any_active = false, any_keeps_time = false, any_kicked = false;

    for (unsigned i = 0; i < VCPUS; i++) {
        any_active = any_active || (core_vcpus[i].active && !core_vcpus[i].kicked);
        any_kicked = any_kicked || core_vcpus[i].kicked;
        any_keeps_time = any_keeps_time || keeps_time(core, &core_vcpus[i]);
        if (keeps_time(core, &core_vcpus[i]) && core_vcpus[i].local_ps < BASE) {
            wrong("SystemC is ahead of an active vCPU");
        }
    }
    if (core->global_ps < global_before) {
        wrong("global time went back");
    }
    if (core->global_ps < BASE) {
        wrong("SystemC is ahead of global time");
    }
    if (core->global_ps > global_before && core->global_ps > core->window_ps) {
        wrong("global time passed the window's end");
    }
    if (core->global_ps > global_before && core->global_ps > core->crossing_ps) {
        wrong("global time passed a change that SystemC has not processed");
    }
    if (core->global_ps > global_before && core->global_ps > core->deadline_ps) {
        wrong("global time passed a deadline");
    }
    if (any_active && !any_kicked && core->holder == TK_NOBODY) {
        wrong("the token is with nobody although there is an active vCPU, and none that has yet to look");
    }
    if (core->holder != TK_NOBODY && (!core_vcpus[core->holder].active || core_vcpus[core->holder].kicked)) {
        wrong("the token is with a vCPU that is not active, or may not be");
    }
    if (any_keeps_time && core->holder != TK_NOBODY && core_vcpus[core->holder].accepted &&
        core->keeper_ps > core->global_ps) {
        wrong("the token is with a vCPU that waits for SystemC, and stops global time");
    }
}

static uint64_t next_crossing(const model_state *s)
{
    return s->crossings ? BASE + (uint64_t)__builtin_ctz(s->crossings) : TK_NEVER;
}

/* SystemC's time goes on, and takes no change along that it has not processed. */
static void move_crossings(model_state *s, uint64_t by)
{
    if (s->crossings & ((1u << by) - 1)) {
        wrong("SystemC passed a change that QEMU has made in it");
    }
    s->crossings = (unsigned char)(s->crossings >> by);
    if (s->until != NEVER) {
        if (by > s->until) {
            wrong("SystemC passed the end of sc_start()");
        }
        s->until = (unsigned char)(s->until - by);
    }
}

/* `base`: where SystemC's time is now. */
static void pack_at(model_state *s, uint64_t base)
{
    check();
    if (s->next == NEVER && s->parked && s->until == NEVER) {
        base = core->limit_ps; /* nobody can tell how far SystemC lags behind, when it has nothing to do */
    }
    move_crossings(s, base - BASE);
    s->crossing = narrow(core->crossing_ps, base);
    s->global = narrow(core->global_ps, base);
    s->window = narrow(core->window_ps, base);
    s->deadline = narrow(core->deadline_ps, base);
    s->due = core->sources[0].due;
    s->holder = core->holder == TK_NOBODY ? NO_HOLDER : (unsigned char)core->holder;
    if (s->armed != NEVER) {
        s->armed = narrow(wide(s->armed), base);
    }
    s->any_accepted = core->accepted > 0;
    s->nothing_left = tk_all_idle(core) && s->next == NEVER && s->deadline == NEVER && !s->crossings &&
                      s->until == NEVER;
    for (unsigned i = 0; i < VCPUS; i++) {
        const vcpu *v = &core_vcpus[i];
        model_vcpu *m = &s->v[i];

        m->local = v->active || v->local_ps > core->global_ps ? narrow(v->local_ps, base) : 0;
        m->grant = v->running ? narrow(v->grant_ps, base) : 0;
        m->floor = v->accepted ? narrow(v->floor_ps, base) : 0;
        m->pause = (unsigned char)v->pause;
        m->flags = (unsigned char)((v->active ? ACTIVE : 0) | (v->running ? RUNNING : 0) |
                                   (v->woken ? WOKEN : 0) | (v->suspended ? SUSPENDED : 0) |
                                   (v->accepted ? ACCEPTED : 0) | (v->kicked ? KICKED : 0));
    }
}

static void pack(model_state *s)
{
    pack_at(s, BASE);
}

/* --- carrying out what the core decided ----------------------------------------------------------------- */

static bool tl_grant(model_state *s, unsigned i)
{
    s->v[i].budget = (unsigned char)tk_vcpu_budget(core, i);
#ifdef NOTES_AT_THE_END
    s->v[i].meets = s->v[i].budget > 0 && tk_vcpu_ends_with_window(core, i);
#endif
    return s->v[i].budget > 0;
}

#ifdef NOTES_AT_THE_END
/* give_budget() */
static void give_who_looks(model_state *s, unsigned i)
{
    if (s->v[i].noted && !s->v[i].kicked && tl_grant(s, i)) {
        s->v[i].noted = 0;
        if (s->v[i].asks == TAKES_BUDGET) {
            s->v[i].asks = HAS_BUDGET;
        }
    }
}
#endif

static void wake_movers(model_state *s)
{
    if (s->keeper_waits != KEEPER_GOES && (s->keeper_waits == KEEPER_AWAITS_ANY || tk_all_idle(core) ||
                                           tk_systemc_limit(core) >= wide(s->keeper_target))) {
        s->keeper_waits = KEEPER_GOES;
        s->keeper_gate = 1;
    }
}

/* True: this thread runs timers now, without the lock. */
static bool carry_out(model_state *s, int duty)
{
    tk_effects effects;

    if (tk_effects_take(core, &effects)) {
        if (effects.timers[0]) {
            s->timers_due = 1;
        }
        for (unsigned i = 0; i < VCPUS; i++) {
            if (effects.wake[0] >> i & 1) {
#ifdef NOTES_AT_THE_END
                give_who_looks(s, i);
#endif
                s->v[i].gate = GATE_OPEN;
            }
            if (effects.stop[0] >> i & 1) {
                s->v[i].leave = 1;
            }
        }
        wake_movers(s);
    }
    if (!s->timers_due || s->timers_running) {
        return false;
    }
    if (duty == DUTY_LATER) {
        s->source_gate = 1;
        return false;
    }
    s->timers_due = 0;
    s->timers_running = 1;
    return true;
}

/* --- how sections end --------------------------------------------------------------------------------- */

static uint64_t window_end(const model_state *s)
{
    return min_u64(wide(s->until), max_u64(wide(s->next), BASE + MIN_WINDOW));
}

static uint64_t next_stop(const model_state *s)
{
    return min_u64(min_u64(wide(s->next), next_crossing(s)), wide(s->until));
}

static uint64_t systemc_target(const model_state *s)
{
    const uint64_t limit = min_u64(tk_systemc_limit(core), wide(s->until)), next = next_stop(s);

    return tk_accepted(core) > 0 && next < limit ? next : limit;
}

/* True: its thread runs timers now, without the lock. */
static bool keeper_leaves(model_state *s, bool asked)
{
    uint64_t window = window_end(s);

    if (wide(s->go) + QUANTUM < window) {
        window = wide(s->go) + QUANTUM;
    }
    tk_window_set(core, window);
    for (unsigned i = 0; i < VCPUS; i++) {
        tk_vcpu_accept(core, i); /* of those who have not asked it says TK_ESTATE */
    }
    return carry_out(s, asked ? DUTY_RUN : DUTY_LATER);
}

static void report(model_state *s, int i, int n)
{
    s->v[i].budget = (unsigned char)(s->v[i].budget - n);
    tk_vcpu_report(core, (unsigned)i, (uint64_t)n);
}

#ifdef NOTES_AT_THE_END
/* tl_take_in_end(); the note says how far the vCPU came. */
static void take_in_end(model_state *s)
{
    const int i = s->end - 1;

    if (!s->end_is_new) {
        return;
    }
    s->end_is_new = 0;
    if (s->v[i].asks != TAKES_BUDGET && s->v[i].asks != LOOKS_NO_MORE) {
        wrong("a note is taken in of a vCPU that does not stand at its budget's end");
    }
    report(s, i, s->v[i].budget);
    s->v[i].budget = 0;
    s->v[i].noted = 1;
    if (s->v[i].asks == LOOKS_NO_MORE) {
        s->v[i].asks = WAS_REPORTED;
    }
    give_who_looks(s, (unsigned)i);
}
#endif

/* tl_take_in() */
static void take_in(model_state *s)
{
    for (int i = 0; i < VCPUS; i++) {
        if (s->v[i].note > 0) {
            report(s, i, s->v[i].note - 1);
            s->v[i].budget = s->v[i].note = 0;
            tk_vcpu_suspend(core, (unsigned)i);
        }
    }
#ifdef NOTES_AT_THE_END
    take_in_end(s);
#endif
}

static bool any_asked(void)
{
    bool any = false;

    for (unsigned i = 0; i < VCPUS; i++) {
        any = any || (core_vcpus[i].suspended && !core_vcpus[i].accepted);
    }
    return any;
}

/* One round of tk_timeline_keeper_step's loop, from the ticket on. */
static int keeper_round(model_state *s)
{
    for (;;) {
        uint64_t go;
        bool asked;

        s->keeper_gate = 0;
        take_in(s);
        asked = any_asked();
        if (!asked && carry_out(s, DUTY_RUN)) {
            return RESULT_RUN_TIMERS;
        }
        go = max_u64(BASE, systemc_target(s));
        if (asked || (next_stop(s) != TK_NEVER && go >= next_stop(s))) {
            s->go = narrow(go, BASE);
            s->parked = 0;
            return keeper_leaves(s, asked) ? RESULT_RUN_TIMERS : RESULT_DONE;
        }
        if (tk_all_idle(core)) {
            const uint64_t target = min_u64(next_stop(s), tk_next_deadline(core));

            if (target != TK_NEVER && tk_global_time(core) < target) {
                tk_idle_advance(core, target);
                if (carry_out(s, DUTY_RUN)) {
                    return RESULT_RUN_TIMERS;
                }
                continue;
            }
        }
        s->keeper_target = narrow(next_stop(s), BASE);
        s->keeper_waits = tk_all_idle(core) ? KEEPER_AWAITS_ANY : KEEPER_AWAITS_TIME;
        return RESULT_WAIT;
    }
}

/* What tk_timeline_now() may say: up to `ahead` units of the holder's that it has not reported. */
static uint64_t clock_now(const model_state *s, int ahead)
{
    uint64_t most;

    if (core->holder == TK_NOBODY) {
        return core->global_ps;
    }
    most = core_vcpus[core->holder].local_ps + s->v[core->holder].budget;
    return max_u64(core->global_ps, min_u64(min_u64(most, tk_cap(core)), core->global_ps + (uint64_t)ahead));
}

/* tk_timeline_idle's end, after a carry_out that ran no timers. */
static int idle_end(model_state *s, int tail, int i, int ahead)
{
#ifndef BROKEN_COND_WAIT
    if (tail == TAIL_IDLE && s->v[i].gate == GATE_OPEN) {
        tail = TAIL_LOOK; /* kicked since it took its ticket */
    }
#endif
    if (tail == TAIL_IDLE) {
#ifdef BROKEN_LOST_IDLE
        if (core_vcpus[i].running) /* a paused one is not noted */
#endif
            tk_vcpu_idle(core, (unsigned)i);
        return carry_out(s, DUTY_RUN) ? RESULT_RUN_RESUME : RESULT_WAIT;
    }
#ifndef BROKEN_IDLE_DOES_NOT_LOOK_AGAIN
    if (tail == TAIL_RESUME || tail == TAIL_LOOK) {
        tk_vcpu_kick(core, (unsigned)i, clock_now(s, ahead));
        carry_out(s, DUTY_LATER);
    }
    return RESULT_DONE;
#else
    if (tail == TAIL_RESUME) {
        tk_vcpu_kick(core, (unsigned)i, clock_now(s, ahead));
        carry_out(s, DUTY_LATER);
    }
    return RESULT_WAIT;
#endif
}

static int finish_ahead(model_state *s, int duty, int tail, int i, int ahead)
{
    int result = RESULT_DONE;

    if (carry_out(s, duty)) {
        result = RESULT_RUN_TIMERS;
    } else if (tail == TAIL_GRANT) {
        bool granted = tl_grant(s, (unsigned)i);

#ifdef NOTES_AT_THE_END
        granted = granted && !(s->v[i].asks != EXECUTES && s->v[i].kicked);
        s->v[i].asks = EXECUTES;
#endif
        result = granted ? RESULT_DONE : RESULT_WAIT;
        carry_out(s, DUTY_LATER);
    } else if (tail == TAIL_KEEPER) {
        result =
            s->parked ? keeper_round(s) : RESULT_DONE; /* it has left, and ran timers before it lets go */
    } else if (tail != TAIL_NOTHING) {
        result = idle_end(s, tail, i, ahead);
    }
    pack(s);
    return result;
}

static int finish(model_state *s, int duty, int tail, int i)
{
    return finish_ahead(s, duty, tail, i, 0);
}

/* --- sections ----------------------------------------------------------------------------------------- */

void model_start(model_state *s)
{
    memset(s, 0, sizeof(*s));
    s->holder = NO_HOLDER;
    s->deadline = s->armed = s->crossing = s->until = NEVER;
    /* tk_timeline_source_running: until their threads have looked, nobody knows which are idle */
    unpack(s);
    for (unsigned i = 0; i < VCPUS; i++) {
        tk_vcpu_kick(core, i, BASE);
    }
    carry_out(s, DUTY_LATER);
    s->next = 1; /* the window is [0, 0] before the keeper's first step */
    pack(s);
}

int model_end_of_quantum(model_state *s, int i)
{
    unpack(s);
#ifdef NOTES_AT_THE_END
    s->v[i].noted = 0;
    if (s->v[i].asks == WAS_REPORTED) {
        s->v[i].budget = 0; /* what it may have been given since is not executed */
    }
#endif
    report(s, i, s->v[i].budget);
    return finish(s, DUTY_RUN, TAIL_GRANT, i);
}

#ifdef NOTES_AT_THE_END
void model_note_end(model_state *s, int i)
{
    s->v[i].asks = TAKES_BUDGET;
    s->end = (unsigned char)(i + 1);
    s->end_is_new = 1;
}

int model_stop_looking(model_state *s, int i)
{
    const bool has = s->v[i].asks == HAS_BUDGET;

    s->v[i].asks = has ? EXECUTES : s->v[i].noted ? WAS_REPORTED : LOOKS_NO_MORE;
    return has ? RESULT_DONE : RESULT_WAIT;
}

void model_withdraw_note(model_state *s, int i)
{
    if (s->end == i + 1) {
        s->end = s->end_is_new = 0;
    }
}
#endif

int model_hold(model_state *s, int i, int n, int ahead)
{
    unpack(s);
#ifdef NOTES_AT_THE_END
    s->v[i].kicked = 0;
#endif
    report(s, i, n);
    tk_vcpu_resume(core, (unsigned)i, clock_now(s, ahead));
    return finish(s, DUTY_RUN, TAIL_GRANT, i);
}

int model_idle(model_state *s, int i, int n)
{
    unpack(s);
    report(s, i, n);
    s->v[i].budget = 0; /* nothing is executed until the next grant */
#ifdef BROKEN_IDLE_DOES_NOT_LOOK_AGAIN
    tk_vcpu_idle(core, (unsigned)i); /* before the timers */
#endif
    return finish(s, DUTY_RUN, TAIL_IDLE, i);
}

void model_suspend(model_state *s, int i, int n)
{
    s->v[i].note = (unsigned char)(1 + n);
}

int model_resync(model_state *s, int i)
{
    /* tk_timeline_resync grants before it carries out. */
    unpack(s);
    s->v[i].leave |= !tl_grant(s, (unsigned)i);
    return finish(s, DUTY_RUN, TAIL_NOTHING, i);
}

int model_timers_ran(model_state *s, int duty, int tail, int i, int ahead)
{
    unpack(s);
    s->timers_running = 0;
    tk_deadline_set(core, 0, wide(s->armed));
    return finish_ahead(s, duty, tail, i, ahead);
}

void model_kicked(model_state *s, int i, int ahead)
{
    unpack(s);
#ifdef NOTES_AT_THE_END
    s->v[i].kicked = 1;
#endif
    tk_vcpu_kick(core, (unsigned)i, clock_now(s, ahead));
    finish(s, DUTY_LATER, TAIL_NOTHING, i);
    s->v[i].gate = GATE_OPEN;
}

void model_timer_armed(model_state *s)
{
    unpack(s);
    if (!s->timers_running) {
        tk_deadline_set(core, 0, wide(s->armed));
    }
    finish(s, DUTY_LATER, TAIL_NOTHING, 0);
}

int model_source_work(model_state *s)
{
    unpack(s);
    s->source_gate = 0; /* the ticket */
    return finish(s, DUTY_RUN, TAIL_NOTHING, 0);
}

/* tk_timeline_cross() */
void model_cross(model_state *s, int i, int n)
{
    uint64_t at;

    unpack(s);
    report(s, i, n);
    at = max_u64(core_vcpus[i].local_ps, tk_systemc_limit(core));
    s->crossings = (unsigned char)(s->crossings | 1u << (at - BASE));
    if (tk_crossing_made(core, at)) {
        wrong("a change is made where SystemC may have been");
    }
    s->keeper_target = narrow(min_u64(wide(s->keeper_target), at), BASE);
#ifndef BROKEN_CROSSING_WAKES_NOBODY
    wake_movers(s);
#endif
    s->v[i].leave |= !tl_grant(s, (unsigned)i);
    finish(s, DUTY_LATER, TAIL_NOTHING, i);
}

int model_keeper_enter(model_state *s)
{
    unpack(s);
    s->parked = 1;
    tk_window_set(core, window_end(s));
    tk_crossing_taken(core, next_crossing(s));
    tk_systemc_parked(core, min_u64(wide(s->next), wide(s->until)));
    return finish(s, DUTY_RUN, TAIL_KEEPER, 0);
}

int model_keeper_woken(model_state *s)
{
    unpack(s);
    s->keeper_waits = KEEPER_GOES;
    return finish(s, DUTY_RUN, TAIL_KEEPER, 0);
}

int model_restart(model_state *s, int i, int end)
{
    bool goes_on;

    /* tk_timeline_restart grants before it carries out. */
    unpack(s);
    tk_vcpu_restart(core, (unsigned)i, BASE + (uint64_t)end);
    goes_on = tl_grant(s, (unsigned)i);
    finish(s, DUTY_LATER, TAIL_NOTHING, i);
    return goes_on;
}

void model_systemc_advance(model_state *s, int by)
{
    const uint64_t to = BASE + (uint64_t)by;

    unpack(s);
    for (unsigned i = 0; i < VCPUS; i++) {
        if (keeps_time(core, &core_vcpus[i]) && core_vcpus[i].local_ps < to) {
            wrong("SystemC passes an active vCPU");
        }
    }
    if (core->global_ps < to) {
        wrong("SystemC passes global time");
    }
    s->next = s->next == NEVER ? NEVER : (unsigned char)(s->next - by);
    s->go = (unsigned char)(s->go - by);
    pack_at(s, to);
}
