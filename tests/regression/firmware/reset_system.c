/* SPDX-License-Identifier: MIT
 *
 * The whole system is reset while its CPUs compute, sleep, and wait for a target. Time goes on, and memory is
 * as it was: the reset is a warm one.
 */
#include "scenario.h"

#define WARM 1
#define ROUNDS 3u
#define BOOT_NS 30000u /* from reset to the scenario, generously */

struct kept {
    uint64_t asked_ns;
    uint32_t boots;
};

static volatile struct kept *kept(void)
{
    return (volatile struct kept *)KEPT;
}

static _Noreturn void be_in_the_middle(unsigned cpu)
{
    for (;;) {
        if (cpu == 1)
            mmio_read32(SLOW_RAM);
        else if (cpu == 2)
            cpu_wait_interrupt();
        else
            compute(1000);
    }
}

void scenario_reset_system(unsigned cpu)
{
    const uint64_t now = local_ns();

    alone_at_the_end();
    if (cpu != 0)
        be_in_the_middle(cpu);
    check_equal("resets", mmio_read32(RESETS + RESETS_COUNT), kept()->boots);
    if (kept()->boots > 0)
        check_range("ns from the reset to the scenario", now - kept()->asked_ns, 0,
                    QUANTUM_NS + block_ns() + BOOT_NS);
    check_equal("timer's PERIOD", mmio_read32(TIMER(0) + TIMER_PERIOD), 0);
    if (kept()->boots == ROUNDS)
        return;
    mmio_write32(TIMER(0) + TIMER_PERIOD, 12345);
    compute(3000);
    kept()->boots++;
    kept()->asked_ns = local_ns();
    mmio_write32(RESETS + RESETS_SYSTEM, WARM);
    be_in_the_middle(0);
}
