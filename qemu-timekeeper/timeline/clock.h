/* SPDX-License-Identifier: MIT
 *
 * The clock that everybody reads: what the core last knew, plus the instructions that the token's holder has
 * executed since, or the host's time while all vCPUs are idle.
 *
 * One writer at a time (the timeline's lock), any number of readers without a lock, who look again when they
 * meet a publication: a vCPU that took what was known before would see a time that it has passed. Whatever a
 * reader was told is stored in `latest` first, as a maximum; so no reader ever sees an earlier time than
 * another did.
 */
#ifndef TIMEKEEPER_TIMELINE_CLOCK_H
#define TIMEKEEPER_TIMELINE_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum tk_pace {
    TK_PACE_NONE,  /* time stands still */
    TK_PACE_COUNT, /* it goes with a counter of instructions */
    TK_PACE_HOST,  /* it goes with the host's clock */
};

/* What is written between two publications. */
typedef struct tk_clock_page {
    enum tk_pace pace;
    uint64_t base_ps; /* time at `base` */
    uint64_t cap_ps;  /* the clock shows no more than this */
    uint64_t rate;    /* TK_PACE_COUNT: instructions per second */
    uint64_t base;    /* value of the counter, or host time in ns */
    const uint64_t *counter;
} tk_clock_page;

typedef struct tk_shared_clock {
    uint64_t (*host_ns)(void *opaque); /* NULL: CLOCK_MONOTONIC */
    void *host_opaque;
    _Atomic uint64_t latest_ps;
    _Atomic uint32_t sequence; /* odd while the page is written */
    _Atomic uint32_t pace;
    _Atomic uint64_t base_ps, cap_ps, rate, base;
    _Atomic(const uint64_t *) counter;
} tk_shared_clock;

/* Before all else; the rest of *clock is 0. */
void tk_shared_clock_init(tk_shared_clock *clock, uint64_t (*host_ns)(void *opaque), void *opaque);
/* The host's clock that it goes with. Any thread. */
uint64_t tk_shared_clock_host_ns(const tk_shared_clock *clock);
/* Writer: one at a time. Between begin and end the counter may be set, too. */
void tk_shared_clock_begin(tk_shared_clock *clock);
void tk_shared_clock_end(tk_shared_clock *clock, uint64_t now_ps, const tk_clock_page *page);
/* Reader: any thread, no lock, but not between begin and end: looks again while the page is written. */
uint64_t tk_shared_clock_read(tk_shared_clock *clock);

/* The latest time that any reader was told, or that was published. Does not move it. */
static inline uint64_t tk_shared_clock_latest(const tk_shared_clock *clock)
{
    return atomic_load_explicit(&clock->latest_ps, memory_order_relaxed);
}

/* CLOCK_MONOTONIC in ns. */
uint64_t tk_host_ns(void);

#endif
