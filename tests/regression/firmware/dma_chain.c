/* SPDX-License-Identifier: MIT
 *
 * A chain of DMA descriptors whose end interrupts a CPU that sleeps, while the others compute.
 */
#include "scenario.h"

#define CTRL 0x00
#define STATUS 0x04
#define CHAIN 0x1c
#define START_WITH_IRQ 3
#define DONE 2

#define PARTS 4
#define PART_BYTES 0x2000u
#define COPY_NS (PARTS * PART_BYTES * 10ull)
#define DESCRIPTOR_NS (PARTS * 32 * 10ull) /* they may take their share of the rate, too */
#define DESTINATION (FREE_RAM + 0x100000u)

struct descriptor {
    uint64_t source, destination;
    uint32_t length, flags;
    uint64_t next;
};

static volatile struct descriptor s_chain[PARTS];
static atomic_ulong s_done_ns;
static atomic_uint s_interrupts;
static uint64_t s_begin_ns;

static void on_done(unsigned cpu)
{
    (void)cpu;
    if (!(mmio_read32(DMA + STATUS) & DONE))
        return; /* the line had not fallen yet */
    mmio_write32(DMA + STATUS, DONE);
    atomic_fetch_add(&s_interrupts, 1);
    atomic_store(&s_done_ns, local_ns());
}

static void start(void)
{
    for (unsigned i = 0; i < PARTS; i++) {
        s_chain[i].source = FREE_RAM + PART_BYTES * (PARTS - 1 - i); /* in the other order */
        s_chain[i].destination = DESTINATION + PART_BYTES * i;
        s_chain[i].length = PART_BYTES;
        s_chain[i].next = i + 1 < PARTS ? (uintptr_t)&s_chain[i + 1] : 0;
        mmio_write32(s_chain[i].source, i);
        mmio_write32(s_chain[i].source + PART_BYTES - 4, ~i);
    }
    mmio_write32(DMA + CHAIN, (uint32_t)(uintptr_t)s_chain);
    s_begin_ns = local_ns();
    mmio_write32(DMA + CTRL, START_WITH_IRQ);
}

void scenario_dma_chain(unsigned cpu)
{
    const bool sleeps = cpu == CPUS - 1;
    unsigned wrong = 0;

    if (sleeps)
        on_interrupt(INTID_DMA, cpu, on_done);
    barrier();
    if (cpu == 0)
        start();
    while (!atomic_load(&s_done_ns)) {
        if (sleeps) {
            cpu_wait_interrupt(); /* also for a masked one */
            cpu_irq_unmask();
            cpu_irq_mask();
        } else {
            compute(100);
        }
    }
    barrier();
    if (!sleeps)
        return;
    check_equal("interrupts", atomic_load(&s_interrupts), 1);
    check_range("ns from the start to the handler", atomic_load(&s_done_ns) - s_begin_ns, COPY_NS,
                COPY_NS + DESCRIPTOR_NS + late_asleep_ns());
    for (unsigned i = 0; i < PARTS; i++) {
        wrong += mmio_read32(DESTINATION + PART_BYTES * i) != i;
        wrong += mmio_read32(DESTINATION + PART_BYTES * (i + 1) - 4) != ~i;
    }
    check_equal("wrong words", wrong, 0);
}
