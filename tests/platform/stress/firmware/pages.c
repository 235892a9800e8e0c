/* SPDX-License-Identifier: MIT
 *
 * Tables and descriptors: Arm ARM (DDI 0487), D8.3 "Translation table descriptor formats"; break-before-make:
 * D8.16.1.
 */
#include "pages.h"
#include "machine.h"
#include <stdatomic.h>

#define PAGE 4096u
#define FIRST UINT64_C(0x80015000) /* in the third entry of the first level; */
#define FIRST_ENTRY 21u /* of the third one: so that no other page in use puts it out of QEMU's TLB */
#define FRAMES 4u       /* of each page: an old one is neither the last nor the next */
#define TABLE 3u
#define PAGE_DATA                                                                                            \
    (UINT64_C(1) << 54 | 1u << 10 | 3u << 8 | 1u << 2 | 3u) /* XN, AF, inner shareable, normal */
#define EC_DATA_ABORT 0x25u
#define DFSC_TRANSLATION_LEVEL_3 7u

static uint64_t s_level_2[512] __attribute__((aligned(4096)));
static uint64_t s_level_3[512] __attribute__((aligned(4096)));
static volatile uint32_t s_frames[MACHINE_MAX_CPUS][FRAMES][PAGE / 4] __attribute__((aligned(4096)));
static atomic_uint s_moves[MACHINE_MAX_CPUS]; /* that are over */

static uint64_t address_of(unsigned cpu)
{
    return FIRST + (uint64_t)cpu * PAGE;
}

static uint64_t descriptor(unsigned cpu, unsigned move)
{
    return (uintptr_t)s_frames[cpu][move % FRAMES] | PAGE_DATA;
}

static void write_entry(uint64_t *entry, uint64_t value)
{
    *(volatile uint64_t *)entry = value;
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

void pages_init(unsigned cpus)
{
    uint64_t *level_1;

    for (unsigned c = 0; c < cpus; c++) {
        for (unsigned k = 0; k < FRAMES; k++)
            s_frames[c][k][0] = k;
        s_level_3[FIRST_ENTRY + c] = descriptor(c, 0);
    }
    s_level_2[0] = (uintptr_t)s_level_3 | TABLE;
    __asm__ volatile("mrs %0, ttbr0_el1" : "=r"(level_1));
    write_entry(&level_1[2], (uintptr_t)s_level_2 | TABLE);
}

void pages_use(void)
{
    __asm__ volatile("tlbi vmalle1\n\tdsb nsh\n\tisb" ::: "memory");
}

void pages_move(unsigned cpu)
{
    const unsigned next = atomic_load(&s_moves[cpu]) + 1;

    write_entry(&s_level_3[FIRST_ENTRY + cpu], 0);
    __asm__ volatile("tlbi vaae1is, %0\n\tdsb ish\n\tisb" ::"r"(address_of(cpu) >> 12) : "memory");
    write_entry(&s_level_3[FIRST_ENTRY + cpu], descriptor(cpu, next));
    atomic_store(&s_moves[cpu], next);
}

unsigned pages_look(unsigned cpu)
{
    const unsigned before = atomic_load(&s_moves[cpu]);
    const uint32_t frame = *(const volatile uint32_t *)address_of(cpu);
    const unsigned after = atomic_load(&s_moves[cpu]);

    /* Moved meanwhile more than once: nothing to say. */
    return before == after && frame != before % FRAMES && frame != (before + 1) % FRAMES;
}

unsigned pages_fault(uint64_t esr, uint64_t far)
{
    return esr >> 26 == EC_DATA_ABORT && (esr & 0x3f) == DFSC_TRANSLATION_LEVEL_3 &&
           far - FIRST < (uint64_t)MACHINE_MAX_CPUS * PAGE;
}
