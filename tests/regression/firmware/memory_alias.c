/* SPDX-License-Identifier: MIT
 *
 * The same memory at two addresses: what is written, also atomically, at one is seen at the other.
 */
#include "scenario.h"

#define ALIAS 0x20000000u /* so much further */
#define ADDITIONS 200u

void scenario_memory_alias(unsigned cpu)
{
    const uintptr_t here = FREE_RAM + 0x1000u * cpu, there = here + ALIAS;
    /* Even CPUs by one address, odd ones by the other. */
    atomic_ulong *const sum = (atomic_ulong *)(uintptr_t)(FREE_RAM + 0x10000u + (cpu % 2 ? ALIAS : 0));
    unsigned wrong = 0;

    barrier();
    for (unsigned i = 0; i < ADDITIONS; i++) {
        mmio_write32(here, i);
        wrong += mmio_read32(there) != i;
        mmio_write32(there + 4, ~i);
        wrong += mmio_read32(here + 4) != ~i;
        atomic_fetch_add(sum, 1);
    }
    check_equal("wrong values", wrong, 0);
    barrier();
    check_equal("additions", atomic_load(sum), ADDITIONS * (uint64_t)CPUS);
}
