/* SPDX-License-Identifier: MIT
 *
 * A vCPU's access to a TLM target: in the thread lane SystemC answers it, in the direct lane the vCPU's own
 * thread calls the target.
 */
#include "parts.h"

/* --- the thread lane --- */

uint64_t tk_timeline_suspend(tk_timeline *t, unsigned i)
{
    tk_vcpu_info info;

    pthread_mutex_lock(&t->lock);
    tl_report(t, i);
    tk_vcpu_suspend(t->core, i);
    tl_transactions_changed(t, i);
    tk_vcpu_get(t->core, i, &info);
    tl_carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
    return info.local_ps;
}

void tk_timeline_handed_over(tk_timeline *t, unsigned i)
{
    if (t->config.deterministic) {
        pthread_mutex_lock(&t->lock);
        tk_vcpu_ready(t->core, i);
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    }
}

void tk_timeline_accept(tk_timeline *t, unsigned i)
{
    pthread_mutex_lock(&t->lock);
    tk_vcpu_accept(t->core, i);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_restart(tk_timeline *t, unsigned i, uint64_t end_ps)
{
    bool goes_on;

    pthread_mutex_lock(&t->lock);
    tk_vcpu_restart(t->core, i, end_ps);
    tl_transactions_changed(t, i);
    /* Its thread waits for the answer, and takes no lock when that brings the budget along. With turns it has
     * to say first that it is back. */
    goes_on = !t->config.deterministic && tl_grant(t, i);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

/* In deterministic mode it must not execute the rest of its block before its turn, and waits for that in
 * here. The wait ends: the turn comes to those who are in here even while an exclusive section waits for them
 * to leave; and when time is stopped it goes on at once, to where QEMU can stop it. Where time stands for
 * QEMU's own work, the turn comes when that is done. */
static bool waits_for_turn(tk_timeline *t, unsigned i)
{
    return t->config.deterministic && !tl_is_stopped(t) && !t->sources[t->vcpus[i]->source].closed;
}

void tk_timeline_resync(tk_timeline *t, unsigned i)
{
    uint32_t ticket = tk_gate_ticket(&t->vcpus[i]->gate);
    bool go_on;

    pthread_mutex_lock(&t->lock);
    tl_report(t, i);
    tk_vcpu_ready(t->core, i);
    go_on = tl_grant(t, i);
    while (!go_on && waits_for_turn(t, i)) {
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
        tk_gate_wait(&t->vcpus[i]->gate, ticket, TK_GATE_FOREVER);
        ticket = tk_gate_ticket(&t->vcpus[i]->gate);
        pthread_mutex_lock(&t->lock);
        tk_vcpu_ready(t->core, i);
        go_on = tl_grant(t, i);
    }
    if (!go_on) {
        tl_stop_vcpu(t, i);
    }
    tl_carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}

/* --- the direct lane --- */

bool tk_timeline_direct_begin(tk_timeline *t, unsigned i, uint64_t *local_ps)
{
    /* With turns the order in which others come would depend on which lane was open. */
    if (t->config.deterministic || atomic_load_explicit(&t->poked, memory_order_relaxed) ||
        !tk_baton_take(&t->baton)) {
        return false;
    }
    *local_ps = tl_local_time(t, i);
    if (*local_ps >= t->lent_until_ps) {
        tk_baton_give_back(&t->baton);
        return false;
    }
    return true;
}

void tk_timeline_direct_end(tk_timeline *t)
{
    tk_baton_give_back(&t->baton);
}

void tk_timeline_delay(tk_timeline *t, unsigned i, uint64_t delay_ps)
{
    pthread_mutex_lock(&t->lock);
    tl_report(t, i);
    if (tk_vcpu_delay(t->core, i, delay_ps) == TK_EOVERFLOW) {
        tl_end_of_time();
    }
    if (!tl_grant(t, i)) {
        tl_stop_vcpu(t, i);
    }
    tl_carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}
