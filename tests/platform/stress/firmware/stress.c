/* SPDX-License-Identifier: MIT
 *
 * All CPUs at once: atomics on one word and a lock, pages that move under the others (TLB shoot-downs),
 * interrupts to all others that have to be answered; and SystemC interrupts each of them meanwhile.
 *
 * SystemC's interrupts are a chain on each CPU: a handler starts the next one. An interrupt between CPUs is
 * awaited by who sent it, every other time asleep. So whatever is lost stops everything.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "machine.h"
#include "mmio.h"
#include "pages.h"
#include "spinlock.h"
#include <stdatomic.h>
#include <stdbool.h>

#define CPUS mmio_read32(MACHINE_PARAMS_BASE)
#define ROUNDS mmio_read32(MACHINE_PARAMS_BASE + 4)
#define LEAST_NS mmio_read32(MACHINE_PARAMS_BASE + 8) /* from an interrupt of SystemC's to the next */

#define ADDITIONS 64
#define LOOKS 8
#define IPI 1

/* platforms/components/sc_timer.h, one for each CPU */
#define TIMER(cpu) (0x0a110000u + 0x1000u * (cpu))
#define TIMER_INTID(cpu) (52u + (cpu)) /* SPI 20 and on */
#define CTRL 0x08
#define STATUS 0x0c
#define PERIOD 0x10

extern char stress_vectors[];
_Noreturn void exception_report(unsigned vector, uint64_t esr, uint64_t elr, uint64_t far);
void fault_handler(uint64_t esr, uint64_t elr, uint64_t far);
void irq_handler(void);

struct per_cpu {
    uint32_t ticks, faults, wrong, seed;
} __attribute__((aligned(64)));

static struct per_cpu s_per_cpu[MACHINE_MAX_CPUS];
static atomic_uint s_posted[MACHINE_MAX_CPUS];                 /* by this CPU */
static atomic_uint s_seen[MACHINE_MAX_CPUS][MACHINE_MAX_CPUS]; /* of that one's, by this one */
static atomic_ulong s_sum;
static uint64_t s_locked;
static spinlock s_lock;
static atomic_bool s_begun, s_stop;
static atomic_uint s_ready, s_done;

void fault_handler(uint64_t esr, uint64_t elr, uint64_t far)
{
    if (!pages_fault(esr, far))
        exception_report(4, esr, elr, far);
    s_per_cpu[cpu_number()].faults++;
}

/* An LCG's high bits: the same on each run. */
static uint32_t any(struct per_cpu *me, uint32_t below)
{
    me->seed = me->seed * 1664525u + 1013904223u;
    return (me->seed >> 8) % below;
}

static void start_timer(unsigned cpu)
{
    mmio_write32(TIMER(cpu) + PERIOD, LEAST_NS + any(&s_per_cpu[cpu], LEAST_NS));
    mmio_write32(TIMER(cpu) + CTRL, 7); /* once */
}

static void on_timer(unsigned cpu)
{
    if (!(mmio_read32(TIMER(cpu) + STATUS) & 1))
        return; /* its line had not fallen yet */
    mmio_write32(TIMER(cpu) + STATUS, 1);
    s_per_cpu[cpu].ticks++;
    if (!atomic_load(&s_stop))
        start_timer(cpu);
}

static void on_ipi(unsigned cpu)
{
    for (unsigned c = 0; c < CPUS; c++)
        atomic_store(&s_seen[cpu][c], atomic_load(&s_posted[c]));
}

void irq_handler(void)
{
    const unsigned cpu = cpu_number(), intid = gic_acknowledge();

    if (intid >= GIC_INTID_SPECIAL)
        return;
    if (intid == IPI)
        on_ipi(cpu);
    else
        on_timer(cpu);
    gic_end(intid);
}

static void add(void)
{
    for (unsigned i = 0; i < ADDITIONS; i++) {
        atomic_fetch_add(&s_sum, 1);
        spinlock_take(&s_lock);
        s_locked++;
        spinlock_release(&s_lock);
    }
}

static bool all_have_seen(unsigned cpu, unsigned post)
{
    for (unsigned c = 0; c < CPUS; c++)
        if (c != cpu && (int)(atomic_load(&s_seen[c][cpu]) - post) < 0)
            return false;
    return true;
}

/* Asleep it is woken by SystemC's next interrupt at the latest. */
static void interrupt_others(unsigned cpu, bool asleep)
{
    const unsigned post = atomic_fetch_add(&s_posted[cpu], 1) + 1;

    gic_send_to_others(IPI);
    while (!all_have_seen(cpu, post)) {
        if (asleep)
            cpu_wait_interrupt();
        else
            cpu_relax();
    }
}

static void work(unsigned cpu)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        add();
        /* Who invalidates may forget more than it has to: the second half looks while the first half moves.
         */
        if (cpu < CPUS / 2 || round % 16 == cpu)
            pages_move(cpu);
        for (unsigned i = 0; i < LOOKS * CPUS; i++)
            s_per_cpu[cpu].wrong += pages_look((cpu + i) % CPUS);
        interrupt_others(cpu, (round & 1) != 0);
    }
}

static void report(void)
{
    const uint64_t right = (uint64_t)CPUS * ROUNDS * ADDITIONS;
    unsigned wrong = atomic_load(&s_sum) != right || s_locked != right;

    console_printf("additions %lu and %lu, right is %lu\n", atomic_load(&s_sum), s_locked, right);
    for (unsigned c = 0; c < CPUS; c++) {
        const uint32_t left = mmio_read32(TIMER(c) + STATUS) | (mmio_read32(TIMER(c) + CTRL) & 1);

        console_printf("CPU %u: %u interrupts of SystemC's, %u left, %u page faults, %u wrong frames\n", c,
                       s_per_cpu[c].ticks, left, s_per_cpu[c].faults, s_per_cpu[c].wrong);
        wrong += left + s_per_cpu[c].wrong + (s_per_cpu[c].ticks == 0);
    }
    console_printf("%u rounds, %u wrong\n", ROUNDS, wrong);
    finish(wrong ? FINISH_DISAGREE : FINISH_AGREE);
}

/* The last timer that was started before s_stop ends within two periods. */
static void let_timers_end(void)
{
    const uint64_t begin = cpu_counter();

    atomic_store(&s_stop, true);
    while (cpu_count_to_ns(cpu_counter() - begin, cpu_counter_hz()) < 25000000) /* and two quanta of 10 ms */
        cpu_relax();
}

void cpu_main(unsigned cpu)
{
    __asm__ volatile("msr vbar_el1, %0\n\tisb" ::"r"(stress_vectors));
    if (cpu == 0) {
        console_init();
        gic_init();
        pages_init(CPUS);
        atomic_store(&s_begun, true);
    }
    while (!atomic_load(&s_begun))
        cpu_relax();
    pages_use();
    gic_init_cpu();
    gic_enable_private(IPI);
    /* They share registers in the distributor: one after the other. */
    while (atomic_load(&s_ready) != cpu)
        cpu_relax();
    gic_enable_shared(TIMER_INTID(cpu), cpu);
    atomic_fetch_add(&s_ready, 1);
    while (atomic_load(&s_ready) != CPUS)
        cpu_relax();
    s_per_cpu[cpu].seed = cpu + 1;
    start_timer(cpu);
    cpu_irq_unmask();
    work(cpu);
    atomic_fetch_add(&s_done, 1);
    while (cpu != 0)
        cpu_wait_interrupt();
    while (atomic_load(&s_done) != CPUS)
        cpu_relax();
    let_timers_end();
    report();
}
