/* SPDX-License-Identifier: MIT
 *
 * CPUs of different rates: each computes for as long as its own instructions take, exactly, and all clocks
 * stay within a quantum and a block of global time.
 */
#include "scenario.h"

#define SPAN_NS 500000ull

static __attribute__((noinline)) uint64_t time_of(uint64_t turns)
{
    const uint64_t begin = local_ns();

    compute(turns);
    return local_ns() - begin;
}

void scenario_rates(unsigned cpu)
{
    const uint64_t ns_per_insn = NS_PER_SECOND / PARAMETERS->rate[cpu];
    const uint64_t turns = SPAN_NS / ns_per_insn / 2;
    uint64_t once, twice, own, global;

    barrier();
    once = time_of(turns);
    twice = time_of(2 * turns);
    check_equal("ns of as many turns more", twice - once, 2 * turns * ns_per_insn);
    own = local_ns();
    global = now_ns();
    check_range("ns that global time is ahead, and a quantum and a block",
                global + QUANTUM_NS + block_ns() - own, 0, 2 * (QUANTUM_NS + block_ns()) + 20 * ns_per_insn);
}
