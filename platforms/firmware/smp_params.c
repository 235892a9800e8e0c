/* SPDX-License-Identifier: MIT */
#include "smp_params.h"
#include "cpu.h"
#include "psci.h"
#include <stddef.h>

#define MIN_TIMER_PERIOD_NS 10000u
#define MIN_RUN_NS 100000u

static const char *cpu_error(unsigned cpu)
{
    uint64_t rate = smp_insn_per_second(cpu);
    uint32_t period = SMP_PARAMS->cpu[cpu].timer_period_ns;

    if (rate < SMP_MIN_INSN_PER_SECOND || rate > SMP_MAX_INSN_PER_SECOND)
        return "insn_per_second of a CPU is not in 1e6..16e9";
    if (period < MIN_TIMER_PERIOD_NS || period > SMP_PARAMS->tick_window_ns)
        return "timer_period_ns of a CPU is not in 10000..tick_window_ns";
    return NULL;
}

const char *smp_params_error(void)
{
    const volatile struct smp_params *params = SMP_PARAMS;
    const char *error = NULL;

    if (params->magic != SMP_PARAMS_MAGIC)
        return "no parameter block (its magic word is missing)";
    if (params->cpus < 1 || params->cpus > MACHINE_MAX_CPUS)
        return "cpus is not in 1..8";
    if (params->psci_conduit > PSCI_SMC)
        return "psci_conduit is not 0 (none), 1 (hvc) or 2 (smc)";
    if (smp_quantum_ns() == 0)
        return "quantum_ns is 0";
    if (params->run_ns < MIN_RUN_NS || params->run_ns > SMP_MAX_RUN_NS)
        return "run_ns is not in 100000..100000000";
    if (params->sc_period_ns == 0 || params->sc_ticks == 0)
        return "sc_period_ns or sc_ticks is 0";
    if (cpu_counter_hz() == 0 && params->cntfrq_hz == 0)
        return "CNTFRQ_EL0 and cntfrq_hz are both 0";
    for (unsigned cpu = 0; cpu < params->cpus && error == NULL; cpu++)
        error = cpu_error(cpu);
    return error;
}
