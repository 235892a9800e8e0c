/* SPDX-License-Identifier: MIT */
#include "ring_check.h"

#include "ring.h"

#include <pthread.h>
#include <sched.h>

typedef struct shared {
    tk_ring ring;
    uint64_t records;
    _Atomic bool over;
} shared;

static void *produce(void *opaque)
{
    shared *s = opaque;

    for (uint64_t i = 0; i < s->records; i++) {
        const tk_trace_record record = {.host_ns = i, .a = ~i};

        tk_ring_enter(&s->ring);
        tk_ring_put(&s->ring, &record);
        tk_ring_leave(&s->ring);
    }
    atomic_store(&s->over, true);
    return NULL;
}

const char *ring_check_threads(uint32_t capacity, uint64_t records)
{
    static shared s;
    const char *wrong = NULL;
    uint64_t taken = 0, next = 0;
    pthread_t producer;

    s.records = records;
    atomic_store(&s.over, false);
    if (tk_ring_init(&s.ring, capacity) || pthread_create(&producer, NULL, produce, &s)) {
        return "no memory";
    }
    for (;;) { /* ends: the producer never waits */
        const bool over = atomic_load(&s.over);
        const tk_trace_record *record = tk_ring_peek(&s.ring);

        if (record) {
            wrong = record->host_ns < next || record->a != ~record->host_ns ? "out of order, or torn" : wrong;
            next = record->host_ns + 1;
            taken++;
            tk_ring_pop(&s.ring);
        } else if (over) {
            break;
        } else {
            sched_yield();
        }
    }
    pthread_join(producer, NULL);
    if (taken + atomic_load(&s.ring.dropped) != records) {
        wrong = "a record is neither there nor counted";
    }
    if (!tk_ring_is_quiet(&s.ring)) {
        wrong = "not quiet without a producer";
    }
    tk_ring_destroy(&s.ring);
    return wrong;
}

const char *ring_check_full(uint32_t capacity)
{
    const tk_trace_record record = {.a = 1};
    const char *wrong = NULL;
    tk_ring ring;

    if (tk_ring_init(&ring, capacity)) {
        return "no memory";
    }
    for (unsigned round = 0; round < 3 && !wrong; round++) {
        for (uint32_t i = 0; i < capacity; i++) {
            wrong = tk_ring_is_half_full(&ring) != (i > (capacity - 1) / 2) ? "half full at another place"
                                                                            : wrong;
            wrong = tk_ring_put(&ring, &record) ? wrong : "full too early";
        }
        wrong = tk_ring_put(&ring, &record) ? "not full" : wrong;
        wrong = atomic_load(&ring.dropped) == round + 1 ? wrong : "not counted";
        for (uint32_t i = 0; i < capacity; i++) {
            wrong = tk_ring_peek(&ring) ? wrong : "empty too early";
            tk_ring_pop(&ring);
        }
        wrong = tk_ring_peek(&ring) ? "not empty" : wrong;
    }
    tk_ring_destroy(&ring);
    return wrong;
}
