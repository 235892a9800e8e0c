/* SPDX-License-Identifier: MIT
 *
 * Phase 1: does the counter follow the instructions that this CPU executes, at its own rate?
 *
 * A CPU's own clock is exactly instructions / rate since reset, as long as it neither sleeps nor waits for a
 * device. So the run comes first after reset, and each of its instants is compared on that scale.
 */
#include "calibrated.h"
#include "cpu.h"
#include "smp.h"

#define STRETCHES 16

/* A CPU executes fewer before the run's first reading (measured: see README.md). */
#define BOOT_MAX_INSNS 768

struct smp_measure smp_measures[MACHINE_MAX_CPUS];

static uint64_t distance(uint64_t value, uint64_t low, uint64_t high)
{
    if (value < low)
        return low - value;
    return value > high ? value - high : 0;
}

void smp_measure(unsigned cpu, bool from_reset, uint64_t not_before_ns)
{
    uint64_t rate = smp_insn_per_second(cpu);
    uint64_t insns = cpu_ns_to_count(SMP_PARAMS->run_ns, rate) / STRETCHES;
    uint64_t turns = (insns - CALIBRATED_EXTRA_INSNS) / CALIBRATED_LOOP_INSNS;
    uint64_t readings[STRETCHES + 1];
    struct smp_measure *result = &smp_measures[cpu];

    calibrated_run(turns, STRETCHES, readings);

    /* The CPU's first instruction was executed in this range of time, its first reading shortly after. */
    uint64_t first = from_reset ? 0 : not_before_ns;
    uint64_t last = (from_reset ? 0 : smp_to_ns(readings[0])) + cpu_count_to_ns(BOOT_MAX_INSNS, rate);

    for (unsigned i = 0; i <= STRETCHES; i++) {
        uint64_t worth = cpu_count_to_ns(i * CALIBRATED_INSNS(turns), rate);
        uint64_t off = distance(smp_to_ns(readings[i]), first + worth, last + worth);
        if (off > result->worst_ns)
            result->worst_ns = off;
        result->expected_ns = first + worth;
    }
    result->measured_ns = smp_to_ns(readings[STRETCHES]);
}
