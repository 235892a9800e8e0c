/* SPDX-License-Identifier: MIT
 *
 * A vCPU's access to a TLM target: in the thread lane SystemC answers it, in the direct lane the vCPU's own
 * thread calls the target.
 */
#include "parts.h"

/* --- the thread lane --- */

static void set_add(vcpu_set *set, unsigned i)
{
    set->words[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool set_remove(vcpu_set *set, unsigned i)
{
    const uint64_t bit = UINT64_C(1) << (i % 64), word = set->words[i / 64];

    set->words[i / 64] = word & ~bit;
    return word & bit;
}

/* The first at `from` or behind it; TK_VCPUS_MAX: there is none. */
static unsigned set_next(const vcpu_set *set, unsigned from)
{
    for (unsigned w = from / 64; w < SET_WORDS; w++) {
        const uint64_t bits = set->words[w] & (w == from / 64 ? ~UINT64_C(0) << (from % 64) : ~UINT64_C(0));

        if (bits) {
            return w * 64 + (unsigned)__builtin_ctzll(bits);
        }
    }
    return TK_VCPUS_MAX;
}

static void suspend(tk_timeline *t, unsigned i)
{
    const char *request = t->vcpus[i]->request; /* what SystemC's thread is going to read first */

    __builtin_prefetch(request);
    __builtin_prefetch(request + CACHE_LINE);
    tl_report(t, i);
    tk_vcpu_suspend(t->core, i);
    tl_transactions_changed(t, i);
    set_add(&t->asked, i);
}

void tl_take_in(tk_timeline *t)
{
    vcpu_set fresh;

    for (unsigned w = 0; w < SET_WORDS; w++) {
        const uint64_t notes = atomic_load(&t->mail.suspensions[w]);

        fresh.words[w] = notes ^ t->seen.words[w];
        t->seen.words[w] = notes;
    }
    tl_for_each_bit(t, fresh.words, SET_WORDS, suspend);
    tl_take_in_end(t);
}

/* SystemC's thread is going to look at it anyway, and has all that the core works on in its processor's
 * cache: the vCPU's thread only leaves a note. With turns it counts when it came. */
void tk_timeline_suspend(tk_timeline *t, unsigned i, void *request)
{
    if (t->vcpus[i]->request != request) {
        t->vcpus[i]->request = request; /* mostly the one of before, which SystemC's processor knows */
    }
    if (t->config.deterministic) {
        pthread_mutex_lock(&t->lock);
        suspend(t, i);
        tl_carry_out(t, TIMERS_ALL, 0);
        atomic_store(&t->mail.poked, true);
        tk_systemc_request(t->core);
        tk_vcpu_ready(t->core, i);
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    } else {
        atomic_fetch_xor(&t->mail.suspensions[i / 64], UINT64_C(1) << (i % 64));
    }
    tk_gate_open(&t->mail.gate);
}

bool tl_any_asked(const tk_timeline *t)
{
    return set_next(&t->asked, 0) < TK_VCPUS_MAX;
}

static void take_request(tk_timeline *t, unsigned i)
{
    tk_vcpu_info info;

    tk_vcpu_accept(t->core, i);
    tk_vcpu_get(t->core, i, &info);
    t->vcpus[i]->asked_ps = info.local_ps;
    set_add(&t->taken, i);
}

unsigned tl_take_requests(tk_timeline *t)
{
    unsigned count = 0;

    tl_for_each_bit(t, t->asked.words, SET_WORDS, take_request);
    t->asked = (vcpu_set){0};
    for (unsigned i = set_next(&t->taken, 0); i < TK_VCPUS_MAX; i = set_next(&t->taken, i + 1)) {
        count++;
    }
    return count;
}

void *tk_timeline_next_request(tk_timeline *t, uint64_t *local_ps)
{
    unsigned earliest = set_next(&t->taken, 0);

    if (earliest == TK_VCPUS_MAX) {
        pthread_mutex_lock(&t->lock);
        tl_take_in(t);
        tl_take_requests(t);
        tl_carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
        earliest = set_next(&t->taken, 0);
    }
    if (earliest == TK_VCPUS_MAX) {
        return NULL;
    }
    for (unsigned i = earliest; i < TK_VCPUS_MAX; i = set_next(&t->taken, i + 1)) {
        if (t->vcpus[i]->asked_ps < t->vcpus[earliest]->asked_ps) {
            earliest = i;
        }
    }
    set_remove(&t->taken, earliest);
    *local_ps = t->vcpus[earliest]->asked_ps;
    return t->vcpus[earliest]->request;
}

bool tl_restart(tk_timeline *t, unsigned i, uint64_t end_ps)
{
    tk_vcpu_restart(t->core, i, end_ps);
    tl_transactions_changed(t, i);
    /* Its thread waits for the answer, and takes no lock when that brings the budget along. With turns it has
     * to say first that it is back. */
    return !t->config.deterministic && tl_grant(t, i);
}

bool tk_timeline_withdraw(tk_timeline *t, unsigned i)
{
    bool waited;

    pthread_mutex_lock(&t->lock);
    tl_take_in(t);
    waited = set_remove(&t->asked, i);
    if (waited) {
        tl_restart(t, i, 0);
    }
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return waited;
}

bool tk_timeline_restart(tk_timeline *t, unsigned i, uint64_t end_ps)
{
    bool goes_on;

    pthread_mutex_lock(&t->lock);
    goes_on = tl_restart(t, i, end_ps);
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
    if (t->config.deterministic || atomic_load_explicit(&t->mail.poked, memory_order_relaxed) ||
        !tk_baton_take(&t->baton)) {
        return false;
    }
    *local_ps = tl_local_time(t, i);
    if (*local_ps >= atomic_load_explicit(&t->lent_until_ps, memory_order_relaxed)) {
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
    tl_end_budget(t, i);
    tl_carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}
