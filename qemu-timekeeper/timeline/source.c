/* SPDX-License-Identifier: MIT
 *
 * A source of timers and vCPUs, which is a QEMU; and the thread that runs its timers.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

int tk_timeline_source_add(tk_timeline *t, const char *name, const tk_source_ops *ops, void *opaque,
                           unsigned *index)
{
    char *copy;
    int error = TK_OK;

    if (!t || !name || !ops || !index) {
        return TK_EINVAL;
    }
    copy = strdup(name);
    if (!copy) {
        return TK_ENOMEM;
    }
    pthread_mutex_lock(&t->lock);
    for (unsigned s = 0; s < t->source_count; s++) {
        if (strcmp(t->sources[s].name, name) == 0) {
            error = TK_EINVAL;
        }
    }
    if (!error) {
        error = tk_source_add(t->core, index);
    }
    if (!error) {
        t->sources[*index] = (source){.name = copy, .ops = ops, .opaque = opaque};
        t->source_count++;
        tl_update_frozen(t);
        tl_carry_out(t, TIMERS_LATER, 0);
        copy = NULL;
    }
    pthread_mutex_unlock(&t->lock);
    free(copy);
    return error;
}

void tk_timeline_source_running(tk_timeline *t, unsigned index, bool running)
{
    source *s = &t->sources[index];

    pthread_mutex_lock(&t->lock);
    if (!s->closed) {
        s->running = running;
        s->stopping = s->stopping && !running;
        for (unsigned i = 0; running && i < t->vcpu_count; i++) {
            /* Until their threads have looked, nobody knows which are idle: no time passes meanwhile. */
            if (t->vcpus[i]->source == index) {
                tk_vcpu_kick(t->core, i, 0);
                tl_wake_vcpu(t, i); /* also one that QEMU leaves alone, as gdb has another one step */
            }
        }
        tk_deadline_set(t->core, index, tl_deadline_ps(s));
        tl_update_frozen(t);
        tl_carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_source_stopping(tk_timeline *t, unsigned index)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].stopping = true;
    tl_update_frozen(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* Something that time stands for has begun or ended. T held. */
static void update_busy(tk_timeline *t)
{
    tl_update_frozen(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    tl_wake_movers(t); /* perhaps all are idle, as before: nothing in the core says so again */
}

void tk_timeline_source_busy(tk_timeline *t, unsigned index, bool begins)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].busy += begins ? 1u : -1u;
    update_busy(t);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_go_on(tk_timeline *t, bool begins)
{
    pthread_mutex_lock(&t->lock);
    t->waiters += begins ? 1u : -1u;
    update_busy(t);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_timer_armed(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];

    pthread_mutex_lock(&t->lock);
    /* Whoever runs timers asks for the deadline afterwards. */
    if (!s->timers_running && !s->closed) {
        tk_deadline_set(t->core, index, tl_deadline_ps(s));
        tl_carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
}

/* All are idle, and nobody but us moves time. How long to wait until there is something to do, in host ns;
 * 0: something was done. T held. */
static uint64_t idle_without_keeper(tk_timeline *t)
{
    const uint64_t deadline = tk_next_deadline(t->core);
    uint64_t timeout_ns;

    /* A timer that is due already is somebody's work, and its end is told. */
    if (!tk_all_idle(t->core) || tk_global_time(t->core) >= deadline) {
        return TK_GATE_FOREVER;
    }
    timeout_ns = tl_wait_for_host(t, deadline);
    if (timeout_ns == 0) {
        tk_idle_advance(t->core, deadline);
    }
    return timeout_ns;
}

bool tk_timeline_source_work(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];
    const uint32_t ticket = tk_gate_ticket(&s->gate);
    uint64_t timeout_ns = TK_GATE_FOREVER;
    bool open;

    pthread_mutex_lock(&t->lock);
    open = !s->closed;
    if (open && index == tl_idle_mover(t) && !t->has_keeper) {
        timeout_ns = idle_without_keeper(t);
    }
    if (open) {
        tl_carry_out(t, TIMERS_ALL, index);
    }
    pthread_mutex_unlock(&t->lock);
    if (open && timeout_ns > 0) {
        tk_gate_wait(&s->gate, ticket, timeout_ns);
    }
    return open;
}

void tk_timeline_source_close(tk_timeline *t, unsigned index)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].closed = true;
    t->sources[index].running = false;
    t->sources[index].timers_due = false;
    tk_deadline_set(t->core, index, TK_NEVER);
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        if (t->vcpus[i]->source == index) {
            tk_vcpu_remove(t->core, i);
            tk_gate_open(&t->vcpus[i]->gate);
        }
    }
    tl_update_frozen(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    tk_gate_open(&t->sources[index].gate);
    pthread_mutex_unlock(&t->lock);
}
