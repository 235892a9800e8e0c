/* SPDX-License-Identifier: MIT
 *
 * The vector table (Armv7-M ARM, DDI 0403, B1.5.3), and the way to main().
 */
#include "cortex_m.h"
#include <stddef.h>

extern char stack_top[];

void reset_handler(void);
void unexpected_handler(void);

void reset_handler(void)
{
    main();
    for (;;)
        wait_interrupt();
}

/* A fault, or an interrupt that no program here enables: locks up, and the run ends for want of anything to
 * do. */
void unexpected_handler(void)
{
    irq_mask();
    for (;;)
        wait_interrupt();
}

void systick_handler(void) __attribute__((weak, alias("unexpected_handler")));
void irq_0_handler(void) __attribute__((weak, alias("unexpected_handler")));

typedef void (*vector)(void);

static const struct {
    char *stack;
    vector system[15]; /* exceptions 1 to 15 */
    vector irq[1];
} vectors __attribute__((section(".vectors"), used)) = {
    .stack = stack_top,
    .system = {[0] = reset_handler,
               [1] = unexpected_handler,
               [2] = unexpected_handler,
               [3] = unexpected_handler,
               [4] = unexpected_handler,
               [5] = unexpected_handler,
               [10] = unexpected_handler,
               [13] = unexpected_handler,
               [14] = systick_handler},
    .irq = {irq_0_handler},
};
