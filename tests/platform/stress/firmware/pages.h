/* SPDX-License-Identifier: MIT
 *
 * A page for each CPU at an address of its own, which that CPU moves from frame to frame while all read it.
 * Who still translates by an old entry sees an old frame.
 */
#ifndef STRESS_PAGES_H
#define STRESS_PAGES_H

#include <stdint.h>

/* Makes the tables; once, before the others call pages_use(). */
void pages_init(unsigned cpus);
/* On each CPU. */
void pages_use(void);
/* Moves the calling CPU's page to its next frame: break, TLB invalidation on all CPUs, make. */
void pages_move(unsigned cpu);
/* Reads a CPU's page. 1: what was read is older than the last move that was over before, or newer than the
 * next. */
unsigned pages_look(unsigned cpu);
/* A data abort: 1 if it is that of a page that is being moved; then the access is to be made again. */
unsigned pages_fault(uint64_t esr, uint64_t far);

#endif
