/* SPDX-License-Identifier: MIT
 *
 * One CPU is reset by a line of the reset controller's while it computes, and the others go on; a CPU alone
 * resets itself.
 */
#include "scenario.h"

#define ROUNDS 3u
#define PULSE_NS 2000u
#define BOOT_NS 10000u /* from reset to the scenario, generously */

static atomic_uint s_boots[ALL_CPUS];
static atomic_ulong s_asked_ns;
static volatile uint64_t s_begun_ns[ALL_CPUS];
static volatile uint64_t s_work[ALL_CPUS];

static void reset(unsigned cpu)
{
    const unsigned boots = atomic_load(&s_boots[cpu]);

    atomic_store(&s_asked_ns, local_ns());
    mmio_write32(RESETS + RESETS_PULSE_NS, PULSE_NS);
    mmio_write32(RESETS + RESETS_PULSE, 1u << cpu);
    while (atomic_load(&s_boots[cpu]) == boots)
        cpu_relax();
}

static void check_time(unsigned cpu)
{
    check_range("ns from the pulse to the scenario, and a quantum and a block",
                s_begun_ns[cpu] + QUANTUM_NS + block_ns() - atomic_load(&s_asked_ns), PULSE_NS,
                PULSE_NS + 2 * (QUANTUM_NS + block_ns()) + BOOT_NS);
}

void scenario_reset_one(unsigned cpu)
{
    s_begun_ns[cpu] = local_ns();
    atomic_fetch_add(&s_boots[cpu], 1);
    while (cpu != 0)
        s_work[cpu]++;
    alone_at_the_end();
    if (CPUS == 1) {
        if (atomic_load(&s_boots[0]) > 1)
            check_time(0);
        if (atomic_load(&s_boots[0]) <= ROUNDS)
            reset(0);
    }
    for (unsigned c = 1; c < CPUS; c++) {
        while (atomic_load(&s_boots[c]) == 0)
            cpu_relax();
        for (unsigned round = 0; round < ROUNDS; round++) {
            reset(c);
            check_time(c);
        }
    }
    for (unsigned c = CPUS > 1; c < CPUS; c++)
        check_equal("boots", atomic_load(&s_boots[c]), ROUNDS + 1);
}
