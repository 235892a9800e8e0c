/* SPDX-License-Identifier: MIT
 *
 * A line from SystemC's GPIO back to it, whose edges interrupt: each CPU in turn lifts it, and takes the
 * interrupt within the model's bound.
 */
#include "scenario.h"

#define DIRECTION (GPIO + 0x400)
#define EVENT (GPIO + 0x40c)
#define ENABLE (GPIO + 0x410)
#define CLEAR (GPIO + 0x41c)
#define RAW (GPIO + 0x414)
#define OUT 1u /* line 0, which drives line 1 */
#define IN 2u
#define DATA(lines) (GPIO + ((lines) << 2))
#define EDGES 8u

static volatile unsigned s_taken[ALL_CPUS];
static volatile uint64_t s_seen_ns[ALL_CPUS];
static atomic_uint s_turn;

static void on_edge(unsigned cpu)
{
    const uint64_t now = local_ns();

    if (!(mmio_read32(RAW) & IN))
        return;
    mmio_write32(CLEAR, IN);
    s_taken[cpu]++;
    s_seen_ns[cpu] = now;
}

static void one_turn(unsigned cpu)
{
    uint64_t latest = 0;

    on_interrupt(INTID_EXTRA, cpu, on_edge);
    cpu_irq_unmask();
    for (unsigned i = 1; i <= EDGES; i++) {
        const uint64_t lifted = local_ns();
        mmio_write32(DATA(OUT), OUT);
        while (s_taken[cpu] != i)
            cpu_relax();
        if (s_seen_ns[cpu] - lifted > latest)
            latest = s_seen_ns[cpu] - lifted;
        check_equal("level of the input", mmio_read32(DATA(IN)), IN);
        mmio_write32(DATA(OUT), 0);
        compute(100);
    }
    cpu_irq_mask();
    check_equal("interrupts", s_taken[cpu], EDGES);
    check_range("ns from the write to the handler", latest, 0, late_ns());
}

void scenario_gpio_lines(unsigned cpu)
{
    if (cpu == 0) {
        mmio_write32(DIRECTION, OUT);
        mmio_write32(EVENT, IN);
        mmio_write32(ENABLE, IN);
    }
    barrier();
    while (atomic_load(&s_turn) != cpu)
        compute(100);
    one_turn(cpu);
    atomic_fetch_add(&s_turn, 1);
}
