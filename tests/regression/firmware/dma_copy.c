/* SPDX-License-Identifier: MIT
 *
 * DMA against CPUs: while the engine copies 64 KiB, all CPUs change memory beside it. The copy is right, and
 * takes as long as its bytes need.
 */
#include "scenario.h"

#define CTRL 0x00
#define STATUS 0x04
#define SRC 0x08
#define DST 0x10
#define LENGTH 0x18
#define START 1
#define BUSY 1
#define DONE 2

#define BYTES 0x10000u
#define COPY_NS (BYTES * 10ull) /* 1e8 bytes a second */
#define DESTINATION (FREE_RAM + 0x100000u)

static atomic_bool s_begun, s_done;
static atomic_ulong s_sum;
static volatile uint64_t s_added[ALL_CPUS];

static volatile uint64_t *word(uintptr_t base, unsigned i)
{
    return (volatile uint64_t *)(base + 8ul * i);
}

static uint64_t pattern(unsigned i)
{
    return i * 0x9e3779b97f4a7c15ull;
}

static void add(unsigned cpu)
{
    atomic_fetch_add(&s_sum, 1);
    s_added[cpu]++;
}

static void copy(void)
{
    unsigned wrong = 0;
    uint64_t begin;

    for (unsigned i = 0; i < BYTES / 8; i++)
        *word(FREE_RAM, i) = pattern(i);
    mmio_write32(DMA + SRC, FREE_RAM);
    mmio_write32(DMA + DST, DESTINATION);
    mmio_write32(DMA + LENGTH, BYTES);
    atomic_store(&s_begun, true);
    begin = local_ns();
    mmio_write32(DMA + CTRL, START);
    while (mmio_read32(DMA + STATUS) & BUSY)
        add(0);
    check_range("ns of the copy", local_ns() - begin, COPY_NS, COPY_NS + late_ns());
    check_equal("status", mmio_read32(DMA + STATUS), DONE);
    for (unsigned i = 0; i < BYTES / 8; i++)
        wrong += *word(DESTINATION, i) != pattern(i);
    check_equal("wrong words", wrong, 0);
    atomic_store(&s_done, true);
}

void scenario_dma_copy(unsigned cpu)
{
    uint64_t added = 0;

    if (cpu == 0) {
        copy();
    } else {
        while (!atomic_load(&s_begun))
            cpu_relax();
        while (!atomic_load(&s_done))
            add(cpu);
    }
    barrier();
    if (cpu != 0)
        return;
    for (unsigned c = 0; c < CPUS; c++)
        added += s_added[c];
    check_equal("additions meanwhile", atomic_load(&s_sum), added);
}
