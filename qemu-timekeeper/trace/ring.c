/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include <stdlib.h>

int tk_ring_init(tk_ring *ring, uint32_t capacity)
{
    ring->records = calloc(capacity, sizeof(*ring->records));
    ring->mask = capacity - 1;
    ring->tail_seen = ring->taken = ring->head_seen = 0;
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
    atomic_init(&ring->dropped, 0);
    atomic_init(&ring->inside, false);
    return ring->records ? TK_OK : TK_ENOMEM;
}

void tk_ring_destroy(tk_ring *ring)
{
    free(ring->records);
    ring->records = NULL;
}

bool tk_ring_put(tk_ring *ring, const tk_trace_record *record)
{
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    if (head - ring->tail_seen > ring->mask) {
        ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
        if (head - ring->tail_seen > ring->mask) {
            atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
            return false;
        }
    }
    ring->records[head & ring->mask] = *record;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}

bool tk_ring_is_half_full(tk_ring *ring)
{
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    if (head - ring->tail_seen <= ring->mask / 2) {
        return false; /* the last look at the tail tells as much */
    }
    ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head - ring->tail_seen > ring->mask / 2;
}

const tk_trace_record *tk_ring_peek(tk_ring *ring)
{
    if (ring->taken == ring->head_seen) {
        tk_ring_release(ring);
        ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (ring->taken == ring->head_seen) {
            return NULL;
        }
    }
    return &ring->records[ring->taken & ring->mask];
}

void tk_ring_pop(tk_ring *ring)
{
    ring->taken++;
    if ((ring->taken & ring->mask / 8) == 0) {
        tk_ring_release(ring);
    }
}

void tk_ring_release(tk_ring *ring)
{
    if (atomic_load_explicit(&ring->tail, memory_order_relaxed) != ring->taken) {
        atomic_store_explicit(&ring->tail, ring->taken, memory_order_release);
    }
}
