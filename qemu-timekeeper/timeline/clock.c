/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include "relax.h"
#include "timekeeper/timekeeper.h"

#include <sched.h>
#include <time.h>

/* GCC's ThreadSanitizer does not model fences, and says so: all that the fences here order is atomic itself,
 * so that no data race is hidden. */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

uint64_t tk_host_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Returns what the clock shows then: at least `ps`. Each retry means that another thread moved it on. */
static uint64_t raise_latest(tk_shared_clock *clock, uint64_t ps)
{
    uint64_t latest = atomic_load(&clock->latest_ps);

    while (latest < ps) {
        if (atomic_compare_exchange_weak(&clock->latest_ps, &latest, ps)) {
            return ps;
        }
    }
    return latest;
}

void tk_shared_clock_init(tk_shared_clock *clock, uint64_t (*host_ns)(void *opaque), void *opaque)
{
    clock->host_ns = host_ns;
    clock->host_opaque = opaque;
}

uint64_t tk_shared_clock_host_ns(const tk_shared_clock *clock)
{
    return clock->host_ns ? clock->host_ns(clock->host_opaque) : tk_host_ns();
}

void tk_shared_clock_begin(tk_shared_clock *clock)
{
    const uint32_t sequence = atomic_load_explicit(&clock->sequence, memory_order_relaxed);

    atomic_store_explicit(&clock->sequence, sequence + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
}

void tk_shared_clock_end(tk_shared_clock *clock, uint64_t now_ps, const tk_clock_page *page)
{
    const uint32_t sequence = atomic_load_explicit(&clock->sequence, memory_order_relaxed);

    atomic_store_explicit(&clock->pace, (uint32_t)page->pace, memory_order_relaxed);
    atomic_store_explicit(&clock->base_ps, page->base_ps, memory_order_relaxed);
    atomic_store_explicit(&clock->cap_ps, page->cap_ps, memory_order_relaxed);
    atomic_store_explicit(&clock->rate, page->rate, memory_order_relaxed);
    atomic_store_explicit(&clock->base, page->base, memory_order_relaxed);
    atomic_store_explicit(&clock->counter, page->counter, memory_order_relaxed);
    raise_latest(clock, now_ps);
    atomic_store_explicit(&clock->sequence, sequence + 1, memory_order_release);
}

/* base + (value - base of the page) at its rate, or 0 if the page and the value do not belong together */
static uint64_t estimate(const tk_shared_clock *clock, const tk_clock_page *page)
{
    uint64_t value, passed_ps;

    switch (page->pace) {
    case TK_PACE_COUNT:
        /* Written by the vCPU's translated code with a plain 64-bit store. */
        value = __atomic_load_n(page->counter, __ATOMIC_RELAXED);
        passed_ps = value > page->base ? tk_insn_to_ps(value - page->base, page->rate) : 0;
        break;
    case TK_PACE_HOST:
        value = tk_shared_clock_host_ns(clock);
        passed_ps = value > page->base ? (value - page->base) * TK_PS_PER_NS : 0;
        break;
    default:
        return 0;
    }
    if (passed_ps >= page->cap_ps || page->base_ps >= page->cap_ps - passed_ps) {
        return page->cap_ps;
    }
    return page->base_ps + passed_ps;
}

/* One attempt; false: the page was being written. */
static bool read_page(tk_shared_clock *clock, uint64_t *now)
{
    const uint32_t sequence = atomic_load_explicit(&clock->sequence, memory_order_acquire);
    tk_clock_page page;

    if (sequence & 1) {
        return false;
    }
    page.pace = (enum tk_pace)atomic_load_explicit(&clock->pace, memory_order_relaxed);
    page.base_ps = atomic_load_explicit(&clock->base_ps, memory_order_relaxed);
    page.cap_ps = atomic_load_explicit(&clock->cap_ps, memory_order_relaxed);
    page.rate = atomic_load_explicit(&clock->rate, memory_order_relaxed);
    page.base = atomic_load_explicit(&clock->base, memory_order_relaxed);
    page.counter = atomic_load_explicit(&clock->counter, memory_order_relaxed);
    atomic_thread_fence(memory_order_acquire);
    /* Before the counter is followed: a torn page may name one holder's counter and another's base. */
    if (atomic_load_explicit(&clock->sequence, memory_order_relaxed) != sequence) {
        return false;
    }
    *now = estimate(clock, &page);
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&clock->sequence, memory_order_relaxed) == sequence;
}

/* So many looks are a few microseconds: whoever writes and has not ended by then has lost its core. */
#define LOOKS 100

uint64_t tk_shared_clock_read(tk_shared_clock *clock)
{
    uint64_t now;

    /* Ends: whoever writes waits for nobody, and is about to end; and there is more to do between two
     * publications than for one. */
    for (unsigned looks = 0; !read_page(clock, &now); looks++) {
        if (looks < LOOKS) {
            tk_relax();
        } else {
            sched_yield();
        }
    }
    return raise_latest(clock, now);
}
