/* SPDX-License-Identifier: MIT
 *
 * Crossings: changes that QEMU makes in SystemC, in the order of their times. A binary heap, under T.
 */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>

/* --- the heap ------------------------------------------------------------------------------------------ */

/* By time, then source, then number. Within a source the number is the order in which its threads made them,
 * which QEMU's big lock decides. */
static bool precedes(const tk_crossing *a, const tk_crossing *b)
{
    if (a->at_ps != b->at_ps) {
        return a->at_ps < b->at_ps;
    }
    return a->source != b->source ? a->source < b->source : a->number < b->number;
}

/* Doubles the room when it is full. Without memory a change would be lost: that ends the run. */
static void make_room(tl_crossings *c)
{
    const size_t capacity = c->capacity ? 2 * c->capacity : 16;
    tk_crossing *grown;

    if (c->count < c->capacity) {
        return;
    }
    grown = realloc(c->heap, capacity * sizeof(*grown));
    if (!grown) {
        fputs("timekeeper: out of memory for the changes that QEMU makes in SystemC\n", stderr);
        abort();
    }
    c->heap = grown;
    c->capacity = capacity;
}

static void swap(tk_crossing *a, tk_crossing *b)
{
    const tk_crossing kept = *a;

    *a = *b;
    *b = kept;
}

static void push(tl_crossings *c, const tk_crossing *added)
{
    size_t i = c->count++;

    c->heap[i] = *added;
    for (; i > 0 && precedes(&c->heap[i], &c->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        swap(&c->heap[i], &c->heap[(i - 1) / 2]);
    }
}

static void pop(tl_crossings *c)
{
    size_t i = 0;

    c->heap[0] = c->heap[--c->count];
    for (;;) {
        const size_t left = 2 * i + 1, right = left + 1;
        size_t first = i;

        if (left < c->count && precedes(&c->heap[left], &c->heap[first])) {
            first = left;
        }
        if (right < c->count && precedes(&c->heap[right], &c->heap[first])) {
            first = right;
        }
        if (first == i) {
            return;
        }
        swap(&c->heap[i], &c->heap[first]);
        i = first;
    }
}

uint64_t tl_next_crossing(const tk_timeline *t)
{
    return atomic_load_explicit(&t->crossings.next_ps, memory_order_relaxed);
}

static void publish_next(tl_crossings *c)
{
    atomic_store_explicit(&c->next_ps, c->count > 0 ? c->heap[0].at_ps : TK_NEVER, memory_order_relaxed);
}

/* --- from QEMU ----------------------------------------------------------------------------------------- */

/* The calling thread's vCPU if its local time is the time at which the thread acts; else TK_NOBODY. A vCPU
 * that is idle has no time of its own: its thread does work of QEMU's. */
static int acting_vcpu(tk_timeline *t)
{
    const int i = tl_own_vcpu(t);
    tk_vcpu_info info;

    if (i == TK_NOBODY || tk_vcpu_get(t->core, (unsigned)i, &info) || info.state == TK_IDLE || info.kicked) {
        return TK_NOBODY;
    }
    return i;
}

static void add(tk_timeline *t, uint64_t at_ps, unsigned from, void *target, uint64_t value)
{
    const tk_crossing added = {
        .at_ps = at_ps, .source = from, .number = t->crossings.made++, .target = target, .value = value};

    make_room(&t->crossings);
    push(&t->crossings, &added);
    publish_next(&t->crossings);
}

/* SystemC stands at its limit or before it, so `at_ps` is not earlier. Only a vCPU that waits for an
 * exclusive section may be behind the limit: what its thread does then happens at the limit. */
static void cross(tk_timeline *t, uint64_t at_ps, unsigned from, void *target, uint64_t value)
{
    const uint64_t from_ps = tl_max(at_ps, tk_systemc_limit(t->core));

    add(t, from_ps, from, target, value);
    tk_crossing_made(t->core, from_ps);
    t->keeper_target_ps = tl_min(t->keeper_target_ps, from_ps);
    if (from_ps < atomic_load_explicit(&t->lent_until_ps, memory_order_relaxed)) {
        atomic_store_explicit(&t->lent_until_ps, from_ps, memory_order_relaxed);
    }
    tl_wake_movers(t); /* SystemC may be there already: then nothing in the core has changed for the keeper */
}

/* The vCPU's thread is in the middle of a block. Its local time is where the block has come to. */
static void cross_from_vcpu(tk_timeline *t, unsigned i, unsigned from, void *target, uint64_t value)
{
    tk_vcpu_info info;

    tl_report(t, i);
    tk_vcpu_get(t->core, i, &info);
    if (info.state == TK_RUNNING) {
        tl_end_budget_here(t, i);
    }
    cross(t, info.local_ps, from, target, value);
}

void tk_timeline_cross(tk_timeline *t, unsigned from, void *target, uint64_t value)
{
    uint64_t timers_ps;
    int own;

    pthread_mutex_lock(&t->lock);
    timers_ps = tl_timers_time(t);
    own = acting_vcpu(t);
    if (timers_ps != TK_NEVER) {
        cross(t, timers_ps, from, target, value);
    } else if (own != TK_NOBODY) {
        cross_from_vcpu(t, (unsigned)own, from, target, value);
    } else {
        cross(t, tk_global_time(t->core), from, target, value);
    }
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* The keeper processes it before it parks: the core need not know. */
bool tk_timeline_cross_here(tk_timeline *t, unsigned from, uint64_t now_ps, void *target, uint64_t value)
{
    if (tl_timers_time(t) != TK_NEVER) {
        tk_timeline_cross(t, from, target, value);
        return false;
    }
    pthread_mutex_lock(&t->lock);
    add(t, now_ps, from, target, value);
    pthread_mutex_unlock(&t->lock);
    return true;
}

/* --- SystemC's thread ---------------------------------------------------------------------------------- */

uint64_t tk_timeline_next_crossing(tk_timeline *t)
{
    return tl_next_crossing(t);
}

bool tk_timeline_take_crossing(tk_timeline *t, uint64_t now_ps, tk_crossing *crossing)
{
    /* One that another thread adds meanwhile is found when SystemC parks. */
    if (tl_next_crossing(t) > now_ps) {
        return false;
    }
    pthread_mutex_lock(&t->lock);
    *crossing = t->crossings.heap[0];
    pop(&t->crossings);
    publish_next(&t->crossings);
    t->answers = true;
    pthread_mutex_unlock(&t->lock);
    return true;
}

/* The core learns only now that SystemC has processed a change: until then vCPUs wait for what follows from
 * it. */
void tl_crossings_parked(tk_timeline *t)
{
    tk_crossing_taken(t->core, tl_next_crossing(t));
}

void tl_crossings_drop(tk_timeline *t)
{
    t->crossings.count = 0;
    publish_next(&t->crossings);
    tl_crossings_parked(t);
}
