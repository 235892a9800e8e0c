/* SPDX-License-Identifier: MIT
 *
 * SystemC's thread: how far SystemC goes, and where it waits for vCPUs.
 */
#include "parts.h"

void tk_timeline_keeper_attach(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    t->has_keeper = true;
    tk_systemc_leave(t->core);
    tk_window_set(t->core, tk_global_time(t->core));
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_keeper_detach(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    t->has_keeper = false;
    tl_crossings_drop(t);
    tk_window_set(t->core, TK_NEVER);
    tk_systemc_parked(t->core, TK_NEVER);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* Where the window from `now` ends when SystemC's next event is at `next`. Until then SystemC has nothing to
 * do, so nobody can tell how far ahead the vCPUs are. The shortest window counts from SystemC's last event: a
 * transaction in between does not make the next event one that is too close. What SystemC answers to a change
 * that QEMU has made is met exactly, however soon it comes. */
static uint64_t window_end(const tk_timeline *t, uint64_t now, uint64_t next)
{
    const uint64_t from = t->config.deadlines ? t->event_ps : now;
    const uint64_t shortest = t->answers ? 0 : t->config.min_window_ps;
    const uint64_t least = t->config.deadlines ? shortest : t->config.quantum_ps;

    return tl_min(t->until_ps, least >= TK_NEVER - from ? TK_NEVER : tl_max(next, from + least));
}

/* SystemC has nothing left to do at now_ps: vCPUs run up to the end of the window. */
static void open_window(tk_timeline *t, uint64_t now_ps, uint64_t next_ps)
{
    /* First the window: what has been processed bounds vCPUs until they have the next bound. */
    tk_window_set(t->core, window_end(t, now_ps, next_ps));
    tl_crossings_parked(t);
}

/* All are idle: moves time on towards the keeper's next event or a timer. Returns how long to wait before
 * that is possible, host ns. T held. */
static uint64_t idle_with_keeper(tk_timeline *t, uint64_t next)
{
    const uint64_t deadline = tk_next_deadline(t->core);
    const uint64_t target = next < deadline ? next : deadline;
    uint64_t timeout_ns;

    /* A timer that is due already is run by another thread: it needs the lock to tell the end. */
    if (tk_global_time(t->core) >= target) {
        return TK_GATE_FOREVER;
    }
    timeout_ns = tl_wait_for_host(t, target);
    if (timeout_ns == 0) {
        tk_idle_advance(t->core, target);
        tl_carry_out(t, TIMERS_ALL, 0);
    }
    return timeout_ns;
}

/* SystemC's processes run now: nobody gets further ahead of them meanwhile than a quantum. A single vCPU gets
 * no further at all, because they may set an event that it has to see: its run must not depend on the host.
 */
static uint64_t evaluation_window(const tk_timeline *t, const tk_keeper_step *step)
{
    const uint64_t granted = window_end(t, step->now_ps, step->next_ps);
    const uint64_t ahead = t->vcpu_count > 1 ? t->config.quantum_ps : 0;

    return step->go_ps >= TK_NEVER - ahead || step->go_ps + ahead > granted ? granted : step->go_ps + ahead;
}

/* What SystemC has to do next: an event of its own at `next`, a change that QEMU has made, or to stop. */
static uint64_t next_stop(const tk_timeline *t, uint64_t next)
{
    return tl_min(tl_min(next, tl_next_crossing(t)), t->until_ps);
}

/* Nothing happens any more, unless something outside of the simulation does it. */
static bool nothing_left(const tk_timeline *t, uint64_t next)
{
    return next == TK_NEVER && tl_next_crossing(t) == TK_NEVER && tk_next_deadline(t->core) == TK_NEVER &&
           (t->until_ps == TK_NEVER || t->starves);
}

/* How far SystemC may go. Its next event may end a transaction, whose vCPU it must not pass then. */
static uint64_t systemc_target(const tk_timeline *t, uint64_t next)
{
    const uint64_t limit = tl_min(tk_systemc_limit(t->core), t->until_ps);

    return tk_accepted(t->core) > 0 && next < limit ? next : limit;
}

/* Global time, T held: nothing has to be read that vCPUs write, unless the one that drives it executes. */
static uint64_t global_time(tk_timeline *t)
{
    const int holder = tk_holder(t->core);
    tk_vcpu_info info = {.state = TK_IDLE};

    if (holder != TK_NOBODY) {
        tk_vcpu_get(t->core, (unsigned)holder, &info);
    }
    return t->idling || info.state == TK_RUNNING ? tk_timeline_now(t) : tk_shared_clock_latest(&t->clock);
}

bool tk_timeline_keeper_answer(tk_timeline *t, uint64_t now_ps, uint64_t next_ps, unsigned i, uint64_t end_ps)
{
    bool goes_on;

    pthread_mutex_lock(&t->lock);
    open_window(t, now_ps, next_ps);
    tl_carry_out(t, TIMERS_ALL, 0);
    goes_on = tl_restart(t, i, end_ps);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

void tk_timeline_keeper_window(tk_timeline *t, uint64_t now_ps, uint64_t next_ps)
{
    pthread_mutex_lock(&t->lock);
    open_window(t, now_ps, next_ps);
    tl_carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_keeper_until(tk_timeline *t, uint64_t until_ps, bool starves)
{
    pthread_mutex_lock(&t->lock);
    t->until_ps = until_ps;
    t->starves = starves;
    t->starved = false;
    pthread_mutex_unlock(&t->lock);
}

static bool take_poke(tk_timeline *t)
{
    return atomic_load(&t->mail.poked) && atomic_exchange(&t->mail.poked, false);
}

static bool keeper_may_leave(const tk_timeline *t)
{
    return !t->config.deterministic || tk_turn(t->core) == TK_SYSTEMC;
}

/* A debugger wants to see something: SystemC's thread shows it from where it waits, as it does nothing else
 * there, and goes on waiting. T held; let go of meanwhile. */
static void serve_look(tk_timeline *t)
{
    if (t->look && atomic_exchange(&t->mail.look_asked, false)) {
        pthread_mutex_unlock(&t->lock);
        t->look(t->look_opaque);
        pthread_mutex_lock(&t->lock);
    }
}

/* SystemC's thread waits, and vCPUs' threads may use its kernel. T held; let go of meanwhile. */
static void lend_and_wait(tk_timeline *t, uint32_t ticket, uint64_t timeout_ns)
{
    pthread_mutex_unlock(&t->lock);
    tk_baton_offer(&t->baton);
    tk_gate_wait(&t->mail.gate, ticket, timeout_ns);
    tk_baton_claim(&t->baton);
    pthread_mutex_lock(&t->lock);
    t->keeper_waits = KEEPER_GOES;
}

/* SystemC stands as long as the simulation is paused. False: somebody has poked, and may have something for
 * SystemC that cannot wait, such as the end of the run, or of the pause. That is in no order with what vCPUs
 * do, and does not wait for a turn: whoever has it may have come to a stand with it. What vCPUs ask for does
 * wait. T held; let go of meanwhile. */
static bool await_continue(tk_timeline *t, tk_keeper_step *step)
{
    while (t->pauses > 0) {
        const uint32_t ticket = tk_gate_ticket(&t->mail.gate);

        tl_take_in(t); /* they stand, too */
        tl_carry_out(t, TIMERS_LATER, 0);
        serve_look(t);
        if (take_poke(t)) {
            step->paused = step->poked = t->poked_in_pause = true;
            step->go_ps = step->now_ps;
            return false;
        }
        t->keeper_stands = true;
        t->keeper_waits = KEEPER_AWAITS_ANY;
        atomic_store_explicit(&t->lent_until_ps, 0, memory_order_relaxed); /* no vCPU's thread calls in */
        tl_note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_STANDS, step->now_ps, TK_NEVER);
        /* Ends: tk_timeline_continue and tk_timeline_keeper_poke open the gate. */
        lend_and_wait(t, ticket, TK_GATE_FOREVER);
        t->keeper_stands = false;
    }
    return true;
}

bool tk_timeline_keeper_stand(tk_timeline *t, uint64_t now_ps)
{
    tk_keeper_step step = {.now_ps = now_ps};
    uint64_t go_ps;
    bool over;

    pthread_mutex_lock(&t->lock);
    go_ps = t->keeper_now_ps;
    t->keeper_now_ps = now_ps;
    over = await_continue(t, &step);
    t->keeper_now_ps = go_ps;
    pthread_mutex_unlock(&t->lock);
    return !over;
}

void tk_timeline_keeper_step(tk_timeline *t, tk_keeper_step *step, bool patient)
{
    bool takes;

    step->poked = step->stuck = step->paused = false;
    step->requests = 0;
    pthread_mutex_lock(&t->lock);
    t->keeper_now_ps = step->now_ps;
    t->keeper_next_ps = step->next_ps;
    t->starved = false;
    open_window(t, step->now_ps, step->next_ps);
    tk_systemc_parked(t->core, tl_min(step->next_ps, t->until_ps));
    tl_note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_WAITS, step->now_ps,
            window_end(t, step->now_ps, step->next_ps));
    tl_carry_out(t, TIMERS_ALL, 0); /* time may have moved, and must be seen to before it stands */
    for (;;) {
        const uint32_t ticket =
            tk_gate_ticket(&t->mail.gate); /* before it looks at what others write there */
        uint64_t timeout_ns = TK_GATE_FOREVER, next;

        if (!await_continue(t, step)) {
            break;
        }
        tl_take_in(t);
        if (!tl_any_asked(t) || !keeper_may_leave(t)) {
            tl_carry_out(t, TIMERS_ALL, 0); /* else below */
        }
        serve_look(t);
        next = next_stop(t, step->next_ps);
        step->go_ps = tl_max(step->now_ps, systemc_target(t, next));
        if (keeper_may_leave(t)) {
            step->poked = take_poke(t);
            if (step->poked || tl_any_asked(t) || (next != TK_NEVER && step->go_ps >= next)) {
                break;
            }
        }
        if (tk_all_idle(t->core)) {
            step->stuck = !patient && nothing_left(t, step->next_ps);
            if (step->stuck) {
                t->starved = t->rouse != NULL;
                break;
            }
            timeout_ns = idle_with_keeper(t, next);
        }
        if (timeout_ns > 0) {
            t->keeper_target_ps = next;
            t->keeper_waits = tk_all_idle(t->core) ? KEEPER_AWAITS_ANY : KEEPER_AWAITS_TIME;
            atomic_store_explicit(&t->lent_until_ps, next, memory_order_relaxed);
            lend_and_wait(t, ticket, timeout_ns);
        }
    }
    tk_systemc_leave(t->core);
    takes = !step->paused && !step->stuck;
    /* First the window: a vCPU whose request has been taken does not hold global time back any more. The only
     * vCPU, in a transaction, goes nowhere before the next one is known. */
    if (!takes || !tl_any_asked(t) || t->vcpu_count > 1) {
        tk_window_set(t->core, evaluation_window(t, step));
    }
    if (takes) {
        step->requests = tl_take_requests(t);
    }
    t->keeper_now_ps = step->go_ps;
    tl_note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_RUNS, step->go_ps, evaluation_window(t, step));
    if (step->go_ps >= step->next_ps) {
        t->event_ps = step->go_ps;
        t->answers = false;
    }
    /* Timers that are due where a vCPU makes its transaction run before that. */
    tl_carry_out(t, step->requests > 0 ? TIMERS_ALL : TIMERS_LATER, 0);
    step->global_ps = global_time(t);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_systemc_borrow(tk_timeline *t)
{
    return tk_baton_take(&t->baton);
}

void tk_timeline_systemc_give_back(tk_timeline *t)
{
    tk_baton_give_back(&t->baton);
}

bool tk_timeline_nothing_due(tk_timeline *t)
{
    bool nothing;

    pthread_mutex_lock(&t->lock);
    nothing = tk_all_idle(t->core) && tk_next_deadline(t->core) == TK_NEVER;
    pthread_mutex_unlock(&t->lock);
    return nothing;
}

void tk_timeline_keeper_poke(tk_timeline *t)
{
    if (t->config.deterministic) {
        /* What a vCPU's thread asks for counts from where that vCPU is. */
        pthread_mutex_lock(&t->lock);
        atomic_store(&t->mail.poked, true);
        tk_systemc_request(t->core);
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    } else {
        atomic_store(&t->mail.poked, true);
    }
    tk_gate_open(&t->mail.gate);
}

void tk_timeline_keeper_on_look(tk_timeline *t, tk_look_fn look, void *opaque)
{
    pthread_mutex_lock(&t->lock);
    t->look = look;
    t->look_opaque = opaque;
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_keeper_on_rouse(tk_timeline *t, tk_rouse_fn rouse, void *opaque)
{
    pthread_mutex_lock(&t->lock);
    t->rouse = rouse;
    t->rouse_opaque = opaque;
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_keeper_rouse(tk_timeline *t, uint64_t now_ps)
{
    bool starved;

    pthread_mutex_lock(&t->lock);
    starved = t->starved;
    t->starved = false;
    if (starved && tk_all_idle(t->core)) {
        tk_idle_advance(t->core, now_ps);
    }
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return starved;
}

void tk_timeline_keeper_look(tk_timeline *t)
{
    atomic_store(&t->mail.look_asked, true);
    tk_gate_open(&t->mail.gate);
}
