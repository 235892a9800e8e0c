/* SPDX-License-Identifier: MIT
 *
 * SP805: as long as it is fed nothing happens; then it interrupts, and then it resets the system, at its
 * times.
 */
#include "scenario.h"

#define LOAD 0x00
#define CONTROL 0x08
#define INT_CLEAR 0x0c
#define INTERRUPT_AND_RESET 3
#define TICK_NS 1000ull /* 1 MHz */
#define LOAD_TICKS 100u
#define LOAD_NS (LOAD_TICKS * TICK_NS)
#define FEEDINGS 5u
#define BOOT_NS 30000u /* from reset to the scenario, generously */

struct kept {
    uint64_t fed_ns, interrupt_ns;
    uint32_t boots, interrupts;
};

static volatile struct kept *kept(void)
{
    return (volatile struct kept *)KEPT;
}

static void on_watchdog(unsigned cpu)
{
    const uint64_t now = local_ns();

    (void)cpu;
    if (kept()->interrupts++ == 0)
        kept()->interrupt_ns = now;
    mmio_write32(MACHINE_GICD_BASE + 0x180 + INTID_WATCHDOG / 32 * 4,
                 1u << INTID_WATCHDOG % 32); /* no more */
}

static void feed_and_starve(void)
{
    on_interrupt(INTID_WATCHDOG, 0, on_watchdog);
    mmio_write32(WATCHDOG + LOAD, LOAD_TICKS);
    mmio_write32(WATCHDOG + CONTROL, INTERRUPT_AND_RESET);
    cpu_irq_unmask();
    for (unsigned i = 0; i < FEEDINGS; i++) {
        compute(3000); /* 60 us */
        kept()->fed_ns = local_ns();
        mmio_write32(WATCHDOG + INT_CLEAR, 1);
    }
    kept()->boots++;
    for (;;)
        compute(10);
}

void scenario_watchdog(unsigned cpu)
{
    const uint64_t now = local_ns();

    alone_at_the_end();
    while (cpu != 0)
        compute(1000);
    if (kept()->boots == 0)
        feed_and_starve();
    check_equal("resets", mmio_read32(RESETS + RESETS_COUNT), 1);
    check_equal("interrupts", kept()->interrupts, 1);
    check_range("ns from the last feeding to the interrupt", kept()->interrupt_ns - kept()->fed_ns, LOAD_NS,
                LOAD_NS + TICK_NS + late_ns());
    /* Reloaded a tick after the interrupt. */
    check_range("ns from the last feeding to the scenario after the reset", now - kept()->fed_ns, 2 * LOAD_NS,
                2 * LOAD_NS + 2 * TICK_NS + QUANTUM_NS + late_ns() + BOOT_NS);
}
