/* SPDX-License-Identifier: MIT
 *
 * CPU 0 writes and reads a word that is not direct, many times; the exit code says whether it read what it
 * wrote.
 */
#include "cpu.h"
#include "finish.h"
#include "mmio.h"

enum { MEMORY = 0x0b000000, ROUNDS = 1000 };

void cpu_main(unsigned cpu)
{
    if (cpu != 0)
        return;
    for (unsigned i = 0; i < ROUNDS; i++) {
        mmio_write32(MEMORY, i);
        if (mmio_read32(MEMORY) != i)
            finish(FINISH_DISAGREE);
    }
    finish(FINISH_AGREE);
}
