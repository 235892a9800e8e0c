/* SPDX-License-Identifier: MIT
 *
 * Order of registers and memory between CPUs: CPU 0 writes a register and then memory; who sees the memory
 * must see the register. And the other way: memory first.
 */
#include "scenario.h"

#define STEPS 100u
#define REGISTER (TIMER(0) + TIMER_PERIOD)
#define OTHER_REGISTER (TIMER(0) + TIMER_PERIOD + 4)

static atomic_uint s_flag, s_before;

static unsigned wrong_looks(void)
{
    unsigned wrong = 0, flag = 0;

    while (flag < STEPS) {
        const uint32_t later = mmio_read32(OTHER_REGISTER);
        wrong += atomic_load(&s_before) < later;
        flag = atomic_load(&s_flag);
        wrong += mmio_read32(REGISTER) < flag;
    }
    return wrong;
}

void scenario_mmio_order(unsigned cpu)
{
    barrier();
    for (unsigned i = 1; cpu == 0 && i <= STEPS; i++) {
        atomic_store(&s_before, i);
        mmio_write32(OTHER_REGISTER, i);
        mmio_write32(REGISTER, i);
        atomic_store(&s_flag, i);
        compute(i);
    }
    check_equal("steps out of order", wrong_looks(), 0);
}
