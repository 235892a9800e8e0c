/* SPDX-License-Identifier: MIT
 *
 * What the parts of smp.elf share: the time in ns, the barrier, and what each part found.
 *
 *   smp.c           the phases, in order
 *   smp_params.*    what the platform says about itself
 *   smp_measure.c   phase 1: a known number of instructions against the counter
 *   smp_ticks.c     phase 2: interrupts of the generic timers and of the SystemC timer
 *   smp_report.c    phase 3: the table and the verdict
 *
 * A word on tolerances. A CPU's own clock, the counter (which is global time) and SystemC's time are at any
 * instant at most one quantum and one translation block apart. A reading of one clock against another at
 * one instant may therefore be off by that; a difference of two such readings, by twice that. So
 * everything here compares instants on one time scale that starts with reset, not durations.
 */
#ifndef FIRMWARE_SMP_H
#define FIRMWARE_SMP_H

#include "smp_params.h"
#include <stdbool.h>
#include <stdint.h>

/* A translation block of this program has fewer instructions. */
#define SMP_BLOCK_INSNS 64

/* A CPU's clock against the counter at the instants of the calibrated run. */
struct smp_measure {
    uint64_t expected_ns; /* instructions' worth of time at the end of the run, since reset */
    uint64_t measured_ns; /* the counter then */
    uint64_t worst_ns;    /* the largest distance at any of the run's instants */
};

struct smp_ticks {
    uint32_t timer;          /* interrupts taken from its generic timer */
    uint32_t timer_expected; /* whole periods in the window */
    uint32_t sc;             /* interrupts taken from the SystemC timer */
    uint32_t early;          /* generic timer interrupts at which the counter had not got there */
    uint64_t latest_ns;      /* the most that the counter was past an interrupt's time in its handler */
};

/* SystemC's time between two readings of the counter. */
struct smp_bracket {
    uint64_t before_ns;
    uint64_t sc_ns;
    uint64_t after_ns;
};

extern struct smp_measure smp_measures[MACHINE_MAX_CPUS];
extern struct smp_ticks smp_ticks[MACHINE_MAX_CPUS];

/* --- smp.c --- */

/* The counter in ns since reset, rounded down; ns <-> ticks. Any CPU. */
uint64_t smp_now_ns(void);
uint64_t smp_to_ns(uint64_t ticks);
uint64_t smp_to_ticks(uint64_t ns);

/* What one instant's comparison may be off by: a quantum, a block of the slowest CPU, a tick of the counter.
 */
uint64_t smp_tolerance_ns(void);

/* The time of `insns` instructions on the slowest CPU, rounded up. */
uint64_t smp_insns_ns(unsigned insns);

/* Is `flag` bit SMP_HAS_* set? */
bool smp_has(uint32_t flag);

/* Waits, executing, for all CPUs. CPU 0 gives up after smp_patience_ns() and then ends the run, naming
 * who is missing. */
void smp_barrier(unsigned cpu, const char *where);

/* How much simulated time anything may take before it counts as lost. */
uint64_t smp_patience_ns(void);

/* --- smp_measure.c --- */

/* Runs, as the first thing after reset, and fills smp_measures[cpu]. Interrupts masked.
 * from_reset: the CPU executes since time 0; else since some time from not_before_ns on (PSCI CPU_ON). */
void smp_measure(unsigned cpu, bool from_reset, uint64_t not_before_ns);

/* --- smp_ticks.c --- */

/* Before phase 2, CPU 0 alone. start_ns: when the generic timers' periods begin. */
void smp_ticks_prepare(uint64_t start_ns);

/* Takes interrupts until all CPUs have had theirs, or patience ends. Interrupts are masked on return. */
void smp_ticks_take(unsigned cpu);

/* The SystemC timer's part, once all have returned from smp_ticks_take(). */
struct smp_sc_ticks {
    uint32_t expiries;   /* as the timer counted them */
    uint32_t taken;      /* interrupts, all CPUs together */
    uint64_t started_ns; /* SystemC's time just before the timer was started */
    uint64_t stopped_ns; /* and just after it was stopped; 0 if it never was */
};
const struct smp_sc_ticks *smp_ticks_sc(void);

/* --- smp_report.c --- */

/* Reads SystemC's time now. CPU 0. */
struct smp_bracket smp_read_systemc(void);

/* Prints the table. readings_ns: each CPU's counter after the last barrier; before_ns, after_ns: CPU 0's
 * counter before that barrier, and after all had read. True if everything agrees. CPU 0. */
bool smp_report(const struct smp_bracket brackets[2], const uint64_t *readings_ns, uint64_t before_ns,
                uint64_t after_ns);

#endif
