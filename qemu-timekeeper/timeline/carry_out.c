/* SPDX-License-Identifier: MIT
 *
 * Carries out what the core decided: the clock is published, vCPUs are woken and stopped, timers run, and
 * whoever moves time looks for itself.
 */
#include "parts.h"

static bool follows_host(const tk_timeline *t)
{
    /* With a vCPU in a transaction it is SystemC that takes its time, and nobody is idle. */
    return tk_all_idle(t->core) && t->config.idle == TK_IDLE_WALLCLOCK && t->vcpu_count > 0 &&
           tk_accepted(t->core) == 0;
}

/* While time follows the host's clock, whoever moves it looks at that clock every LOOK_NS, and no more than
 * LOOK_NS_MAX counts from one look to the next: the process was stopped, or not scheduled, and nobody was
 * there for whom time could have passed. */
#define LOOK_NS UINT64_C(10000000)
#define LOOK_NS_MAX (2 * LOOK_NS)

void tl_note_idling(tk_timeline *t)
{
    const bool idling = follows_host(t);

    if (idling) {
        const uint64_t host_ns = tk_shared_clock_host_ns(&t->clock);

        if (t->idling) {
            t->idle_base_ps += tl_min(host_ns - t->idle_base_ns, LOOK_NS_MAX) * TK_PS_PER_NS;
        } else {
            t->idle_base_ps = tk_timeline_now(t);
        }
        t->idle_base_ns = host_ns;
    }
    t->idling = idling;
}

void tl_publish_end(tk_timeline *t)
{
    const int holder = tk_holder(t->core);
    tk_clock_page page = {.cap_ps = tk_cap(t->core)};
    tk_vcpu_info info;

    if (t->idling) {
        page.pace = TK_PACE_HOST;
        page.cap_ps = tl_min(page.cap_ps, t->idle_base_ps + LOOK_NS_MAX * TK_PS_PER_NS);
        page.base_ps = t->idle_base_ps;
        page.base = t->idle_base_ns;
    } else if (holder != TK_NOBODY && t->vcpus[holder]->counter) {
        /* Also when time has been stopped, or a window or a deadline has come before what the holder has
         * executed: until it has left its loop it goes on, and what it reads there is its own time. */
        tk_vcpu_get(t->core, (unsigned)holder, &info);
        if (info.state == TK_RUNNING) {
            page.cap_ps = tl_max(page.cap_ps, t->vcpus[holder]->cap_ps);
        }
        page.pace = TK_PACE_COUNT;
        page.base_ps = info.local_ps;
        page.base = t->vcpus[holder]->seen;
        page.rate = info.insn_per_second;
        page.counter = t->vcpus[holder]->counter;
    }
    tk_shared_clock_end(&t->clock, tk_global_time(t->core), &page);
}

void tl_publish(tk_timeline *t)
{
    tl_note_idling(t);
    tk_shared_clock_begin(&t->clock);
    tl_publish_end(t);
}

static bool keeper_can_go(const tk_timeline *t)
{
    if (t->keeper_waits == KEEPER_AWAITS_ANY || tk_all_idle(t->core)) {
        return true;
    }
    return t->config.deterministic ? tk_turn(t->core) == TK_SYSTEMC
                                   : tk_systemc_limit(t->core) >= t->keeper_target_ps;
}

unsigned tl_idle_mover(const tk_timeline *t)
{
    unsigned s = 0;

    while (s < t->source_count && t->sources[s].closed) {
        s++;
    }
    return s;
}

void tl_wake_movers(tk_timeline *t)
{
    if (t->keeper_waits != KEEPER_GOES && keeper_can_go(t)) {
        t->keeper_waits = KEEPER_GOES;
        tk_gate_open(&t->mail.gate);
    }
    if (!t->has_keeper && tk_all_idle(t->core) && tl_idle_mover(t) < t->source_count) {
        tk_gate_open(&t->sources[tl_idle_mover(t)].gate);
    }
}

