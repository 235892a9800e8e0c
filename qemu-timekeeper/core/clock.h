/* SPDX-License-Identifier: MIT
 *
 * An exact clock that counts instructions at a rate.
 *
 * time = floor(sum over the rates of n_r * 1e12 / rate_r) picoseconds. The remainder of each division is
 * carried, so that no error accumulates, whatever the rate and however the instructions are split into steps.
 */
#ifndef TIMEKEEPER_CORE_CLOCK_H
#define TIMEKEEPER_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tk_clock {
    uint64_t rate; /* instructions per second */
    uint64_t ps;   /* whole picoseconds */
    uint64_t rem;  /* fraction of a picosecond, in units of 1/rate; < rate */
    uint64_t sub;  /* fraction of that unit, in 2^-TK_CLOCK_SUB_BITS; only a change of rate leaves one */
} tk_clock;

#define TK_CLOCK_SUB_BITS 40

void tk_clock_init(tk_clock *clock, uint64_t rate);
/* False if the time does not fit; the clock is then unchanged. */
bool tk_clock_advance(tk_clock *clock, uint64_t instructions);
/* Loses less than 2^-40 / rate ps, once for each change. */
void tk_clock_set_rate(tk_clock *clock, uint64_t rate);
/* The least number of instructions that moves the clock on by at least `ps` > 0; at least 1, at most limit.
 */
uint64_t tk_clock_instructions_for(const tk_clock *clock, uint64_t ps, uint64_t limit);

#endif
