/* SPDX-License-Identifier: MIT
 *
 * All CPUs print at the same time: each line comes whole, and those of a CPU in order.
 */
#include "console.h"
#include "scenario.h"

#define LINES 5u

void scenario_uart_lines(unsigned cpu)
{
    barrier();
    for (unsigned i = 0; i < LINES; i++)
        console_printf("CPU %u line %u of %u: abcdefghijklmnopqrstuvwxyz\n", cpu, i, LINES);
    barrier();
    if (cpu == 0)
        check_equal("the UART's errors", mmio_read32(MACHINE_UART_BASE + 4), 0);
}
