/* SPDX-License-Identifier: MIT
 *
 * Accesses to a target that annotates 100 ns, of all CPUs at once, in the direct lane or through SystemC's
 * thread: twice as many take longer by exactly their instructions and the target's time.
 */
#include "scenario.h"

#define ACCESSES 100u
#define ACCESS_NS (100u + 3 * NS_PER_INSN)

/* The time of so many accesses, and of as many instructions around them each time. */
static __attribute__((noinline)) uint64_t time_of(uint64_t accesses, uintptr_t address)
{
    const uint64_t begin = local_ns();
    uint32_t value;

    __asm__ volatile("1: ldr %w1, [%2]\n\tsubs %0, %0, #1\n\tb.ne 1b"
                     : "+r"(accesses), "=&r"(value)
                     : "r"(address)
                     : "cc", "memory");
    return local_ns() - begin;
}

void scenario_lanes(unsigned cpu)
{
    uint64_t once, twice;

    barrier();
    once = time_of(ACCESSES, SLOW_RAM + 64 * cpu);
    twice = time_of(2 * ACCESSES, SLOW_RAM + 64 * cpu);
    check_equal("ns of the second half", twice - once, ACCESSES * ACCESS_NS);
    check_range("ns of the first half", once, ACCESSES * ACCESS_NS, ACCESSES * ACCESS_NS + 10 * NS_PER_INSN);
}
