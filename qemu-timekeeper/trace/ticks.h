/* SPDX-License-Identifier: MIT
 *
 * The host's clock as a producer reads it. Where the processor has a counter that Linux itself keeps time by,
 * ticks are that counter's: clock_gettime() takes three times as long as what it counts with. The writer
 * looks at both from time to time, and makes ns of ticks. Elsewhere ticks are ns.
 */
#ifndef TIMEKEEPER_TRACE_TICKS_H
#define TIMEKEEPER_TRACE_TICKS_H

#include <stdbool.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* One moment by both clocks. */
typedef struct tk_moment {
    uint64_t ns, ticks;
} tk_moment;

typedef struct tk_ticks {
    uint64_t (*host_ns)(void *opaque); /* or NULL: CLOCK_MONOTONIC */
    void *opaque;
    bool counter; /* ticks are the processor's */
    /* The writer's: its first look and its last two; and how long a tick is, ns << 32: between those two, and
     * since the first. */
    tk_moment first, before, last;
    uint64_t ns_of_late, ns_on_average;
} tk_ticks;

/* `host_ns`, `opaque`: as in tk_trace_config. */
void tk_ticks_init(tk_ticks *ticks, uint64_t (*host_ns)(void *opaque), void *opaque);

/* ns. Any thread; two threads that hand something over in between see it grow. */
uint64_t tk_ticks_host_ns(const tk_ticks *ticks);

/* Any thread. The processor need not wait for what it does before: only a thread's own readings are in order.
 */
static inline uint64_t tk_ticks_now(const tk_ticks *ticks)
{
#if defined(__x86_64__)
    if (ticks->counter) {
        return __rdtsc();
    }
#endif
    return tk_ticks_host_ns(ticks);
}

/* Writer: now. Ticks up to then can be converted. */
tk_moment tk_ticks_look(tk_ticks *ticks);
/* Writer: the clocks were that far when it looked. */
void tk_ticks_note_look(tk_ticks *ticks, tk_moment now);
/* Writer: the moment `when`, ns. Ticks before and after its last two looks count as if they were as long. */
uint64_t tk_ticks_to_ns(const tk_ticks *ticks, uint64_t when);
/* Writer: how long `count` ticks take, ns. */
uint64_t tk_ticks_length_ns(const tk_ticks *ticks, uint64_t count);

#endif
