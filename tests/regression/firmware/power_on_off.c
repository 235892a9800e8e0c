/* SPDX-License-Identifier: MIT
 *
 * PSCI: CPU 0 powers the others on again and again, who count and power themselves off. Who is powered on
 * begins at global time.
 */
#include "psci.h"
#include "scenario.h"

#define ROUNDS 4u
#define BOOT_NS 10000u /* from reset to the scenario, generously */
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)

void _start(void);

static atomic_uint s_boots[ALL_CPUS];
static volatile uint64_t s_begun_ns[ALL_CPUS];

static void power_on(unsigned cpu)
{
    const unsigned boots = atomic_load(&s_boots[cpu]);
    uint64_t asked;

    do
        asked = local_ns();
    while (psci_cpu_on(PSCI_HVC, cpu, (uintptr_t)_start) != 0); /* it may not be off yet */
    while (atomic_load(&s_boots[cpu]) == boots)
        cpu_relax();
    check_range("ns from CPU_ON to the scenario, and a quantum and a block",
                s_begun_ns[cpu] + QUANTUM_NS + block_ns() - asked, 0,
                2 * (QUANTUM_NS + block_ns()) + BOOT_NS);
}

void scenario_power_on_off(unsigned cpu)
{
    if (cpu != 0) {
        s_begun_ns[cpu] = local_ns();
        atomic_fetch_add(&s_boots[cpu], 1);
        psci_cpu_off(PSCI_HVC);
    }
    alone_at_the_end();
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned c = 1; c < CPUS; c++)
            power_on(c);
    for (unsigned c = 1; c < CPUS; c++)
        check_equal("boots", atomic_load(&s_boots[c]), ROUNDS);
    check_equal("CPU_ON of itself", 0 - (uint64_t)psci_cpu_on(PSCI_HVC, 0, (uintptr_t)_start),
                (uint64_t)-PSCI_ALREADY_ON);
    check_equal("CPU_ON of one that there is not",
                0 - (uint64_t)psci_cpu_on(PSCI_HVC, CPUS, (uintptr_t)_start),
                (uint64_t)-PSCI_INVALID_PARAMETERS);
}
