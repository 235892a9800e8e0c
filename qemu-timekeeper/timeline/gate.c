/* SPDX-License-Identifier: MIT */
#include "timekeeper/gate.h"

#include "awake.h"
#include "clock.h"
#include "relax.h"
#include "spin.h"

#include <linux/futex.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint32_t tk_gate_ticket(tk_gate *gate)
{
    return __atomic_load_n(&gate->count, __ATOMIC_SEQ_CST);
}

void tk_gate_open(tk_gate *gate)
{
    /* Sequentially consistent on both words: either the sleeper sees the new count, or we see the sleeper. */
    __atomic_fetch_add(&gate->count, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&gate->sleepers, __ATOMIC_SEQ_CST) > 0) {
        __atomic_store_n(&gate->opened_ns, tk_host_ns(), __ATOMIC_RELAXED);
        syscall(SYS_futex, &gate->count, FUTEX_WAKE_PRIVATE, 0x7fffffff, NULL, NULL, 0);
    }
}

static bool is_open(tk_gate *gate, uint32_t ticket)
{
    return __atomic_load_n(&gate->count, __ATOMIC_SEQ_CST) != ticket;
}

#define LOOKS_PER_ROUND 32

/* Looks for as long as the policy says, and not past `end`. Whether that is still right is asked again while
 * it looks: others may have woken up. */
static bool look(tk_gate *gate, uint32_t ticket, uint64_t begin, uint64_t end)
{
    const uint32_t trust = __atomic_load_n(&gate->trust, __ATOMIC_RELAXED);
    uint64_t now = begin;

    while (now < end && now - begin < tk_spin_ns(tk_awake_count(), tk_awake_cpus(now), trust)) {
        for (unsigned i = 0; i < LOOKS_PER_ROUND; i++) {
            if (is_open(gate, ticket)) {
                return true;
            }
            tk_relax();
        }
        now = tk_host_ns();
    }
    return is_open(gate, ticket);
}

static void sleep_at(tk_gate *gate, uint32_t ticket, uint64_t end)
{
    __atomic_fetch_add(&gate->sleepers, 1, __ATOMIC_SEQ_CST);
    tk_awake_sleep();
    while (!is_open(gate, ticket)) {
        struct timespec left, *limit = NULL;

        if (end != TK_GATE_FOREVER) {
            const uint64_t now = tk_host_ns();

            if (now >= end) {
                break;
            }
            left.tv_sec = (time_t)((end - now) / 1000000000u);
            left.tv_nsec = (long)((end - now) % 1000000000u);
            limit = &left;
        }
        syscall(SYS_futex, &gate->count, FUTEX_WAIT_PRIVATE, ticket, limit, NULL, 0);
    }
    tk_awake_wake();
    __atomic_fetch_sub(&gate->sleepers, 1, __ATOMIC_SEQ_CST);
}

static void learn(tk_gate *gate, uint64_t waited_ns)
{
    const uint32_t trust = __atomic_load_n(&gate->trust, __ATOMIC_RELAXED);
    const uint32_t learned = tk_spin_learn(trust, waited_ns);

    /* Several may wait here: what one of them learns last is as good as any. Mostly it is nothing new, and
     * the opener's processor keeps the cache line. */
    if (learned != trust) {
        __atomic_store_n(&gate->trust, learned, __ATOMIC_RELAXED);
    }
}

void tk_gate_wait(tk_gate *gate, uint32_t ticket, uint64_t timeout_ns)
{
    uint64_t begin, end, over;

    if (is_open(gate, ticket)) {
        return;
    }
    tk_awake_join();
    begin = tk_host_ns();
    end = timeout_ns > TK_GATE_FOREVER - begin ? TK_GATE_FOREVER : begin + timeout_ns;
    over = begin;
    if (!look(gate, ticket, begin, end)) {
        sleep_at(gate, ticket, end);
        /* How long it takes to be woken says nothing about how long there was to wait. Before there was a
         * sleeper to see, the opener noted nothing: then it was short. */
        over = is_open(gate, ticket) ? __atomic_load_n(&gate->opened_ns, __ATOMIC_RELAXED) : tk_host_ns();
    }
    learn(gate, over > begin ? over - begin : 0);
}

bool tk_gate_look(tk_gate *gate, uint32_t ticket)
{
    uint64_t begin;
    bool open;

    if (is_open(gate, ticket)) {
        return true;
    }
    tk_awake_join();
    begin = tk_host_ns();
    open = look(gate, ticket, begin, TK_GATE_FOREVER);
    if (open) {
        learn(gate, 0);
    }
    return open; /* if not, a wait follows, which learns how long it took */
}
