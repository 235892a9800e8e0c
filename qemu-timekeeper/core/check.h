/* SPDX-License-Identifier: MIT
 *
 * The invariants of the time model that the core can see, asserted after each event of a checked build
 * (TK_CHECKED); nothing in any other. One that does not hold is a bug of ours: it is named on stderr, with
 * the state, and the process aborts.
 */
#ifndef TIMEKEEPER_CORE_CHECK_H
#define TIMEKEEPER_CORE_CHECK_H

#include "timekeeper/timekeeper.h"

#ifdef TK_CHECKED
/* At the end of an event, when everything has followed from it. */
void tk_check(tk_core *core);
/* vCPU `index` has asked for a budget, and got that many instructions; 0: it is held back, or cannot have
 * one. */
void tk_check_budget(tk_core *core, unsigned index, uint64_t instructions);
#else
static inline void tk_check(tk_core *core)
{
    (void)core;
}

static inline void tk_check_budget(tk_core *core, unsigned index, uint64_t instructions)
{
    (void)core;
    (void)index;
    (void)instructions;
}
#endif

#endif
