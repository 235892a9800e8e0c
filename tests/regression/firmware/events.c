/* SPDX-License-Identifier: MIT
 *
 * WFE and SEV: a number goes round all CPUs, each waits for its turn with WFE. A hop between CPUs takes at
 * most a quantum and a block more than the instructions: as far as the clock of the next one may be ahead.
 */
#include "scenario.h"

#define ROUNDS 20u
#define HOP_NS 5000u /* instructions of a hop, generously */

static atomic_uint s_turn;

void scenario_events(unsigned cpu)
{
    uint64_t begin;

    barrier();
    begin = local_ns();
    for (unsigned round = 0; round < ROUNDS; round++) {
        const unsigned mine = round * CPUS + cpu;
        while (atomic_load(&s_turn) != mine)
            cpu_wait_event();
        atomic_store(&s_turn, mine + 1);
        cpu_send_event();
    }
    barrier();
    check_equal("turns", atomic_load(&s_turn), ROUNDS * CPUS);
    check_range("ns", local_ns() - begin, ROUNDS * CPUS * NS_PER_INSN,
                (ROUNDS + 2ull) * CPUS * (QUANTUM_NS + block_ns() + HOP_NS));
}
