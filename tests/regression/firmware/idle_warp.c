/* SPDX-License-Identifier: MIT
 *
 * All CPUs sleep, and time goes straight to the one timer that is armed, ten seconds ahead.
 */
#include "scenario.h"

#define SLEEP_NS 10000000000ull
#define SGI_WAKE 1

static atomic_bool s_over;

static void on_wake(unsigned cpu)
{
    (void)cpu;
    cpu_timer_stop();
}

void scenario_idle_warp(unsigned cpu)
{
    uint64_t due;

    on_interrupt(MACHINE_INTID_VIRTUAL_TIMER, cpu, on_wake);
    on_interrupt(SGI_WAKE, cpu, on_wake);
    barrier();
    if (cpu != 0) {
        while (!atomic_load(&s_over))
            cpu_wait_interrupt();
        cpu_irq_unmask();
        check_range("ns on the clock", now_ns(), SLEEP_NS, SLEEP_NS + 5000000 + 2 * QUANTUM_NS);
        return;
    }
    due = now_ns() + SLEEP_NS;
    cpu_timer_set(due);
    cpu_wait_interrupt();
    /* The others sleep: nobody is ahead. */
    check_range("ns that it took longer", now_ns() - due, 0, late_ns() + (CPUS > 1 ? QUANTUM_NS : 0));
    cpu_irq_unmask();
    atomic_store(&s_over, true);
    for (unsigned c = 1; c < CPUS; c++)
        send_sgi(SGI_WAKE, c);
}
