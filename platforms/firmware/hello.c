/* SPDX-License-Identifier: MIT
 *
 * The first program: one CPU says hello, tells the time, and ends the run.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"

void cpu_main(unsigned cpu)
{
    if (cpu != 0)
        return;
    console_init();
    console_printf("Hello from qemu-timekeeper: CNTVCT %lu, CNTFRQ %lu Hz\n", cpu_counter(),
                   cpu_counter_hz());
    finish(FINISH_AGREE);
}
