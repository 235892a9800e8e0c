/* SPDX-License-Identifier: MIT
 *
 * A vCPU's thread, from the end of one budget to the next one: it reports, waits, is idle, is kicked.
 */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void tl_vcpu_name(const tk_timeline *t, unsigned i, char *name, size_t size)
{
    snprintf(name, size, "%s: CPU %u", t->sources[t->vcpus[i]->source].name, t->vcpus[i]->qemu_index);
}

static _Thread_local struct {
    const tk_timeline *timeline;
    const char *source;
    unsigned qemu_index, vcpu;
} own_vcpu;

const char *tk_timeline_own_vcpu(unsigned *qemu_index)
{
    *qemu_index = own_vcpu.qemu_index;
    return own_vcpu.source;
}

int tl_own_vcpu(const tk_timeline *t)
{
    return own_vcpu.timeline == t ? (int)own_vcpu.vcpu : TK_NOBODY;
}

int tk_timeline_vcpu_add(tk_timeline *t, unsigned index, unsigned qemu_index, uint64_t insn_per_second,
                         uint64_t *counter, unsigned *result)
{
    vcpu *v = tl_alloc(sizeof(*v));
    int error;

    if (!v) {
        return TK_ENOMEM;
    }
    *v = (vcpu){.source = index,
                .qemu_index = qemu_index,
                .counter = counter,
                .seen = TK_COUNTER_LIMIT,
                .base = -TK_COUNTER_LIMIT};
    pthread_mutex_lock(&t->lock);
    error = tk_vcpu_add(t->core, insn_per_second, result);
    if (!error) {
        *counter = TK_COUNTER_LIMIT;
        t->vcpus[*result] = v;
        t->vcpu_count = tk_vcpu_count(t->core);
        /* threads come in any order */
        tk_vcpu_set_order(t->core, *result, (uint32_t)index << 16 | (qemu_index & 0xffff));
        if (tk_tracer_trace(&t->tracer)) {
            char name[160];

            tl_vcpu_name(t, *result, name, sizeof(name));
            tk_trace_name_vcpu(tk_tracer_trace(&t->tracer), *result, name);
        }
        tl_carry_out(t, TIMERS_LATER, 0);
        own_vcpu.timeline = t;
        own_vcpu.source = t->sources[index].name;
        own_vcpu.qemu_index = qemu_index;
        own_vcpu.vcpu = *result;
        v = NULL;
    }
    pthread_mutex_unlock(&t->lock);
    free(v);
    return error;
}

void tk_timeline_vcpu_counter(tk_timeline *t, unsigned i, uint64_t *counter)
{
    pthread_mutex_lock(&t->lock);
    t->vcpus[i]->counter = counter;
    tl_publish(t);
    pthread_mutex_unlock(&t->lock);
}

void tl_end_of_time(void)
{
    fputs("timekeeper: simulated time has reached its end, 2^64 ps (213 days)\n", stderr);
    _exit(3);
}

static void report(tk_timeline *t, unsigned i, uint64_t count)
{
    vcpu *v = t->vcpus[i];
    int error;

    /* An exception may take back instructions of a block that were reported inside it (an access to a device
     * by the page-table walker): they are made up for by the next ones. */
    if (count < v->seen) {
        return;
    }
    error = tk_vcpu_report(t->core, i, count - v->seen);
    if (error == TK_EOVERFLOW) {
        tl_end_of_time();
    }
    if (count > v->seen) {
        tk_tracer_report(&t->tracer, t->core, i, tk_shared_clock_latest(&t->clock));
    }
    v->seen = count;
}

void tl_report(tk_timeline *t, unsigned i)
{
    report(t, i, __atomic_load_n(t->vcpus[i]->counter, __ATOMIC_RELAXED));
}

/* Notes what vCPU i's local time is, for when it executes. Its own thread, or for one that waits; T held. */
static void mark(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];

    v->mark_count = v->seen;
    tk_vcpu_local_time(t->core, i, &v->mark);
    atomic_store_explicit(&v->mark_is_old, false, memory_order_relaxed);
}

