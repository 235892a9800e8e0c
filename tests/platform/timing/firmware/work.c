/* SPDX-License-Identifier: MIT
 *
 * Roles without interrupts: known numbers of instructions, accesses, and company for others.
 */
#include "calibrated.h"
#include "cpu.h"
#include "mmio.h"
#include "psci.h"
#include "roles.h"
#include <stdatomic.h>

enum { MAX_STRETCHES = 64 };

void _start(void); /* start.S */

/* --- a known number of instructions --- */

static uint64_t s_readings[MACHINE_MAX_CPUS][MAX_STRETCHES + 1];

static void run(unsigned cpu, uint32_t turns, uint32_t stretches)
{
    if (stretches > MAX_STRETCHES)
        stretches = MAX_STRETCHES;
    calibrated_run(turns, stretches, s_readings[cpu]);
    for (unsigned i = 0; i <= stretches; i++)
        record(i, s_readings[cpu][i]);
}

void role_run(unsigned cpu)
{
    run(cpu, argument(cpu, 0), argument(cpu, 1));
}

/* The other one is started after some time, so that it has something to catch up with. */
void role_start(unsigned cpu)
{
    uint64_t readings[2];

    calibrated_run(argument(cpu, 1), 1, readings);
    record(128, cpu_counter());
    record(129, (uint64_t)psci_cpu_on(PSCI_HVC, argument(cpu, 0), (uintptr_t)_start));
    run(cpu, argument(cpu, 1), 1);
}

/* --- accesses --- */

void role_access(unsigned cpu)
{
    uint32_t count = argument(cpu, 0);
    uintptr_t target = SLOW_BASE + argument(cpu, 1);
    uint64_t begin = cpu_counter();

    for (uint32_t i = 0; i < count; i++)
        mmio_read32(target);
    record(0, cpu_counter() - begin);
}

/* --- company --- */

enum { COMPUTE_TURNS = 500 };

void role_compute(void)
{
    uint64_t readings[2];

    while (!others_are_done())
        calibrated_run(COMPUTE_TURNS, 1, readings);
}

/* An exclusive pair is an atomic compare-and-exchange for QEMU, and a TLB invalidation of all CPUs is an
 * exclusive section: it stops the other vCPUs outside of their translated code. */
void role_atomics(void)
{
    static struct {
        uint64_t value[2];
    } pair __attribute__((aligned(16)));
    static atomic_uint word;
    uint64_t low, high;
    uint32_t failed;

    while (!others_are_done()) {
        atomic_fetch_add(&word, 1);
        __asm__ volatile("1: ldaxp %0, %1, %3\n\t"
                         "add %0, %0, #1\n\t"
                         "stlxp %w2, %0, %1, %3\n\t"
                         "cbnz %w2, 1b"
                         : "=&r"(low), "=&r"(high), "=&r"(failed), "+Q"(pair));
        __asm__ volatile("tlbi vmalle1is\n\tdsb ish\n\tisb" ::: "memory");
    }
}
