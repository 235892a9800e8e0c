/* SPDX-License-Identifier: MIT
 *
 * Reads a word, writes 42, and ends with what it reads then.
 */
#include "cpu.h"
#include "finish.h"
#include "mmio.h"

enum { MEMORY = 0x0b000000 };

void cpu_main(unsigned cpu)
{
    if (cpu != 0)
        return;
    mmio_read32(MEMORY);
    mmio_write32(MEMORY, 42);
    finish(mmio_read32(MEMORY));
}
