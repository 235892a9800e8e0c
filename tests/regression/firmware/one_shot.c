/* SPDX-License-Identifier: MIT
 *
 * The SystemC timer, once, of each CPU: it expires at its time exactly. Whoever reads STATUS before then sees
 * nothing, and whoever reads it then sees it.
 */
#include "scenario.h"

#define ROUNDS 10u
#define ENABLE 1u
#define ONE_SHOT 4u

void scenario_one_shot(unsigned cpu)
{
    const uintptr_t timer = TIMER(cpu);
    unsigned early = 0, late = 0;

    barrier();
    for (unsigned round = 0; round < ROUNDS; round++) {
        const uint32_t period = 11003 + 1009 * round + 101 * cpu;
        uint64_t begin, end, before, after;
        mmio_write32(timer + TIMER_PERIOD, period);
        begin = local_ns();
        mmio_write32(timer + TIMER_CTRL, ENABLE | ONE_SHOT);
        end = local_ns();
        do {
            before = local_ns();
            if (mmio_read32(timer + TIMER_STATUS) & 1)
                break;
            after = local_ns();
            late += before >= end + period;
        } while (after < end + 10 * period);
        after = local_ns();
        early += after < begin + period;
        mmio_write32(timer + TIMER_STATUS, 1);
    }
    check_equal("early", early, 0);
    check_equal("late", late, 0);
    check_equal("expiries", mmio_read32(timer + TIMER_EXPIRIES), ROUNDS);
    check_equal("CTRL", mmio_read32(timer + TIMER_CTRL), ONE_SHOT);
}
