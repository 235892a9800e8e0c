/* SPDX-License-Identifier: MIT
 *
 * Interrupts between CPUs, there and back; a CPU alone interrupts itself. None is lost, and none is seen
 * further from its sending than clocks may be apart.
 */
#include "scenario.h"

#define SGI_THERE 1
#define SGI_BACK 2
#define SGI_END 3
#define ROUNDS 30u

static atomic_uint s_there[ALL_CPUS], s_back;
static atomic_ulong s_sent_ns;
static volatile uint64_t s_ahead_ns[ALL_CPUS], s_behind_ns[ALL_CPUS];
static atomic_bool s_over;

static void on_there(unsigned cpu)
{
    const uint64_t now = local_ns(), sent = atomic_load(&s_sent_ns);

    if (now >= sent && now - sent > s_ahead_ns[cpu])
        s_ahead_ns[cpu] = now - sent;
    if (now < sent && sent - now > s_behind_ns[cpu])
        s_behind_ns[cpu] = sent - now;
    atomic_fetch_add(&s_there[cpu], 1);
    send_sgi(SGI_BACK, 0);
}

static void on_back(unsigned cpu)
{
    (void)cpu;
    atomic_fetch_add(&s_back, 1);
}

static void on_end(unsigned cpu)
{
    (void)cpu; /* who sleeps looks again */
}

static void send_all(void)
{
    cpu_irq_unmask();
    for (unsigned round = 0; round < ROUNDS; round++) {
        const unsigned to = CPUS > 1 ? 1 + round % (CPUS - 1) : 0;
        atomic_store(&s_sent_ns, local_ns());
        send_sgi(SGI_THERE, to);
        while (atomic_load(&s_back) <= round)
            cpu_relax();
    }
    cpu_irq_mask();
    atomic_store(&s_over, true);
    for (unsigned c = 1; c < CPUS; c++)
        send_sgi(SGI_END, c);
}

void scenario_ipi(unsigned cpu)
{
    unsigned there = 0;

    on_interrupt(SGI_THERE, cpu, on_there);
    on_interrupt(SGI_BACK, cpu, on_back);
    on_interrupt(SGI_END, cpu, on_end);
    barrier();
    if (cpu == 0) {
        send_all();
        for (unsigned c = 0; c < CPUS; c++)
            there += atomic_load(&s_there[c]);
        check_equal("interrupts there", there, ROUNDS);
        check_equal("interrupts back", atomic_load(&s_back), ROUNDS);
    } else {
        while (!atomic_load(&s_over)) {
            if (cpu % 2 == 1)
                cpu_wait_interrupt();
            cpu_irq_unmask();
            cpu_irq_mask();
        }
    }
    check_range("ns that it was seen after it was sent", s_ahead_ns[cpu], 0,
                QUANTUM_NS + block_ns() + late_ns());
    check_range("ns that it was seen before, on the own clock", s_behind_ns[cpu], 0, QUANTUM_NS + block_ns());
}
