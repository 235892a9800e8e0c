/* SPDX-License-Identifier: MIT
 *
 * A vCPU's local time, to be carried on without the core: by a thread that knows how many instructions the
 * vCPU has executed since.
 */
#ifndef TIMEKEEPER_CORE_LOCAL_TIME_H
#define TIMEKEEPER_CORE_LOCAL_TIME_H

#include "clock.h"
#include "timekeeper/timekeeper.h"

typedef struct tk_local_time {
    uint64_t ps;
    tk_clock clock; /* with the fraction of a picosecond that `ps` leaves out */
} tk_local_time;

/* As of its last report. TK_EINVAL. */
int tk_vcpu_local_time(const tk_core *core, unsigned index, tk_local_time *time);
/* After that many instructions more: what the core will say when they are reported. TK_NEVER: it does not
 * fit.
 */
uint64_t tk_local_time_after(const tk_local_time *time, uint64_t instructions);

#endif
