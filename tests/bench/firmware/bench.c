/* SPDX-License-Identifier: MIT */
#include "bench.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "mmio.h"

#include <stdatomic.h>
#include <stdbool.h>

#define INTID_SELF 1 /* the software-generated interrupt that a CPU sends to itself */

void _start(void);      /* start.S */
void irq_handler(void); /* called by vectors.S */

static atomic_uint s_ready, s_done;
static atomic_bool s_go;
static volatile uint64_t s_interrupts[MACHINE_MAX_CPUS][8];               /* a cache line each */
static uint64_t s_data[MACHINE_MAX_CPUS][8] __attribute__((aligned(64))); /* not two in a line */

void irq_handler(void)
{
    const unsigned intid = gic_acknowledge();

    if (intid == MACHINE_INTID_VIRTUAL_TIMER)
        cpu_timer_stop();
    gic_end(intid);
    s_interrupts[cpu_number()][0]++;
}

static void send_to_self(unsigned cpu)
{
    const uint64_t value = (uint64_t)INTID_SELF << 24 | 1u << cpu; /* ICC_SGI1R_EL1: INTID, target list */

    __asm__ volatile("msr s3_0_c12_c11_5, %0\n\tisb" ::"r"(value) : "memory");
}

static void take_interrupts(unsigned cpu, uint64_t amount)
{
    for (uint64_t i = 1; i <= amount; i++) {
        send_to_self(cpu);
        while (s_interrupts[cpu][0] < i) {
        }
    }
}

static void sleep(unsigned cpu, uint64_t amount)
{
    for (uint64_t i = 1; i <= amount; i++) {
        cpu_timer_set(cpu_counter() + cpu_counter_hz());
        /* Masked, so that the interrupt cannot come between the look and the WFI; WFI wakes all the same. */
        cpu_irq_mask();
        while (s_interrupts[cpu][0] < i) {
            cpu_wait_interrupt();
            cpu_irq_unmask();
            cpu_irq_mask();
        }
        cpu_irq_unmask();
    }
}

static void copy(unsigned cpu, uint64_t cpus, uint64_t amount)
{
    const uint64_t part = BENCH_COPY_SIZE / cpus / 64 * 64;

    for (; amount > 0; amount--)
        bench_copy(BENCH_COPY_DESTINATION + cpu * part, BENCH_COPY_SOURCE + cpu * part, part);
}

/* GPIODIR of a PL061 whose data register is meant: pin 0 is an output. */
static void drive(uint64_t amount, uintptr_t address)
{
    mmio_write32((address & ~UINT64_C(0xfff)) + 0x400, 1);
    for (uint64_t i = 1; i <= amount; i++)
        mmio_write32(address, (uint32_t)(i & 1));
}

static void prepare(unsigned cpu)
{
    if (BENCH_PARAMS->kind != BENCH_INTERRUPTS && BENCH_PARAMS->kind != BENCH_SLEEP)
        return;
    if (cpu == 0)
        gic_init();
    gic_init_cpu();
    gic_enable_private(INTID_SELF);
    gic_enable_private(MACHINE_INTID_VIRTUAL_TIMER);
    cpu_irq_unmask();
}

static void work(unsigned cpu)
{
    const uint64_t amount = BENCH_PARAMS->amount;

    bench_shift(BENCH_PARAMS->layout % BENCH_LAYOUTS);

    switch (BENCH_PARAMS->kind) {
    case BENCH_LOOP:
        bench_loop(amount, s_data[cpu]);
        break;
    case BENCH_BRANCHY:
        bench_branchy(amount, s_data[cpu]);
        break;
    case BENCH_TIGHT:
        bench_tight(amount);
        break;
    case BENCH_COPY:
        copy(cpu, BENCH_PARAMS->cpus, amount);
        break;
    case BENCH_INTERRUPTS:
        take_interrupts(cpu, amount);
        break;
    case BENCH_MMIO:
        bench_read(amount, BENCH_PARAMS->address);
        break;
    case BENCH_SLEEP:
        sleep(cpu, amount);
        break;
    case BENCH_EDGES:
        drive(amount, BENCH_PARAMS->address);
        break;
    default:
        console_seize();
        console_printf("bench.elf: no kind %lu\n", BENCH_PARAMS->kind);
        finish(FINISH_BAD_PARAMETERS);
    }
}

/* platforms/components/sc_timer.h: PERIOD_LO, PERIOD_HI, CTRL.ENABLE without IRQ_ENABLE. */
static void start_events(uint64_t period_ns)
{
    mmio_write32(MACHINE_TIMER_BASE + 0x10, (uint32_t)period_ns);
    mmio_write32(MACHINE_TIMER_BASE + 0x14, (uint32_t)(period_ns >> 32));
    mmio_write32(MACHINE_TIMER_BASE + 0x08, 1);
}

static void wait_for(atomic_uint *count, unsigned value)
{
    while (atomic_load_explicit(count, memory_order_acquire) < value) {
    }
}

static void lead(unsigned cpus)
{
    const enum psci_conduit conduit = (enum psci_conduit)BENCH_PARAMS->conduit;

    if (conduit != PSCI_NONE) {
        finish_use_psci(conduit);
        for (unsigned cpu = 1; cpu < cpus; cpu++)
            psci_cpu_on(conduit, cpu, (uintptr_t)_start);
    }
    console_init();
    prepare(0);
    if (BENCH_PARAMS->event_ns > 0)
        start_events(BENCH_PARAMS->event_ns);
    wait_for(&s_ready, cpus - 1);
    console_printf("begin\n");
    atomic_store_explicit(&s_go, true, memory_order_release);
    work(0);
    wait_for(&s_done, cpus - 1);
    console_printf("end\n");
    finish(FINISH_AGREE);
}

static void follow(unsigned cpu)
{
    prepare(cpu);
    atomic_fetch_add_explicit(&s_ready, 1, memory_order_release);
    while (!atomic_load_explicit(&s_go, memory_order_acquire)) {
    }
    work(cpu);
    atomic_fetch_add_explicit(&s_done, 1, memory_order_release);
}

void cpu_main(unsigned cpu)
{
    const unsigned cpus = (unsigned)BENCH_PARAMS->cpus;

    if (cpu == 0)
        lead(cpus);
    else if (cpu < cpus)
        follow(cpu);
}
