/* SPDX-License-Identifier: MIT
 *
 * What smp.elf must know about its platform: a block of little-endian 32-bit words at
 * MACHINE_PARAMS_BASE, which the platform's loader writes (conf/smp.lua).
 */
#ifndef FIRMWARE_SMP_PARAMS_H
#define FIRMWARE_SMP_PARAMS_H

#include "machine.h"
#include <stdint.h>

#define SMP_PARAMS_MAGIC 0x31504b54u /* "TKP1" */

#define SMP_HAS_SC_TIMER (1u << 0) /* else whatever needs it is left out, and the report says so */
#define SMP_HAS_EXITER (1u << 1)   /* else the run ends by PSCI SYSTEM_OFF, without an exit code */

#define SMP_MIN_INSN_PER_SECOND 1000000u
#define SMP_MAX_INSN_PER_SECOND 16000000000u
#define SMP_MAX_RUN_NS 100000000u

struct smp_cpu_params {
    uint32_t insn_per_second_lo;
    uint32_t insn_per_second_hi;
    uint32_t timer_period_ns; /* of its generic timer; 10000..tick_window_ns */
    uint32_t reserved;
};

struct smp_params {
    uint32_t magic;
    uint32_t flags;        /* SMP_HAS_* */
    uint32_t cpus;         /* 1..MACHINE_MAX_CPUS; affinity 0.0.0.n */
    uint32_t psci_conduit; /* enum psci_conduit; PSCI_NONE: all CPUs start at reset */
    uint32_t quantum_ns_lo;
    uint32_t quantum_ns_hi;
    uint32_t late_quanta;    /* how late the generic timers may be, in quanta; 0: only reported */
    uint32_t cntfrq_hz;      /* counter's frequency if CNTFRQ_EL0 reads 0 */
    uint32_t run_ns;         /* length of the calibrated run; 100000..SMP_MAX_RUN_NS */
    uint32_t tick_window_ns; /* generic timers tick for so long */
    uint32_t sc_period_ns;   /* SystemC timer's period, > 0 */
    uint32_t sc_ticks;       /* how many of its expiries to wait for, > 0 */
    uint32_t reserved[4];
    struct smp_cpu_params cpu[MACHINE_MAX_CPUS];
};

/* The block. It does not change while the program runs. */
#define SMP_PARAMS ((const volatile struct smp_params *)MACHINE_PARAMS_BASE)

static inline uint64_t smp_quantum_ns(void)
{
    return (uint64_t)SMP_PARAMS->quantum_ns_hi << 32 | SMP_PARAMS->quantum_ns_lo;
}

static inline uint64_t smp_insn_per_second(unsigned cpu)
{
    return (uint64_t)SMP_PARAMS->cpu[cpu].insn_per_second_hi << 32 | SMP_PARAMS->cpu[cpu].insn_per_second_lo;
}

/* What is wrong with the block, or a null pointer. */
const char *smp_params_error(void);

#endif
