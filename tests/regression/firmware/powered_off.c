/* SPDX-License-Identifier: MIT
 *
 * CPUs that are off: they are very slow, and hold nobody back. CPU 0 computes for exactly as long as its
 * instructions take, and global time goes with it.
 */
#include "scenario.h"

#define TURNS 100000u

void scenario_powered_off(unsigned cpu)
{
    uint64_t begin, global, end;

    (void)cpu;
    alone_at_the_end();
    begin = local_ns();
    compute(TURNS);
    end = local_ns();
    global = now_ns();
    /* Beside the loop: one instruction that sets its counter, and the two reads. */
    check_range("ns", end - begin, COMPUTE_INSNS(TURNS) * NS_PER_INSN,
                (COMPUTE_INSNS(TURNS) + 10) * NS_PER_INSN);
    check_range("ns that global time is ahead", global - end, 0, 20 * NS_PER_INSN);
}