/* vCPU i's counter goes on from `value`: what it has executed is reported. Its own thread, or for one that
 * waits; T held. */
static void set_counter(tk_timeline *t, unsigned i, uint64_t value, uint64_t cap_ps)
{
    vcpu *v = t->vcpus[i];
    const bool seen = tk_holder(t->core) == (int)i; /* its counter is what readers of the clock look at */
    const uint64_t count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);

    if (seen) {
        tl_note_idling(t);
        tk_shared_clock_begin(&t->clock);
    }
    v->seen = value;
    v->cap_ps = cap_ps;
    __atomic_store_n(&v->base, v->base + count - v->seen, __ATOMIC_RELAXED);
    __atomic_store_n(v->counter, v->seen, __ATOMIC_RELAXED);
    if (seen) {
        tl_publish_end(t);
    }
    mark(t, i);
}

bool tl_grant(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const uint64_t n = tk_vcpu_budget(t->core, i);

    if (n == 0 && v->noted) {
        return false; /* it stands at its limit, and asks for itself before it leaves */
    }
    /* Without a budget it leaves at its next block: far from the limit it does not ask again before. */
    set_counter(t, i, n > 0 ? TK_COUNTER_LIMIT - n : 0, n > 0 ? tk_cap(t->core) : 0);
    v->meets_systemc = n > 0 && t->has_keeper && tk_vcpu_ends_with_window(t->core, i);
    return n > 0;
}

void tl_end_budget(tk_timeline *t, unsigned i)
{
    if (!tl_grant(t, i)) {
        tl_stop_vcpu(t, i);
    }
}

void tl_end_budget_here(tk_timeline *t, unsigned i)
{
    tk_vcpu_delay(t->core, i, 0); /* nothing is left of its budget */
    t->vcpus[i]->meets_systemc = false;
    set_counter(t, i, TK_COUNTER_LIMIT, t->vcpus[i]->cap_ps);
}

uint64_t tk_timeline_vcpu_instructions(tk_timeline *t, unsigned i)
{
    const vcpu *v = t->vcpus[i];

    return __atomic_load_n(&v->base, __ATOMIC_RELAXED) + __atomic_load_n(v->counter, __ATOMIC_RELAXED);
}

/* --- the end of a budget --- */

/* Gives vCPU i its next budget if it looks for that; who was kicked leaves in any case. T held. */
static bool give_budget(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    uint32_t asks = TAKES_BUDGET;

    if (!v->noted || v->kicked || !tl_grant(t, i)) {
        return false;
    }
    v->noted = false;
    /* If it does not look any more it has no use for that, and asks again. */
    atomic_compare_exchange_strong(&v->asks, &asks, HAS_BUDGET);
    return true;
}

void tl_wake_vcpu(tk_timeline *t, unsigned i)
{
    give_budget(t, i);
    tk_gate_open(&t->vcpus[i]->gate);
}

/* A note: that it is another one than before (12 bits, not 0), how many instructions the vCPU is past its
 * limit (12), and which it is (8). */
#define PAST_MAX 0xfff
_Static_assert(TK_VCPUS_MAX <= 0x100, "a note has 8 bits for who it is");

static uint32_t end_note(uint32_t notes, uint64_t past, unsigned i)
{
    return (notes % 0xfff + 1) << 20 | (uint32_t)past << 8 | i;
}

void tl_take_in_end(tk_timeline *t)
{
    const uint32_t note = atomic_load(&t->mail.end);
    const unsigned i = note & 0xff;

    if (note == t->seen_end) {
        return;
    }
    t->seen_end = note;
    if (note == 0) {
        return;
    }
    __builtin_prefetch(t->vcpus[i]->counter, 1); /* it is on that vCPU's processor, and is written soon */
    report(t, i, TK_COUNTER_LIMIT + (note >> 8 & PAST_MAX));
    t->vcpus[i]->noted = true;
    if (give_budget(t, i)) {
        tk_gate_open(&t->vcpus[i]->gate);
    }
}

