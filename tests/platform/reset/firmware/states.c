/* SPDX-License-Identifier: MIT
 *
 * What a CPU may be in the middle of.
 */
#include "board.h"
#include "cpu.h"
#include <stdatomic.h>

static atomic_ulong s_hammered;
static volatile uint64_t s_computed[MACHINE_MAX_CPUS];

_Noreturn void stay(enum state state)
{
    for (;;) {
        switch (state) {
        case SLEEPS:
            cpu_wait_interrupt(); /* for nothing: all are masked */
            break;
        case ACCESSES:
            mmio_read32(MACHINE_TIMER_BASE);
            break;
        case WAITS_IN_ACCESS:
            mmio_read32(SLOW);
            break;
        case HAMMERS:
            atomic_fetch_add(&s_hammered, 1);
            break;
        default:
            s_computed[cpu_number()]++;
            break;
        }
    }
}
