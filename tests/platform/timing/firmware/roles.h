/* SPDX-License-Identifier: MIT
 *
 * What a CPU can do in a test (params.h). Each is called once by its CPU, with interrupts masked, and returns
 * with them masked when its part is done.
 */
#ifndef TIMING_ROLES_H
#define TIMING_ROLES_H

#include "params.h"
#include <stdbool.h>

void role_run(unsigned cpu);
void role_start(unsigned cpu);
void role_timer(unsigned cpu);
void role_line(unsigned cpu);
void role_race(unsigned cpu);
void role_program(unsigned cpu);
void role_access(unsigned cpu);
void role_compute(void);
void role_atomics(void);

/* True when all awaited CPUs have done their part. */
bool others_are_done(void);

/* Hands a 64-bit value to the recorder, under a key 0..255 of the calling CPU's. One CPU at a time. */
void record(unsigned key, uint64_t value);

static inline uint32_t argument(unsigned cpu, unsigned index)
{
    return PARAMS->cpu[cpu].argument[index];
}

#endif
