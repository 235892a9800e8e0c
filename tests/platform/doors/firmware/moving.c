/* SPDX-License-Identifier: MIT
 *
 * Each CPU reads two words all the time, in long blocks: first how often the memory has moved (from memory
 * that stays), then what is in the memory that moves, which is never less. CPU 0 has it moved, in the middle
 * of such blocks. The last move ends the run.
 */
#include "cpu.h"
#include "finish.h"
#include "mmio.h"

#include <stdint.h>

enum { MOVING = 0x0b000000, MOVES = 0x0b001000, MOVE = 0x0b002000, LAST = 4000 };

#define READING                                                                                              \
    "ldr %w0, [%3]\n\t"                                                                                      \
    "dmb ish\n\t"                                                                                            \
    "ldr %w1, [%4]\n\t"                                                                                      \
    "cmp %w1, %w0\n\t"                                                                                       \
    "cinc %w2, %w2, lo\n\t"

/* How many of 60 readings were of a time before the last move. */
static uint32_t stale_readings(void)
{
    uint32_t moves, found, stale = 0;

    __asm__ volatile(".rept 60\n\t" READING ".endr"
                     : "=&r"(moves), "=&r"(found), "+&r"(stale)
                     : "r"((uintptr_t)MOVES), "r"((uintptr_t)MOVING)
                     : "cc", "memory");
    return stale;
}

/* The same of 10, before each of which it moves. */
static uint32_t stale_readings_after_moves(void)
{
    uint32_t moves, found, stale = 0;

    __asm__ volatile(".rept 10\n\t"
                     "str wzr, [%5]\n\t" READING ".endr"
                     : "=&r"(moves), "=&r"(found), "+&r"(stale)
                     : "r"((uintptr_t)MOVES), "r"((uintptr_t)MOVING), "r"((uintptr_t)MOVE)
                     : "cc", "memory");
    return stale;
}

void cpu_main(unsigned cpu)
{
    while (mmio_read32(MOVES) < LAST)
        if ((cpu == 0 ? stale_readings_after_moves() : stale_readings()) != 0)
            finish(FINISH_DISAGREE + cpu);
    finish(FINISH_AGREE);
}
