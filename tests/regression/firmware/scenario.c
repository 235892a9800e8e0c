/* SPDX-License-Identifier: MIT */
#include "scenario.h"
#include "console.h"
#include "finish.h"
#include "gic.h"
#include <stddef.h>

#define INTIDS 96

void irq_handler(void); /* called by vectors.S */

static const struct {
    const char *name;
    void (*run)(unsigned cpu);
} scenarios[] = {
#define SCENARIO(name) {#name, scenario_##name},
    SCENARIOS(SCENARIO)
#undef SCENARIO
};

static void (*s_handlers[ALL_CPUS][INTIDS])(unsigned cpu);
static atomic_uint s_checks, s_failures;
static atomic_uint s_arrived[ALL_CPUS], s_returned;
static atomic_uint s_set_up; /* for this boot: one more than there were resets of the system */
static atomic_bool s_alone;
static atomic_flag s_gic_taken;

/* --- time --- */

uint64_t block_ns(void)
{
    uint32_t slowest = PARAMETERS->rate[0];

    for (unsigned c = 1; c < CPUS; c++)
        if (PARAMETERS->rate[c] < slowest)
            slowest = PARAMETERS->rate[c];
    return cpu_count_to_ns(BLOCK_INSNS, slowest) + 1;
}

uint64_t late_ns(void)
{
    const uint64_t shortest_window_ns = QUANTUM_NS / 100, entry_insns = 100;

    return block_ns() + shortest_window_ns + entry_insns * NS_PER_INSN;
}

uint64_t late_asleep_ns(void)
{
    return late_ns() + (CPUS > 1 ? QUANTUM_NS + block_ns() : 0);
}

void compute(uint64_t turns)
{
    __asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(turns)::"cc");
}

/* --- CPUs --- */

void barrier(void)
{
    const unsigned cpu = cpu_number(), mine = atomic_fetch_add(&s_arrived[cpu], 1) + 1;

    for (unsigned other = 0; other < CPUS; other++)
        while ((int)(atomic_load(&s_arrived[other]) - mine) < 0)
            cpu_relax();
}

void alone_at_the_end(void)
{
    atomic_store(&s_alone, true);
}

/* ICC_SGI1R_EL1: Arm IHI 0069, section 12.2.18; the target list is for affinity 0.0.0.x. */
void send_sgi(unsigned intid, unsigned cpu)
{
    const uint64_t value = (uint64_t)intid << 24 | 1ull << cpu;

    __asm__ volatile("dsb ish\n\tmsr s3_0_c12_c11_5, %0\n\tisb" ::"r"(value) : "memory");
}

/* CPUs share registers of the distributor: one at a time. */
void on_interrupt(unsigned intid, unsigned cpu, void (*handler)(unsigned cpu))
{
    s_handlers[cpu][intid] = handler;
    while (atomic_flag_test_and_set(&s_gic_taken))
        cpu_relax();
    if (intid < 32)
        gic_enable_private(intid);
    else
        gic_enable_shared(intid, cpu);
    atomic_flag_clear(&s_gic_taken);
}

void irq_handler(void)
{
    const unsigned cpu = cpu_number(), intid = gic_acknowledge();

    if (intid >= GIC_INTID_SPECIAL)
        return;
    if (intid < INTIDS && s_handlers[cpu][intid])
        s_handlers[cpu][intid](cpu);
    gic_end(intid);
}

/* --- the verdict --- */

static void count(bool good)
{
    atomic_fetch_add(&s_checks, 1);
    if (!good)
        atomic_fetch_add(&s_failures, 1);
}

void check_equal(const char *what, uint64_t is, uint64_t right)
{
    count(is == right);
    console_printf("%s CPU %u: %s: %lu, right is %lu\n", is == right ? "ok" : "FAIL", cpu_number(), what, is,
                   right);
}

void check_range(const char *what, uint64_t is, uint64_t least, uint64_t most)
{
    const bool good = is >= least && is <= most;

    count(good);
    console_printf("%s CPU %u: %s: %lu, right is %lu to %lu\n", good ? "ok" : "FAIL", cpu_number(), what, is,
                   least, most);
}

static _Noreturn void report(const char *name)
{
    const unsigned failures = atomic_load(&s_failures), checks = atomic_load(&s_checks);

    console_printf("%s %s: %u of %u checks, %lu ns\n", failures || !checks ? "FAIL" : "PASS", name,
                   checks - failures, checks, now_ns());
    finish(failures || !checks ? FINISH_DISAGREE : FINISH_AGREE);
}

/* --- begin and end --- */

static bool is_named(const char *name)
{
    size_t i = 0;

    while (name[i] != '\0' && name[i] == PARAMETERS->name[i])
        i++;
    return name[i] == '\0' && PARAMETERS->name[i] == '\0';
}

static void run(const char *name, void (*scenario)(unsigned cpu), unsigned cpu)
{
    scenario(cpu);
    cpu_irq_mask();
    atomic_fetch_add(&s_returned, 1);
    if (cpu != 0)
        return;
    while (!atomic_load(&s_alone) && atomic_load(&s_returned) < CPUS)
        cpu_relax();
    report(name);
}

/* A warm reset of the system finds memory as it was. */
static void set_up(unsigned boot)
{
    console_init();
    gic_init();
    for (unsigned cpu = 0; cpu < ALL_CPUS; cpu++)
        atomic_store(&s_arrived[cpu], 0);
    atomic_store(&s_returned, 0);
    atomic_flag_clear(&s_gic_taken);
    atomic_store(&s_set_up, boot);
}

void cpu_main(unsigned cpu)
{
    const unsigned boot = mmio_read32(RESETS + RESETS_COUNT) + 1;

    if (cpu == 0 && atomic_load(&s_set_up) != boot)
        set_up(boot);
    while (atomic_load(&s_set_up) != boot)
        cpu_relax();
    if (cpu != FOREIGN_CPU)
        gic_init_cpu();
    for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
        if (is_named(scenarios[i].name))
            run(scenarios[i].name, scenarios[i].run, cpu);
    if (cpu == 0) {
        console_printf("FAIL no such scenario\n");
        finish(FINISH_BAD_PARAMETERS);
    }
}
