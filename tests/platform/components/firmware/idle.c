/* SPDX-License-Identifier: MIT
 *
 * Says that it is there, and idles for ever.
 */
#include "console.h"
#include "cpu.h"

void cpu_main(unsigned cpu)
{
    if (cpu != 0)
        return;
    console_init();
    console_printf("idle from now on\n");
}
