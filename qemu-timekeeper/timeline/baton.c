/* SPDX-License-Identifier: MIT */
#include "baton.h"

#include "relax.h"

void tk_baton_offer(tk_baton *baton)
{
    __atomic_store_n(&baton->state, TK_BATON_FREE, __ATOMIC_RELEASE);
}

static bool change(tk_baton *baton, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&baton->state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

void tk_baton_claim(tk_baton *baton)
{
    for (;;) {
        const uint32_t ticket = tk_gate_ticket(&baton->returned);

        if (change(baton, TK_BATON_FREE, TK_BATON_KERNEL) ||
            __atomic_load_n(&baton->state, __ATOMIC_ACQUIRE) == TK_BATON_KERNEL) {
            return;
        }
        if (change(baton, TK_BATON_TAKEN, TK_BATON_AWAITED)) {
            tk_gate_wait(&baton->returned, ticket, TK_GATE_FOREVER);
        }
    }
}

#define LOOKS 200 /* for a microsecond or two */

bool tk_baton_take(tk_baton *baton)
{
    for (unsigned i = 0; i < LOOKS; i++) {
        if (change(baton, TK_BATON_FREE, TK_BATON_TAKEN)) {
            return true;
        }
        if (__atomic_load_n(&baton->state, __ATOMIC_RELAXED) != TK_BATON_TAKEN) {
            return false; /* the kernel goes on, or is about to */
        }
        tk_relax();
    }
    return false;
}

void tk_baton_give_back(tk_baton *baton)
{
    if (!change(baton, TK_BATON_TAKEN, TK_BATON_FREE)) {
        __atomic_store_n(&baton->state, TK_BATON_KERNEL, __ATOMIC_RELEASE);
        tk_gate_open(&baton->returned);
    }
}
