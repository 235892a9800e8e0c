/* SPDX-License-Identifier: MIT
 *
 * Each CPU's rate changes while it runs: the same instructions then take another time, exactly.
 */
#include "scenario.h"

#define SET_RATE(cpu) (EXTRA + 4 * (cpu)) /* modules/rate_control.cpp: in kHz */
#define TURNS 5000u

static const struct {
    uint32_t khz, ns_per_insn;
} rates[] = {{50000, 20}, {200000, 5}, {25000, 40}, {100000, 10}};

/* The difference of twice and once as many turns: without what is around them. */
static __attribute__((noinline)) uint64_t time_of(uint64_t turns)
{
    const uint64_t begin = local_ns();

    compute(turns);
    return local_ns() - begin;
}

void scenario_rate_change(unsigned cpu)
{
    barrier();
    for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        uint64_t once, twice;
        mmio_write32(SET_RATE(cpu), rates[i].khz);
        once = time_of(TURNS);
        twice = time_of(2 * TURNS);
        check_equal("ns", twice - once, 2ull * TURNS * rates[i].ns_per_insn);
    }
}
