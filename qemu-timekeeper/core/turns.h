/* SPDX-License-Identifier: MIT
 *
 * Turns: who may execute in deterministic mode. At most one vCPU has the turn, or SystemC has it; a turn
 * passes on only when all threads rest, so that which thread the host runs first makes no difference.
 */
#ifndef TIMEKEEPER_CORE_TURNS_H
#define TIMEKEEPER_CORE_TURNS_H

#include "internal.h"

/* Lets what vCPUs said while another one had the turn take effect, if all rest. True: something changed, and
 * what follows from it has to be found anew. */
bool tk_turns_apply(tk_core *core);
/* Passes the turn on, if it is over and all rest. */
void tk_turns_pass(tk_core *core);
/* Whether turns allow vCPU i to execute now, and up to which time. Not called in parallel mode. */
bool tk_turns_allow(const tk_core *core, unsigned i, uint64_t *end_ps);
/* Whether vCPU i's thread executes nothing, and will not before it is told. */
bool tk_turns_rests(const tk_core *core, unsigned i);
/* The vCPU's thread has got what it waited for, and executes QEMU's exclusive section: it has the turn. */
void tk_turns_take(tk_core *core, unsigned i);

#endif
