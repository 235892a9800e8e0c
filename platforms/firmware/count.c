/* SPDX-License-Identifier: MIT
 *
 * For testing QEMU's clock alone, on its machine `virt` with 1 to COUNT_MAX_CPUS CPUs: each CPU executes
 * COUNT_INSNS instructions and reads the counter before and after. CPU 0 prints when all have finished:
 *
 *     cpu N instructions I start S end E ns
 *
 * and powers the machine off. CPUs that are done spin (CPU 0) or sleep for ever (the others).
 */
#include "count.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include <stdatomic.h>
#include <stdbool.h>

void _start(void); /* start.S */

static uint64_t s_readings[COUNT_MAX_CPUS][2];
static atomic_bool s_done[COUNT_MAX_CPUS];
static bool s_started[COUNT_MAX_CPUS];

static void start_others(void)
{
    s_started[0] = true;
    for (unsigned cpu = 1; cpu < COUNT_MAX_CPUS; cpu++)
        s_started[cpu] = psci_cpu_on(PSCI_HVC, cpu, (uintptr_t)_start) == 0;
}

static void report(unsigned cpu)
{
    uint64_t hz = cpu_counter_hz();

    while (!atomic_load_explicit(&s_done[cpu], memory_order_acquire)) {
    }
    console_printf("cpu %u instructions %lu start %lu end %lu ns\n", cpu, (uint64_t)COUNT_INSNS,
                   cpu_count_to_ns(s_readings[cpu][0], hz), cpu_count_to_ns(s_readings[cpu][1], hz));
}

void cpu_main(unsigned cpu)
{
    if (cpu >= COUNT_MAX_CPUS)
        return;
    if (cpu == 0)
        start_others();

    calibrated_run(COUNT_TURNS, 1, s_readings[cpu]);
    atomic_store_explicit(&s_done[cpu], true, memory_order_release);
    if (cpu != 0)
        return;

    finish_use_psci(PSCI_HVC);
    console_init();
    for (unsigned other = 0; other < COUNT_MAX_CPUS; other++)
        if (s_started[other])
            report(other);
    finish(0);
}
