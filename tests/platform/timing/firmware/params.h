/* SPDX-License-Identifier: MIT
 *
 * What timing.elf is to do: a block of little-endian 32-bit words at MACHINE_PARAMS_BASE, which the
 * platform's loader writes (../board.lua, which has the same names for the roles).
 */
#ifndef TIMING_PARAMS_H
#define TIMING_PARAMS_H

#include "machine.h"
#include <stdint.h>

/* The test's devices (../board.lua). */
#define RECORDER_BASE 0x0a300000
#define SLOW_BASE 0x0a400000
#define INTERRUPTS_BASE 0x0a500000 /* one for each CPU */
#define INTERRUPTS_STRIDE 0x1000
#define INTERRUPTS_INTID 64 /* that of CPU 0's: SPI 32 */

enum role {
    ROLE_NONE,    /* idle from the start */
    ROLE_RUN,     /* turns, stretches: a known number of instructions, with readings of the counter */
    ROLE_TIMER,   /* interval_ns, count, sleep: its generic timer, again and again */
    ROLE_LINE,    /* count, sleep: interrupts of SystemC, with the time at which each is taken */
    ROLE_RACE,    /* count, seed: interrupts of SystemC against sleeping and computing in turn */
    ROLE_ACCESS,  /* count, register: reads of the slow target */
    ROLE_COMPUTE, /* computes until the others are done */
    ROLE_ATOMICS, /* atomic accesses until the others are done */
    ROLE_PROGRAM, /* ahead_ns, count: programs the SystemC timer, and takes its interrupt */
    ROLE_START,   /* cpu, turns: PSCI CPU_ON of another CPU, and then as ROLE_RUN with one stretch */
};

enum { ROLE_ARGUMENTS = 3 };

struct timing_cpu {
    uint32_t role;
    uint32_t argument[ROLE_ARGUMENTS];
};

struct timing_params {
    uint32_t awaited; /* the run ends when so many CPUs have done their part */
    uint32_t chatty;  /* CPU 0 says "begin" on the console before its part, and "middle" in ROLE_RACE */
    uint32_t reserved[2];
    struct timing_cpu cpu[MACHINE_MAX_CPUS];
};

#define PARAMS ((const volatile struct timing_params *)MACHINE_PARAMS_BASE)

#endif