void tl_stop_vcpu(tk_timeline *t, unsigned i)
{
    const source *s = &t->sources[t->vcpus[i]->source];

    s->ops->leave(s->opaque, t->vcpus[i]->qemu_index);
}

static void mark_timers_due(tk_timeline *t, unsigned s)
{
    t->sources[s].timers_due = true;
}

uint64_t tl_deadline_ps(const source *s)
{
    const int64_t ns = s->running ? s->ops->deadline_ns(s->opaque) : -1;

    return ns < 0 || (uint64_t)ns >= TK_NEVER / TK_PS_PER_NS ? TK_NEVER : (uint64_t)ns * TK_PS_PER_NS;
}

void tl_note(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a, uint64_t b)
{
    tk_tracer_note(&t->tracer, kind, track, detail, tk_shared_clock_latest(&t->clock), a, b);
}

/* What the calling thread runs timers for. */
static _Thread_local struct {
    const tk_timeline *timeline;
    uint64_t ps;
} own_timers;

uint64_t tl_timers_time(const tk_timeline *t)
{
    return own_timers.timeline == t ? own_timers.ps : TK_NEVER;
}

/* T held; let go of meanwhile. */
static void run_timers(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];

    s->timers_due = false;
    s->timers_running = true;
    tl_note(t, TK_TRACE_TIMERS, index, 0, tk_next_deadline(t->core), 0);
    own_timers.ps = tk_global_time(t->core); /* their deadline, which global time does not pass before */
    own_timers.timeline = t;
    pthread_mutex_unlock(&t->lock);
    s->ops->run_timers(s->opaque);
    own_timers.timeline = NULL;
    pthread_mutex_lock(&t->lock);
    s->timers_running = false;
    tk_deadline_set(t->core, index, tl_deadline_ps(s));
}

/* The keeper has left because nothing was going to happen, and now a vCPU has something to execute, or a
 * timer is armed. */
static void rouse_keeper(tk_timeline *t)
{
    if (t->starved && (!tk_all_idle(t->core) || tk_next_deadline(t->core) != TK_NEVER)) {
        t->starved = false;
        t->rouse(t->rouse_opaque);
    }
}

bool tl_carry_out(tk_timeline *t, enum timer_duty duty, unsigned own)
{
    tk_effects effects;
    bool again = true, ran = false;

    while (again) {
        again = false;
        if (tk_effects_take(t->core, &effects)) {
            tl_for_each_bit(t, effects.timers, TK_SOURCES_MAX / 64, mark_timers_due);
            if (effects.time_moved || effects.all_idle || t->idling) {
                tl_publish(t);
            }
            tl_for_each_bit(t, effects.wake, TK_VCPUS_MAX / 64, tl_wake_vcpu);
            tl_for_each_bit(t, effects.stop, TK_VCPUS_MAX / 64, tl_stop_vcpu);
            tl_wake_movers(t);
        }
        for (unsigned s = 0; s < t->source_count; s++) {
            if (!t->sources[s].timers_due || t->sources[s].timers_running) {
                continue;
            }
            if (duty == TIMERS_ALL || (duty == TIMERS_OWN && s == own)) {
                run_timers(t, s);
                again = ran = true;
            } else {
                tk_gate_open(&t->sources[s].gate);
            }
        }
    }
    rouse_keeper(t);
    tk_tracer_states(&t->tracer, t->core, tk_shared_clock_latest(&t->clock));
    return ran;
}

uint64_t tl_wait_for_host(tk_timeline *t, uint64_t target_ps)
{
    uint64_t now, left_ns = TK_GATE_FOREVER;

    if (!follows_host(t)) {
        return target_ps == TK_NEVER ? TK_GATE_FOREVER : 0;
    }
    tl_publish(t); /* a look at the host's clock */
    now = tk_timeline_now(t);
    if (target_ps != TK_NEVER) {
        left_ns = now < target_ps ? (target_ps - now + TK_PS_PER_NS - 1) / TK_PS_PER_NS : 0;
    }
    return tl_min(left_ns, LOOK_NS);
}
