/* SPDX-License-Identifier: MIT
 *
 * The baton of SystemC's kernel: who has it may touch the kernel and everything in it. The kernel's own
 * thread has it, but for the time for which it waits and offers it; then one other thread at a time may take
 * it.
 *
 * What happened before a thread gave the baton back (offered it) has happened for the next one that has it:
 * the state word is written with release and read with acquire semantics on each of these ways.
 */
#ifndef TIMEKEEPER_TIMELINE_BATON_H
#define TIMEKEEPER_TIMELINE_BATON_H

#include "timekeeper/gate.h"

#include <stdbool.h>
#include <stdint.h>

enum tk_baton_state {
    TK_BATON_KERNEL,  /* with the kernel's thread */
    TK_BATON_FREE,    /* offered */
    TK_BATON_TAKEN,   /* with another thread */
    TK_BATON_AWAITED, /* the same, and the kernel's thread waits for it */
};

/* All zero: with the kernel's thread. */
typedef struct tk_baton {
    uint32_t state;   /* atomic accesses only */
    tk_gate returned; /* the kernel's thread waits here */
} tk_baton;

/* The kernel's thread, which has it. */
void tk_baton_offer(tk_baton *baton);
/* The kernel's thread, which has offered it: has it when this returns. Waits while another thread has it;
 * that ends because a call of a target that never waits returns. Holds no lock that such a target may take.
 */
void tk_baton_claim(tk_baton *baton);
/* Another thread: true if it has the baton now. Does not sleep; waits for another taker for about as long as
 * a short call takes. */
bool tk_baton_take(tk_baton *baton);
/* The thread that has taken it. A kernel that waits gets it before any other taker. */
void tk_baton_give_back(tk_baton *baton);

#endif
