/* SPDX-License-Identifier: MIT
 *
 * A lock between all CPUs around plain memory: nothing is lost, and nobody starves.
 */
#include "scenario.h"
#include "spinlock.h"

#define TURNS 150u
#define TURN_NS 2000u /* with the lock, generously */

static spinlock s_lock;
static uint64_t s_sum[8]; /* several words, which have to agree */

void scenario_spinlocks(unsigned cpu)
{
    unsigned torn = 0;
    uint64_t begin;

    barrier();
    begin = local_ns();
    for (unsigned i = 0; i < TURNS; i++) {
        spinlock_take(&s_lock);
        for (unsigned w = 0; w < 8; w++) {
            torn += s_sum[w] != s_sum[0] - (w > 0);
            s_sum[w]++;
        }
        spinlock_release(&s_lock);
    }
    check_equal("torn reads", torn, 0);
    /* A release that is a quantum away may be waited for each time. */
    check_range("ns", local_ns() - begin, TURNS * 40 * NS_PER_INSN,
                TURNS * (uint64_t)CPUS * (TURN_NS + QUANTUM_NS + block_ns()));
    barrier();
    if (cpu == 0)
        check_equal("sum", s_sum[7], TURNS * (uint64_t)CPUS);
}
