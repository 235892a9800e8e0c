/* SPDX-License-Identifier: MIT
 *
 * A guest that keeps its CPUs in a known state until something happens to the run.
 */
#include "guest.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "machine.h"
#include "sc_timer.h"

#define WAKE_NS 100000

static volatile uint64_t s_room[MACHINE_MAX_CPUS][512];

static _Noreturn void run(unsigned cpu)
{
    for (uint64_t i = 0;; i++)
        s_room[cpu][i % 512] += i;
}

static _Noreturn void idle(void)
{
    for (;;)
        cpu_wait_interrupt();
}

static _Noreturn void access(void)
{
    for (;;)
        sc_timer_expiries();
}

static _Noreturn void wake(void)
{
    const uint64_t ticks = cpu_ns_to_count(WAKE_NS, cpu_counter_hz());

    for (;;) {
        cpu_timer_set(cpu_counter() + ticks);
        cpu_wait_interrupt(); /* masked: it only wakes */
    }
}

static _Noreturn void talk(unsigned lines)
{
    for (unsigned i = 0; i < lines; i++)
        console_printf("line %u of what the guest has to say\n", i);
    finish(0);
}

/* Below the RAM there are devices, where the MMU lets nobody execute. */
static _Noreturn void fault(void)
{
    __asm__ volatile("msr vbar_el1, xzr\n\tisb\n\tudf #0" ::: "memory");
    __builtin_unreachable();
}

void cpu_main(unsigned cpu)
{
    const struct guest_params *params = (const struct guest_params *)MACHINE_PARAMS_BASE;

    if (cpu == 0) {
        console_init();
        console_printf("ready\n");
    }
    switch (params->work[cpu]) {
    case WORK_RUN:
        run(cpu);
    case WORK_ACCESS:
        access();
    case WORK_WAKE:
        wake();
    case WORK_FINISH:
        finish(params->value);
    case WORK_TALK:
        talk(params->value);
    case WORK_FAULT:
        fault();
    default:
        idle();
    }
}
