/* SPDX-License-Identifier: MIT */
#include "awake.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Hints for a policy: nothing is ordered by them. */
static _Atomic unsigned awake;
static _Thread_local bool joined;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* for its destructor: C has none for a _Thread_local */

static void leave(void *unused)
{
    (void)unused;
    atomic_fetch_sub_explicit(&awake, 1, memory_order_relaxed);
}

static void make_key(void)
{
    pthread_key_create(&key, leave);
}

void tk_awake_join(void)
{
    if (joined) {
        return;
    }
    pthread_once(&once, make_key);
    /* Without memory for it the thread counts for ever: others look for less time than they could. */
    pthread_setspecific(key, &awake);
    joined = true;
    atomic_fetch_add_explicit(&awake, 1, memory_order_relaxed);
}

void tk_awake_sleep(void)
{
    atomic_fetch_sub_explicit(&awake, 1, memory_order_relaxed);
}

void tk_awake_wake(void)
{
    atomic_fetch_add_explicit(&awake, 1, memory_order_relaxed);
}

unsigned tk_awake_count(void)
{
    return atomic_load_explicit(&awake, memory_order_relaxed);
}

#define ASK_EVERY_NS UINT64_C(100000000)

unsigned tk_awake_cpus(uint64_t now_ns)
{
    static _Atomic uint64_t asked_ns;
    static _Atomic unsigned cpus;
    const uint64_t last_ns = atomic_load_explicit(&asked_ns, memory_order_relaxed);
    cpu_set_t mask;

    if (last_ns == 0 || now_ns - last_ns > ASK_EVERY_NS) {
        /* A mask too large for cpu_set_t: there are processors enough. */
        const int count = sched_getaffinity(0, sizeof(mask), &mask) == 0 ? CPU_COUNT(&mask) : CPU_SETSIZE;

        atomic_store_explicit(&cpus, (unsigned)count, memory_order_relaxed);
        atomic_store_explicit(&asked_ns, now_ns, memory_order_relaxed);
    }
    return atomic_load_explicit(&cpus, memory_order_relaxed);
}
