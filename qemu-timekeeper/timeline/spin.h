/* SPDX-License-Identifier: MIT
 *
 * How long to look before sleeping: the policy of all waits at gates.
 *
 * To wake a thread on another processor costs some 60 us, to be seen by one that looks 0.2 us. So whoever
 * waits looks first, for about as long as a wake-up would cost. But not
 *   - with more threads awake than processors: the one that it waits for may be the one without a processor;
 *   - where waits have lately been long: an idle platform takes no processor time.
 *
 * The decisions are pure; gate.c takes them.
 */
#ifndef TIMEKEEPER_TIMELINE_SPIN_H
#define TIMEKEEPER_TIMELINE_SPIN_H

#include <stdint.h>

#define TK_SPIN_NS UINT64_C(50000)       /* how long somebody looks at most */
#define TK_SPIN_SHORT_NS UINT64_C(50000) /* waits up to this are short */
#define TK_SPIN_TRUST_MAX 8u

/* How long to look before sleeping, ns; 0: sleep at once. `awake`: threads that wait at gates now and then
 * and do not sleep there now, the caller among them. `cpus`: on how many processors they may run. `trust`:
 * what earlier waits at this gate have taught, 0 at first. */
uint64_t tk_spin_ns(unsigned awake, unsigned cpus, uint32_t trust);
/* The trust after a wait of that length, from its begin to the gate's opening. */
uint32_t tk_spin_learn(uint32_t trust, uint64_t waited_ns);

#endif
