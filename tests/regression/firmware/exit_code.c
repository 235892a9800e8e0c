/* SPDX-License-Identifier: MIT
 *
 * The last CPU ends the run with an exit code, while the others are in the middle of something.
 */
#include "console.h"
#include "finish.h"
#include "scenario.h"

void scenario_exit_code(unsigned cpu)
{
    barrier();
    if (cpu == CPUS - 1) {
        compute(1000);
        console_printf("PASS exit_code: CPU %u leaves with %u\n", cpu, PARAMETERS->argument);
        finish(PARAMETERS->argument);
    }
    for (;;) {
        if (cpu % 2 == 0)
            mmio_read32(SLOW_RAM);
        else
            cpu_wait_interrupt();
    }
}
