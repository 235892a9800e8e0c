/* SPDX-License-Identifier: MIT
 *
 * The default platform's program: do all CPUs, the counter, the generic timers and SystemC keep one time?
 * smp.h says which file does what.
 */
#include "smp.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include <stdatomic.h>
#include <stddef.h>

#define PATIENCE_NS 200000000ull
#define PATIENCE_QUANTA 20
#define TICKS_LEAD_NS 100000 /* until every CPU has set its timer */
#define READINGS 2           /* SystemC's time is read at the begin and at the end */

void _start(void); /* start.S */

static atomic_uint s_reached[MACHINE_MAX_CPUS]; /* barriers that the CPU has come to */
static uint64_t s_switched_on_ns[MACHINE_MAX_CPUS];
static uint64_t s_end_ns[MACHINE_MAX_CPUS];

static uint64_t counter_hz(void)
{
    uint64_t hz = cpu_counter_hz();

    return hz != 0 ? hz : SMP_PARAMS->cntfrq_hz;
}

uint64_t smp_to_ns(uint64_t ticks)
{
    return cpu_count_to_ns(ticks, counter_hz());
}
uint64_t smp_to_ticks(uint64_t ns)
{
    return cpu_ns_to_count(ns, counter_hz());
}
uint64_t smp_now_ns(void)
{
    return smp_to_ns(cpu_counter());
}

bool smp_has(uint32_t flag)
{
    return (SMP_PARAMS->flags & flag) != 0;
}

uint64_t smp_insns_ns(unsigned insns)
{
    uint64_t slowest = smp_insn_per_second(0);

    for (unsigned cpu = 1; cpu < SMP_PARAMS->cpus; cpu++)
        if (smp_insn_per_second(cpu) < slowest)
            slowest = smp_insn_per_second(cpu);
    return cpu_count_to_ns(insns, slowest) + 1;
}

uint64_t smp_tolerance_ns(void)
{
    return smp_quantum_ns() + smp_insns_ns(SMP_BLOCK_INSNS) + smp_to_ns(1) + 1;
}

uint64_t smp_patience_ns(void)
{
    return PATIENCE_NS + PATIENCE_QUANTA * smp_quantum_ns();
}

static _Noreturn void end_run(unsigned code)
{
    if (!smp_has(SMP_HAS_EXITER))
        finish_use_psci(SMP_PARAMS->psci_conduit == PSCI_SMC ? PSCI_SMC : PSCI_HVC);
    finish(code);
}

static _Noreturn void give_up(unsigned missing, const char *where)
{
    console_seize(); /* the missing CPU may hold the console */
    console_printf("cpu %u did not come to the barrier %s within %lu ns\n", missing, where,
                   smp_patience_ns());
    end_run(FINISH_DISAGREE);
}

void smp_barrier(unsigned cpu, const char *where)
{
    unsigned mine = atomic_fetch_add(&s_reached[cpu], 1) + 1;
    uint64_t limit = smp_now_ns() + smp_patience_ns();

    for (unsigned other = 0; other < SMP_PARAMS->cpus; other++)
        while (atomic_load(&s_reached[other]) < mine) {
            cpu_relax();
            if (cpu == 0 && smp_now_ns() > limit)
                give_up(other, where);
        }
}

/* CPUs that start at reset are there already. */
static void start_others(void)
{
    if (SMP_PARAMS->psci_conduit == PSCI_NONE)
        return;
    for (unsigned cpu = 1; cpu < SMP_PARAMS->cpus; cpu++) {
        s_switched_on_ns[cpu] = smp_now_ns();
        psci_cpu_on(SMP_PARAMS->psci_conduit, cpu, (uintptr_t)_start); /* the barrier sees who is missing */
    }
}

static void introduce(unsigned cpu)
{
    /* In turn, so that the output is the same each time. */
    for (unsigned turn = 0; turn < SMP_PARAMS->cpus; turn++) {
        if (turn == cpu)
            console_printf("cpu %u: %lu instructions a second, its timer ticks every %u ns\n", cpu,
                           smp_insn_per_second(cpu), SMP_PARAMS->cpu[cpu].timer_period_ns);
        smp_barrier(cpu, "of the introductions");
    }
}

static struct smp_bracket read_systemc_if_any(void)
{
    return smp_has(SMP_HAS_SC_TIMER) ? smp_read_systemc() : (struct smp_bracket){0};
}

static void first_cpu(void)
{
    struct smp_bracket brackets[READINGS];
    uint64_t before;

    console_init();
    gic_init();
    brackets[0] = read_systemc_if_any();
    smp_barrier(0, "after the calibrated run");
    introduce(0);

    gic_init_cpu();
    smp_ticks_prepare(smp_now_ns() + 2 * smp_tolerance_ns() + TICKS_LEAD_NS);
    smp_barrier(0, "before the interrupts");
    smp_ticks_take(0);

    before = smp_now_ns();
    smp_barrier(0, "after the interrupts");
    s_end_ns[0] = smp_now_ns();
    smp_barrier(0, "at the end");
    brackets[1] = read_systemc_if_any();
    end_run(smp_report(brackets, s_end_ns, before, smp_now_ns()) ? FINISH_AGREE : FINISH_DISAGREE);
}

static void other_cpu(unsigned cpu)
{
    smp_barrier(cpu, NULL);
    introduce(cpu);

    gic_init_cpu();
    smp_barrier(cpu, NULL);
    smp_ticks_take(cpu);

    smp_barrier(cpu, NULL);
    s_end_ns[cpu] = smp_now_ns();
    smp_barrier(cpu, NULL);
}

static void refuse(const char *error)
{
    console_init();
    console_printf("parameter block at 0x%08lx: %s\n", (uint64_t)MACHINE_PARAMS_BASE, error);
    finish(FINISH_BAD_PARAMETERS);
}

void cpu_main(unsigned cpu)
{
    const char *error = smp_params_error();

    if (error != NULL) {
        if (cpu == 0)
            refuse(error);
        return;
    }
    if (cpu >= SMP_PARAMS->cpus)
        return;
    if (cpu == 0)
        start_others();
    smp_measure(cpu, cpu == 0 || SMP_PARAMS->psci_conduit == PSCI_NONE, s_switched_on_ns[cpu]);
    if (cpu == 0)
        first_cpu();
    else
        other_cpu(cpu);
}
