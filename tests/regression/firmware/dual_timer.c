/* SPDX-License-Identifier: MIT
 *
 * SP804: timer 1 interrupts the last CPU periodically, timer 2 counts down freely meanwhile. No interrupt is
 * lost or early, and each is taken within the model's bound.
 */
#include "scenario.h"

#define LOAD 0x00
#define VALUE 0x04
#define CONTROL 0x08
#define INT_CLEAR 0x0c
#define RIS 0x10
#define TIMER_2 0x20
#define PERIODIC_WITH_IRQ 0xe2 /* enabled, periodic, interrupt, 32 bits */
#define FREE_RUNNING 0x82

#define TICK_NS 1000ull /* 1 MHz */
#define PERIOD_TICKS 50u
#define PERIOD_NS (PERIOD_TICKS * TICK_NS)
#define EXPIRIES 20u

static volatile uint64_t s_begin_ns, s_latest_ns;
static volatile unsigned s_early;
static atomic_uint s_taken;

static void on_expiry(unsigned cpu)
{
    const uint64_t now = local_ns();
    uint64_t due;

    (void)cpu;
    if (!(mmio_read32(DUAL_TIMER + RIS) & 1))
        return;
    mmio_write32(DUAL_TIMER + INT_CLEAR, 1);
    due = s_begin_ns + (atomic_load(&s_taken) + 1) * PERIOD_NS;
    if (now < due)
        s_early++;
    else if (now - due > s_latest_ns)
        s_latest_ns = now - due;
    if (atomic_fetch_add(&s_taken, 1) + 1 == EXPIRIES)
        mmio_write32(DUAL_TIMER + CONTROL, 0);
}

void scenario_dual_timer(unsigned cpu)
{
    uint64_t ticks;

    if (cpu != CPUS - 1) {
        while (atomic_load(&s_taken) < EXPIRIES)
            compute(200);
        return;
    }
    on_interrupt(INTID_DUAL_TIMER, cpu, on_expiry);
    mmio_write32(DUAL_TIMER + TIMER_2 + LOAD, 100000);
    mmio_write32(DUAL_TIMER + LOAD, PERIOD_TICKS);
    mmio_write32(DUAL_TIMER + TIMER_2 + CONTROL, FREE_RUNNING);
    ticks = mmio_read32(DUAL_TIMER + TIMER_2 + VALUE);
    s_begin_ns = local_ns();
    mmio_write32(DUAL_TIMER + CONTROL, PERIODIC_WITH_IRQ);
    cpu_irq_unmask();
    while (atomic_load(&s_taken) < EXPIRIES)
        compute(10);
    cpu_irq_mask();
    ticks -= mmio_read32(DUAL_TIMER + TIMER_2 + VALUE);
    check_equal("early interrupts", s_early, 0);
    check_range("ns that the latest one was late", s_latest_ns, 0, late_ns());
    check_range("ticks of timer 2 meanwhile", ticks, PERIOD_TICKS * EXPIRIES,
                PERIOD_TICKS * EXPIRIES + (late_ns() + 10 * NS_PER_INSN) / TICK_NS + 2);
}
