/* SPDX-License-Identifier: MIT
 *
 * When time stands: for a pause, for a VM that is stopped, for work of QEMU's own threads.
 */
#include "parts.h"

static bool in_a_transaction(tk_timeline *t, unsigned index)
{
    tk_vcpu_info info;

    for (unsigned i = 0; i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &info);
        if (t->vcpus[i]->source == index && info.state == TK_SUSPENDED) {
            return true;
        }
    }
    return false;
}

/* Time stands from the moment that the first of its vCPUs stops, but for what a transaction takes that
 * another one is in: that one cannot stop before. */
static bool source_stands(tk_timeline *t, unsigned index)
{
    const source *s = &t->sources[index];

    return !s->closed && (!s->running || (s->stopping && !in_a_transaction(t, index)));
}

bool tl_is_stopped(tk_timeline *t)
{
    bool stopped = t->user_frozen || t->pauses > 0;

    for (unsigned s = 0; s < t->source_count; s++) {
        stopped = stopped || source_stands(t, s);
    }
    return stopped;
}

static bool somebody_is_busy(const tk_timeline *t)
{
    for (unsigned s = 0; s < t->source_count; s++) {
        if (t->sources[s].busy > 0 && !t->sources[s].closed && !t->sources[s].stopping) {
            return true;
        }
    }
    return false;
}

bool tl_awaits_work(tk_timeline *t)
{
    bool awaits = t->waiters == 0 && somebody_is_busy(t);

    for (unsigned s = 0; awaits && s < t->source_count; s++) {
        awaits = !in_a_transaction(t, s);
    }
    return awaits;
}

void tl_update_frozen(tk_timeline *t)
{
    const bool frozen = tl_is_stopped(t) || tl_awaits_work(t);

    if (frozen != tk_frozen(t->core)) {
        tk_freeze(t->core, frozen);
        for (unsigned i = 0; t->config.deterministic && frozen && i < t->vcpu_count; i++) {
            tl_wake_vcpu(t, i); /* who waits for its turn in the middle of a transaction comes out */
        }
        tl_publish(t); /* all idle, nothing in the core moves, but the clock goes with the host's or stands */
    }
}

void tl_transactions_changed(tk_timeline *t, unsigned i)
{
    const unsigned own = t->vcpus[i]->source;

    if (t->sources[own].stopping || somebody_is_busy(t)) {
        tl_update_frozen(t);
    }
    if (t->sources[own].stopping) {
        for (unsigned k = 0; k < t->vcpu_count; k++) {
            if (t->vcpus[k]->source == own) {
                tl_wake_vcpu(t, k); /* who has stopped says again how: tk_timeline_stopped */
            }
        }
    }
}

void tk_timeline_freeze(tk_timeline *t, bool frozen)
{
    pthread_mutex_lock(&t->lock);
    t->user_frozen = frozen;
    tl_update_frozen(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

static void change_pauses(tk_timeline *t, int by)
{
    t->pauses = (unsigned)((int)t->pauses + by);
    tl_update_frozen(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    if (t->pauses == 0 && t->poked_in_pause) {
        t->poked_in_pause = false;
        atomic_store(&t->mail.poked, true); /* what was posted meanwhile is the keeper's now */
    }
    tk_gate_open(&t->mail.gate);
}

void tk_timeline_pause(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    change_pauses(t, 1);
    pthread_mutex_unlock(&t->lock);
}

int tk_timeline_continue(tk_timeline *t)
{
    int error = TK_ESTATE;

    pthread_mutex_lock(&t->lock);
    if (t->pauses > 0) {
        change_pauses(t, -1);
        error = TK_OK;
    }
    pthread_mutex_unlock(&t->lock);
    return error;
}

bool tk_timeline_stands(tk_timeline *t)
{
    bool stands;
    tk_vcpu_info info;

    pthread_mutex_lock(&t->lock);
    stands = t->pauses > 0 && (!t->has_keeper || t->keeper_stands);
    for (unsigned i = 0; stands && i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &info);
        stands = info.state != TK_RUNNING;
    }
    pthread_mutex_unlock(&t->lock);
    return stands;
}
