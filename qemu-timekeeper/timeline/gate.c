/* SPDX-License-Identifier: MIT */
#include "timekeeper/gate.h"

#include "clock.h"

#include <linux/futex.h>
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
        syscall(SYS_futex, &gate->count, FUTEX_WAKE_PRIVATE, 0x7fffffff, NULL, NULL, 0);
    }
}

void tk_gate_wait(tk_gate *gate, uint32_t ticket, uint64_t timeout_ns)
{
    const uint64_t end = timeout_ns == TK_GATE_FOREVER ? TK_GATE_FOREVER : tk_host_ns() + timeout_ns;

    __atomic_fetch_add(&gate->sleepers, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&gate->count, __ATOMIC_SEQ_CST) == ticket) {
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
    __atomic_fetch_sub(&gate->sleepers, 1, __ATOMIC_SEQ_CST);
}
