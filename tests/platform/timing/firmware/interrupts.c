/* SPDX-License-Identifier: MIT
 *
 * Roles that take interrupts.
 */
#include "calibrated.h"
#include "console.h"
#include "cpu.h"
#include "gic.h"
#include "mmio.h"
#include "roles.h"
#include "sc_timer.h"
#include "spinlock.h"

/* Registers of test_interrupts (../interrupts.h). */
#define ACKNOWLEDGE 0x0
#define TAKEN 0x4
#define START 0x8

#define COMPUTE_TURNS 50
#define BINS 64
#define BIN_NS 8

void irq_handler(void); /* called by vectors.S */

/* Each CPU writes its own. */
static struct {
    volatile uint32_t taken;
    uint32_t early;
    uint64_t due;
    uint64_t latest;
    uint32_t histogram[BINS];
} s_cpu[MACHINE_MAX_CPUS];

static uintptr_t generator(unsigned cpu)
{
    return INTERRUPTS_BASE + cpu * INTERRUPTS_STRIDE;
}

/* --- in the handler --- */

static void note(unsigned cpu, uint64_t now)
{
    uint64_t late = now - s_cpu[cpu].due;
    uint64_t bin = late / BIN_NS;

    if (now < s_cpu[cpu].due) {
        s_cpu[cpu].early++;
        late = bin = 0;
    }
    if (late > s_cpu[cpu].latest)
        s_cpu[cpu].latest = late;
    s_cpu[cpu].histogram[bin < BINS ? bin : BINS - 1]++;
    s_cpu[cpu].taken++;
}

static void timer(unsigned cpu, uint64_t now)
{
    note(cpu, now);
    if (s_cpu[cpu].taken == argument(cpu, 1)) {
        cpu_timer_stop(); /* the counter, which other CPUs drive as well, may be past the next one already */
        return;
    }
    s_cpu[cpu].due += argument(cpu, 0);
    cpu_timer_set(s_cpu[cpu].due);
}

static void line(unsigned cpu, uint64_t now)
{
    /* The line falls a moment after it was acknowledged, maybe after the interrupt's end: no new one then. */
    if (!mmio_read32(generator(cpu) + ACKNOWLEDGE))
        return;
    mmio_write32(generator(cpu) + TAKEN, (uint32_t)now);
    s_cpu[cpu].taken++;
}

static void race(unsigned cpu)
{
    if (mmio_read32(generator(cpu) + ACKNOWLEDGE))
        s_cpu[cpu].taken++;
}

static void programmed(unsigned cpu, uint64_t now)
{
    if (!sc_timer_expired())
        return;
    sc_timer_stop();
    sc_timer_clear();
    note(cpu, now);
}

void irq_handler(void)
{
    uint64_t now;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(now)::"memory"); /* at once: it is what is measured */
    unsigned cpu = cpu_number();
    unsigned intid = gic_acknowledge();

    if (intid >= GIC_INTID_SPECIAL)
        return;
    if (intid == MACHINE_INTID_VIRTUAL_TIMER)
        timer(cpu, now);
    else if (intid == MACHINE_INTID_SC_TIMER)
        programmed(cpu, now);
    else if (PARAMS->cpu[cpu].role == ROLE_LINE)
        line(cpu, now);
    else
        race(cpu);
    gic_end(intid);
}

/* --- outside --- */

/* Masked between the question and the sleep: WFI returns for a masked interrupt too. */
static void sleep_unless(unsigned cpu, uint32_t count)
{
    cpu_irq_mask();
    if (s_cpu[cpu].taken < count)
        cpu_wait_interrupt();
    cpu_irq_unmask();
}

static void take(unsigned cpu, uint32_t count, bool sleep)
{
    uint64_t readings[2];

    cpu_irq_unmask();
    while (s_cpu[cpu].taken < count) {
        if (sleep)
            sleep_unless(cpu, count);
        else
            calibrated_run(COMPUTE_TURNS, 1, readings);
    }
    cpu_irq_mask();
    cpu_timer_stop();
}

static void record_lateness(unsigned cpu)
{
    record(64, s_cpu[cpu].taken);
    record(65, s_cpu[cpu].early);
    record(66, s_cpu[cpu].latest);
    for (unsigned bin = 0; bin < BINS; bin++)
        if (s_cpu[cpu].histogram[bin])
            record(bin, s_cpu[cpu].histogram[bin]);
}

void role_timer(unsigned cpu)
{
    gic_enable_private(MACHINE_INTID_VIRTUAL_TIMER);
    s_cpu[cpu].due = cpu_counter() + argument(cpu, 0);
    cpu_timer_set(s_cpu[cpu].due);
    take(cpu, argument(cpu, 1), argument(cpu, 2));
    record_lateness(cpu);
}

static void start_generator(unsigned cpu)
{
    static spinlock lock; /* registers of the distributor have bits for several interrupts */

    spinlock_take(&lock);
    gic_enable_shared(INTERRUPTS_INTID + cpu, cpu);
    spinlock_release(&lock);
    mmio_write32(generator(cpu) + START, 1);
}

void role_line(unsigned cpu)
{
    start_generator(cpu);
    take(cpu, argument(cpu, 0), argument(cpu, 1));
}

void role_program(unsigned cpu)
{
    uint32_t count = argument(cpu, 1);
    uint64_t readings[2];

    gic_enable_shared(MACHINE_INTID_SC_TIMER, cpu);
    cpu_irq_unmask();
    for (uint32_t i = 0; i < count; i++) {
        s_cpu[cpu].due = cpu_counter() + argument(cpu, 0);
        sc_timer_start(argument(cpu, 0));
        while (s_cpu[cpu].taken == i)
            calibrated_run(1, 1, readings);
    }
    cpu_irq_mask();
    record_lateness(cpu);
}

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void role_race(unsigned cpu)
{
    uint32_t count = argument(cpu, 0);
    uint32_t random = argument(cpu, 1);
    uint64_t readings[2];
    bool said = cpu != 0 || !PARAMS->chatty;

    start_generator(cpu);
    cpu_irq_unmask();
    while (s_cpu[cpu].taken < count) {
        uint32_t choice = next_random(&random);

        if (choice % 4 != 0)
            sleep_unless(cpu, count);
        else
            calibrated_run(1 + choice / 4 % 512, 1, readings);
        if (!said && s_cpu[cpu].taken >= count / 2) {
            console_printf("middle\n");
            said = true;
        }
    }
    cpu_irq_mask();
    record(64, s_cpu[cpu].taken);
}