/* SystemC's thread is the one that has to do something now, and has all that the core works on in its
 * processor's cache: this one leaves a note, and looks whether that one gives it its next budget. True: it
 * has. Ends after some 50 us at most: tk_gate_look does. */
static bool given_budget(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const uint32_t ticket = tk_gate_ticket(&v->gate);
    const uint64_t past = __atomic_load_n(v->counter, __ATOMIC_RELAXED) - TK_COUNTER_LIMIT;
    uint32_t note = end_note(v->notes++, past, i);

    if (past > PAST_MAX) {
        return false;
    }
    atomic_store_explicit(&t->mail.end, note, memory_order_release);
    tk_gate_open(&t->mail.gate);
    tk_gate_look(&v->gate, ticket);
    /* Mostly it has: to look at first leaves the cache line where it is. */
    if (atomic_load(&v->asks) == HAS_BUDGET || atomic_exchange(&v->asks, LOOKS_NO_MORE) == HAS_BUDGET) {
        atomic_store_explicit(&v->asks, TAKES_BUDGET, memory_order_relaxed);
        return true;
    }
    atomic_compare_exchange_strong(&t->mail.end, &note, 0);
    return false;
}

bool tk_timeline_end_of_quantum(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const bool meets_systemc = v->meets_systemc;
    uint32_t ticket;
    bool go_on;

    if (meets_systemc && given_budget(t, i)) {
        return true;
    }
    ticket = tk_gate_ticket(&v->gate);
    pthread_mutex_lock(&t->lock);
    if (meets_systemc) {
        v->noted = false;
        atomic_store_explicit(&v->asks, TAKES_BUDGET, memory_order_relaxed);
    }
    tl_report(t, i);
    tl_carry_out(t, TIMERS_ALL, 0);
    go_on = tl_grant(t, i) && !(meets_systemc && v->kicked);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    /* To leave the execution loop and come back costs more than SystemC needs for a small event. This must
     * not be a wait (others may want this vCPU out of its loop), and is none: some 50 us at most. Who was
     * kicked leaves in any case: it takes an interrupt before its next block, wherever it has waited. */
    if (!go_on && !meets_systemc && !t->config.deterministic && tk_gate_look(&v->gate, ticket)) {
        pthread_mutex_lock(&t->lock);
        go_on = !v->kicked && tl_grant(t, i);
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    }
    return go_on;
}

/* Its thread is out of its execution loop: whether it may go back. T held; let go of meanwhile. */
static bool may_go_back(tk_timeline *t, unsigned i)
{
    const unsigned own = t->vcpus[i]->source;
    bool granted;

    t->vcpus[i]->kicked = false;
    tl_report(t, i);
    tk_vcpu_resume(t->core, i, tk_timeline_now(t));
    tl_carry_out(t, TIMERS_OWN, own);
    tk_vcpu_ready(t->core, i);
    granted = tl_grant(t, i);
    tl_carry_out(t, TIMERS_LATER, 0);
    return granted || t->sources[own].closed;
}

bool tk_timeline_hold(tk_timeline *t, unsigned i, uint32_t ticket)
{
    bool hold = true;

    pthread_mutex_lock(&t->lock);
    /* Who was kicked since has to look before anybody may rely on its waiting. */
    if (!t->config.deterministic || tk_gate_ticket(&t->vcpus[i]->gate) == ticket) {
        hold = !may_go_back(t, i);
    }
    pthread_mutex_unlock(&t->lock);
    return hold;
}

bool tk_timeline_may_run(tk_timeline *t, unsigned i)
{
    bool may;

    pthread_mutex_lock(&t->lock);
    if (t->config.deterministic) {
        /* Out of its loop it asks anew, so that what others said meanwhile takes effect; but it does not wait
         * here, where it may have more work. */
        tl_report(t, i);
        tk_vcpu_resume(t->core, i, tk_timeline_now(t));
        tk_vcpu_ready(t->core, i);
        may = tl_grant(t, i);
        if (!may) {
            tk_vcpu_kick(t->core, i, 0);
        }
        tl_carry_out(t, TIMERS_LATER, 0);
    } else {
        may = may_go_back(t, i);
    }
    may = may || t->sources[t->vcpus[i]->source].closed;
    pthread_mutex_unlock(&t->lock);
    return may;
}

