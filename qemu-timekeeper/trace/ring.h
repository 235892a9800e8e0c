/* SPDX-License-Identifier: MIT
 *
 * A ring of records from one thread, the producer, to one other, the consumer. No lock, nobody waits.
 */
#ifndef TIMEKEEPER_TRACE_RING_H
#define TIMEKEEPER_TRACE_RING_H

#include "timekeeper/trace.h"

#include <stdatomic.h>

/* A cache line for each side. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
typedef struct tk_ring {
    tk_trace_record *records;
    uint32_t mask; /* their number - 1 */
    /* the producer's */
    _Alignas(64) _Atomic uint64_t head; /* how many were written */
    uint64_t tail_seen;
    _Atomic uint64_t dropped;
    /* It is about to take the time of a record, or has taken it and the record is not in yet. */
    _Atomic bool inside;
    /* the consumer's */
    _Alignas(64) _Atomic uint64_t tail; /* how many were taken, as the producer is told */
    uint64_t taken;
    uint64_t head_seen;
} tk_ring;

/* `capacity`: a power of two. TK_ENOMEM. */
int tk_ring_init(tk_ring *ring, uint32_t capacity);
void tk_ring_destroy(tk_ring *ring);

/* Producer: around taking the record's time and tk_ring_put. */
static inline void tk_ring_enter(tk_ring *ring)
{
    atomic_store(&ring->inside, true);
}

static inline void tk_ring_leave(tk_ring *ring)
{
    atomic_store_explicit(&ring->inside, false, memory_order_release);
}

/* Producer. False: full; the record is dropped and counted. */
bool tk_ring_put(tk_ring *ring, const tk_trace_record *record);
/* Producer: half of it is taken up, or more. */
bool tk_ring_is_half_full(tk_ring *ring);
/* Consumer: true when each record that comes from now on has a time that is taken after this call. */
static inline bool tk_ring_is_quiet(tk_ring *ring)
{
    return !atomic_load(&ring->inside);
}

/* Consumer: the oldest record, or NULL; tk_ring_pop lets go of it. The two sides' words are on other cores:
 * the consumer looks at the producer's when it has taken all that it knew of, and the producer is told of the
 * room then, or at an eighth of the ring. */
const tk_trace_record *tk_ring_peek(tk_ring *ring);
void tk_ring_pop(tk_ring *ring);
/* Consumer: the producer is told now. */
void tk_ring_release(tk_ring *ring);

#endif
