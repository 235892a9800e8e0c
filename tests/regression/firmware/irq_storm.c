/* SPDX-License-Identifier: MIT
 *
 * A SystemC timer for each CPU, with short periods, all at once: no interrupt is lost, and each is taken
 * within the model's bound.
 */
#include "scenario.h"

#define EXPIRIES 60u
#define PERIOD_NS(cpu) (20000ull + 1700 * (cpu))
#define PERIODIC_WITH_IRQ 3

struct seen {
    volatile unsigned taken, early;
    volatile uint64_t begin_ns, latest_ns;
} __attribute__((aligned(64)));
static struct seen s_seen[ALL_CPUS];

static void on_expiry(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];
    const uint64_t now = local_ns();
    uint64_t due;

    if (!(mmio_read32(TIMER(cpu) + TIMER_STATUS) & 1))
        return; /* the line had not fallen yet */
    mmio_write32(TIMER(cpu) + TIMER_STATUS, 1);
    me->taken++;
    due = me->begin_ns + me->taken * PERIOD_NS(cpu);
    if (now < due)
        me->early++;
    else if (now - due > me->latest_ns)
        me->latest_ns = now - due;
    if (me->taken == EXPIRIES)
        mmio_write32(TIMER(cpu) + TIMER_CTRL, 0);
}

void scenario_irq_storm(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];

    on_interrupt(INTID_TIMER(cpu), cpu, on_expiry);
    barrier();
    mmio_write32(TIMER(cpu) + TIMER_PERIOD, (uint32_t)PERIOD_NS(cpu));
    me->begin_ns = local_ns();
    mmio_write32(TIMER(cpu) + TIMER_CTRL, PERIODIC_WITH_IRQ);
    cpu_irq_unmask();
    while (me->taken < EXPIRIES)
        compute(20);
    cpu_irq_mask();
    check_equal("expiries", mmio_read32(TIMER(cpu) + TIMER_EXPIRIES), EXPIRIES);
    check_equal("early interrupts", me->early, 0);
    check_range("ns that the latest one was late", me->latest_ns, 0, late_ns());
}