uint32_t tk_timeline_ticket(tk_timeline *t, unsigned i)
{
    return tk_gate_ticket(&t->vcpus[i]->gate);
}

void tk_timeline_wait(tk_timeline *t, unsigned i, uint32_t ticket)
{
    tk_gate_wait(&t->vcpus[i]->gate, ticket, TK_GATE_FOREVER);
}

bool tk_timeline_idle(tk_timeline *t, unsigned i, uint32_t ticket)
{
    const unsigned own = t->vcpus[i]->source;
    /* Whether this thread comes before the source's own is up to the host. */
    const enum timer_duty duty = t->config.deterministic ? TIMERS_LATER : TIMERS_OWN;
    bool look_again;

    pthread_mutex_lock(&t->lock);
    tl_report(t, i);
    /* A timer that runs in here may give it work, without a kick: its thread is awake. Until it has looked
     * again it is active, so that no time passes meanwhile. */
    look_again = tl_carry_out(t, duty, own) || tk_gate_ticket(&t->vcpus[i]->gate) != ticket;
    if (!look_again) {
        tk_vcpu_idle(t->core, i);
        look_again = tl_carry_out(t, duty, own);
    }
    if (look_again) {
        tk_vcpu_kick(t->core, i, tk_timeline_now(t));
        tl_carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
    return look_again;
}

bool tk_timeline_stopped(tk_timeline *t, unsigned i, uint32_t ticket)
{
    bool stands;

    pthread_mutex_lock(&t->lock);
    stands = t->sources[t->vcpus[i]->source].stopping && tk_frozen(t->core);
    if (stands) {
        tl_report(t, i);
        tk_vcpu_resume(t->core, i, tk_timeline_now(t));
        tl_grant(t, i); /* none: time stands, and the core has to know that this one waits for that */
        tl_carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
    /* Else time goes on without it: for somebody's transaction, or because it alone was stopped. */
    return !stands && tk_timeline_idle(t, i, ticket);
}

void tk_timeline_kicked(tk_timeline *t, unsigned i)
{
    pthread_mutex_lock(&t->lock);
    t->vcpus[i]->kicked = true;
    tk_vcpu_kick(t->core, i, tk_timeline_now(t));
    tl_note(t, TK_TRACE_KICK, i, 0, 0, 0);
    tl_carry_out(t, TIMERS_LATER, 0);
    tk_gate_open(&t->vcpus[i]->gate);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_blocked(tk_timeline *t, unsigned i, bool blocked)
{
    pthread_mutex_lock(&t->lock);
    tk_vcpu_block(t->core, i, blocked);
    mark(t, i); /* it may have been left behind, and has caught up */
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

uint64_t tl_local_time(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    uint64_t count;

    if (atomic_load_explicit(&v->mark_is_old, memory_order_relaxed)) {
        pthread_mutex_lock(&t->lock);
        mark(t, i);
        pthread_mutex_unlock(&t->lock);
    }
    count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);
    return tk_local_time_after(&v->mark, count > v->mark_count ? count - v->mark_count : 0);
}

void tk_timeline_interrupted(tk_timeline *t, unsigned i, uint64_t handler)
{
    if (tk_tracer_trace(&t->tracer)) {
        tl_note(t, TK_TRACE_INTERRUPT, i, 0, tl_local_time(t, i), handler);
    }
}

int tk_timeline_vcpu_set_rate(tk_timeline *t, unsigned i, uint64_t insn_per_second)
{
    int error = TK_EINVAL;

    pthread_mutex_lock(&t->lock);
    if (i < t->vcpu_count) {
        tl_report(t, i); /* at the old rate */
        error = tk_vcpu_set_rate(t->core, i, insn_per_second);
        atomic_store_explicit(&t->vcpus[i]->mark_is_old, true, memory_order_relaxed);
        tl_publish(t);
    }
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return error;
}
