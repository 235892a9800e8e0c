/* SPDX-License-Identifier: MIT
 *
 * Accesses of each kind: a read, a write, and an atomic one.
 */
#include "cpu.h"
#include "finish.h"
#include "mmio.h"

enum { MEMORY = 0x0b000000 };

void cpu_main(unsigned cpu)
{
    uint32_t value;

    if (cpu != 0)
        return;
    mmio_read32(MEMORY);
    mmio_write32(MEMORY, 0);
    __asm__ volatile("1: ldxr %w0, [%1]\n\t"
                     "stxr w9, %w0, [%1]\n\t"
                     : "=&r"(value)
                     : "r"((uintptr_t)MEMORY)
                     : "w9", "memory");
    (void)value;
    finish(FINISH_AGREE);
}
