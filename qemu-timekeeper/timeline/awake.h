/* SPDX-License-Identifier: MIT
 *
 * How many threads of this process that wait at gates are awake, and on how many processors they may run.
 */
#ifndef TIMEKEEPER_TIMELINE_AWAKE_H
#define TIMEKEEPER_TIMELINE_AWAKE_H

#include <stdint.h>

/* The calling thread is one that waits at gates, from now until it ends. Cheap when called again. */
void tk_awake_join(void);
/* It goes to sleep, it is awake again. After tk_awake_join. */
void tk_awake_sleep(void);
void tk_awake_wake(void);
/* How many are awake. Any thread. */
unsigned tk_awake_count(void);
/* The processors in the calling thread's affinity mask; asked for anew every 100 ms. Any thread. */
unsigned tk_awake_cpus(uint64_t now_ns);

#endif
