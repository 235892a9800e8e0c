/* SPDX-License-Identifier: MIT
 *
 * Each CPU reads two words all the time, in one long block: first how often the memory has moved (from memory
 * that stays), then what is in the memory that moves, which is never less. The last move ends the run.
 */
#include "cpu.h"
#include "finish.h"

#include <stdatomic.h>
#include <stdint.h>

enum { MOVES = 0x0b001000, MOVING = 0x0b000000, LAST = 400 };

static _Atomic unsigned s_done;

/* How many of 50 readings were of a time before the last move. */
static uint32_t stale_readings(void)
{
    uint32_t moves, found, stale = 0;

    __asm__ volatile(".rept 50\n\t"
                     "ldr %w0, [%3]\n\t"
                     "dmb ish\n\t"
                     "ldr %w1, [%4]\n\t"
                     "cmp %w1, %w0\n\t"
                     "cinc %w2, %w2, lo\n\t"
                     ".endr"
                     : "=&r"(moves), "=&r"(found), "+&r"(stale)
                     : "r"((uintptr_t)MOVES), "r"((uintptr_t)MOVING)
                     : "cc", "memory");
    return stale;
}

void cpu_main(unsigned cpu)
{
    while (*(volatile uint32_t *)(uintptr_t)MOVES < LAST)
        if (stale_readings() != 0)
            finish(FINISH_DISAGREE);
    (void)cpu;
    if (atomic_fetch_add(&s_done, 1) == 1)
        finish(FINISH_AGREE);
}
