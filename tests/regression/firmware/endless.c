/* SPDX-License-Identifier: MIT
 *
 * A guest that never stops: every other CPU computes for ever, and the others sleep. For the limits of vp.
 */
#include "console.h"
#include "scenario.h"

void scenario_endless(unsigned cpu)
{
    if (cpu == 0)
        console_printf("it never ends\n");
    for (;;) {
        if (cpu % 2 == 0)
            compute(1000);
        else
            cpu_wait_interrupt();
    }
}
