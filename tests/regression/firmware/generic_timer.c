/* SPDX-License-Identifier: MIT
 *
 * Each CPU's generic timer, with a period of its own; even CPUs compute, odd ones sleep. The timer is due in
 * global time: the counter is never short of it, and the CPU's own clock is past it by a block at most. While
 * one CPU is in its handler the others may get a quantum ahead, and global time with them: then the next tick
 * is due when it is set, and a CPU that sleeps by then wakes up at that time.
 */
#include "scenario.h"

#define TICKS 20u
#define PERIOD_NS(cpu) (37000ull + 4000 * (cpu))

struct seen {
    volatile unsigned taken, early;
    volatile uint64_t due_ns, set_ns, latest_ns, behind_ns;
} __attribute__((aligned(64)));
static struct seen s_seen[ALL_CPUS];

static void set_tick(struct seen *me, uint64_t due_ns)
{
    me->due_ns = due_ns;
    cpu_timer_set(due_ns);
    me->set_ns = now_ns();
}

static void on_tick(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];
    const uint64_t own = local_ns(), due = me->due_ns > me->set_ns ? me->due_ns : me->set_ns;

    me->early += now_ns() < me->due_ns;
    if (own > due && own - due > me->latest_ns)
        me->latest_ns = own - due;
    if (own < me->due_ns && me->due_ns - own > me->behind_ns)
        me->behind_ns = me->due_ns - own;
    if (++me->taken == TICKS)
        cpu_timer_stop();
    else
        set_tick(me, me->due_ns + PERIOD_NS(cpu));
}

void scenario_generic_timer(unsigned cpu)
{
    struct seen *me = &s_seen[cpu];

    on_interrupt(MACHINE_INTID_VIRTUAL_TIMER, cpu, on_tick);
    barrier();
    /* The first is due when even one that is a quantum behind has set it. */
    set_tick(me, now_ns() + 2ull * QUANTUM_NS + 20000);
    while (me->taken < TICKS) {
        if (cpu % 2 == 1)
            cpu_wait_interrupt();
        cpu_irq_unmask();
        compute(50);
        cpu_irq_mask();
    }
    check_equal("early interrupts", me->early, 0);
    check_range("ns that the own clock was past it", me->latest_ns, 0, late_ns());
    check_range("ns that the own clock was short of it", me->behind_ns, 0, QUANTUM_NS + block_ns());
}
