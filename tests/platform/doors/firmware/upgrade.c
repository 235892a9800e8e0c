/* SPDX-License-Identifier: MIT
 *
 * CPU 0 counts in a word, and reads back what it has written; CPU 1 reads it all the time, and must not see
 * it go back. What the two may reach directly is taken away now and then, and grows again.
 */
#include "cpu.h"
#include "finish.h"

#include <stdint.h>

enum { MEMORY = 0x0b000000, LAST = 200000 };

static volatile uint32_t *const s_word = (volatile uint32_t *)(uintptr_t)MEMORY;

static void count(void)
{
    for (uint32_t i = 1; i <= LAST; i++) {
        *s_word = i;
        if (*s_word != i)
            finish(FINISH_DISAGREE);
    }
    finish(FINISH_AGREE);
}

static void watch(void)
{
    uint32_t last = 0;

    for (;;) {
        uint32_t now = *s_word;
        if (now < last)
            finish(FINISH_DISAGREE);
        last = now;
    }
}

void cpu_main(unsigned cpu)
{
    if (cpu == 0)
        count();
    else
        watch();
}
