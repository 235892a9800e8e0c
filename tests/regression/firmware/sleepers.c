/* SPDX-License-Identifier: MIT
 *
 * All CPUs sleep, each until its SystemC timer wakes it, in lengths of its own. Who wakes does so at its
 * time.
 */
#include "scenario.h"

#define ROUNDS 20u
#define ONCE_WITH_IRQ 7

struct seen {
    volatile unsigned taken, early;
    volatile uint64_t due_ns, latest_ns;
    uint32_t seed;
} __attribute__((aligned(64)));
static struct seen s_seen[ALL_CPUS];

static void on_expiry(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];
    const uint64_t now = local_ns();

    if (!(mmio_read32(TIMER(cpu) + TIMER_STATUS) & 1))
        return;
    mmio_write32(TIMER(cpu) + TIMER_STATUS, 1);
    me->taken++;
    if (now < me->due_ns)
        me->early++;
    else if (now - me->due_ns > me->latest_ns)
        me->latest_ns = now - me->due_ns;
}

void scenario_sleepers(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];

    on_interrupt(INTID_TIMER(cpu), cpu, on_expiry);
    me->seed = cpu + 1;
    barrier();
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t period;
        me->seed = me->seed * 1664525u + 1013904223u;
        period = 20000 + (me->seed >> 8) % 100000;
        mmio_write32(TIMER(cpu) + TIMER_PERIOD, period);
        me->due_ns = local_ns() + period;
        mmio_write32(TIMER(cpu) + TIMER_CTRL, ONCE_WITH_IRQ);
        while (me->taken == round) {
            cpu_wait_interrupt();
            cpu_irq_unmask();
            cpu_irq_mask();
        }
    }
    check_equal("early", me->early, 0);
    check_range("ns that the latest one was late", me->latest_ns, 0, late_asleep_ns());
}
