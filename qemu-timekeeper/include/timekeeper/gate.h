/* SPDX-License-Identifier: MIT
 *
 * A gate: where one thread waits for others. A 32-bit count that grows with each opening; a waiter names the
 * count that it has seen, and does not sleep if it has grown since. So an opening between the decision to
 * wait and the wait itself is not lost.
 */
#ifndef TIMEKEEPER_GATE_H
#define TIMEKEEPER_GATE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: a closed gate that nobody waits at. Its members are the gate's own. */
typedef struct tk_gate {
    uint32_t count;     /* how often it was opened, modulo 2^32 */
    uint32_t sleepers;  /* who sleeps at it */
    uint32_t trust;     /* whether looking before sleeping has paid lately: timeline/spin.h */
    uint64_t opened_ns; /* when a sleeper was last woken, host time */
} tk_gate;

/* A timeout: none. */
#define TK_GATE_FOREVER UINT64_MAX

/* Any thread. */
uint32_t tk_gate_ticket(tk_gate *gate);
/* Opens it for all who wait now, and for who has a ticket of before. Any thread, any lock; does not wait. */
void tk_gate_open(tk_gate *gate);
/* Looks for a while, if that pays, and does not sleep (timeline/spin.h). True: the gate has been opened since
 * the ticket was taken. */
bool tk_gate_look(tk_gate *gate, uint32_t ticket);
/* Looks for a while first where that pays, then sleeps (timeline/spin.h). Returns when the gate has been
 * opened since the ticket was taken, or after timeout_ns of host time. */
void tk_gate_wait(tk_gate *gate, uint32_t ticket, uint64_t timeout_ns);

#ifdef __cplusplus
}
#endif

#endif
