/* SPDX-License-Identifier: MIT
 *
 * Devices with their interrupts, as a driver uses them: the dual timer ticks, the DMA engine says that it is
 * done, and two CPUs send each other words through the mailbox, asleep until one comes.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "mmio.h"

#include <stdatomic.h>
#include <stdint.h>

enum { TIMER = 0x0a600000, DMA = 0x0a610000, MAIL_0 = 0x0a620000, MAIL_1 = 0x0a630000 };
enum { INTID_TIMER = 52, INTID_DMA = 53, INTID_MAIL_0 = 54, INTID_MAIL_1 = 55 };
enum { TICKS = 20, TICK_US = 50, COPY_BYTES = 0x3000, MESSAGES = 1000 };

#define LONGEST_QUANTUM_NS UINT64_C(10000000) /* of the runs in guest_test.cpp */

static volatile unsigned s_ticks, s_copies, s_wrong;
static volatile uint64_t s_first_tick, s_last_tick;
static volatile uint32_t s_mail[2];
static _Atomic unsigned s_ready;

void irq_handler(void);

static void on_timer(void)
{
    s_last_tick = cpu_counter();
    if (s_ticks++ == 0)
        s_first_tick = s_last_tick;
    if (s_ticks == TICKS)
        mmio_write32(TIMER + 8, 0); /* stop */
    mmio_write32(TIMER + 0xc, 1);
}

static void on_dma(void)
{
    s_copies += mmio_read32(DMA + 4) == 2; /* DONE and nothing else */
    mmio_write32(DMA + 4, 2);
}

static void on_mail(unsigned side)
{
    s_mail[side] = mmio_read32((side ? MAIL_1 : MAIL_0) + 4);
}

void irq_handler(void)
{
    const unsigned intid = gic_acknowledge();
    switch (intid) {
    case INTID_TIMER:
        on_timer();
        break;
    case INTID_DMA:
        on_dma();
        break;
    case INTID_MAIL_0:
    case INTID_MAIL_1:
        on_mail(intid - INTID_MAIL_0);
        break;
    default:
        s_wrong++;
        break;
    }
    gic_end(intid);
}

/* Sleeps until an interrupt has been taken, unless `value` is not `old` already. */
static void sleep_while(const volatile uint32_t *value, uint32_t old)
{
    for (;;) {
        cpu_irq_mask();
        if (*value != old)
            break;
        cpu_wait_interrupt();
        cpu_irq_unmask(); /* taken here */
    }
    cpu_irq_unmask();
}

static void check(const char *what, int right)
{
    console_printf("%s: %s\n", what, right ? "right" : "WRONG");
    s_wrong += !right;
}

/* Until the other CPU sleeps, and this one has caught up with the counter that it drove: two quanta. */
static void settle(void)
{
    const uint64_t from = cpu_counter();

    while (cpu_count_to_ns(cpu_counter() - from, cpu_counter_hz()) < 2 * LONGEST_QUANTUM_NS)
        ;
}

static void try_timer(void)
{
    settle();
    mmio_write32(TIMER + 0, TICK_US); /* 1 MHz */
    mmio_write32(TIMER + 8, 0xe2);    /* on, periodic, interrupt, 32 bits */
    while (s_ticks < TICKS)
        sleep_while(&s_ticks, s_ticks);
    /* Each tick is as late as its entry takes: within a microsecond. */
    const uint64_t ns = cpu_count_to_ns(s_last_tick - s_first_tick, cpu_counter_hz());
    const uint64_t expected = (TICKS - 1) * TICK_US * UINT64_C(1000);
    check("timer", ns + 1000 > expected && ns < expected + 1000);
}

static void try_dma(void)
{
    volatile uint32_t *from = (uint32_t *)(uintptr_t)0x41000000, *to = (uint32_t *)(uintptr_t)0x42000004;
    unsigned equal = 0;

    for (unsigned i = 0; i < COPY_BYTES / 4; i++)
        from[i] = i * 2654435761u;
    mmio_write32(DMA + 0x08, 0x41000000);
    mmio_write32(DMA + 0x10, 0x42000004);
    mmio_write32(DMA + 0x18, COPY_BYTES);
    mmio_write32(DMA + 0x00, 3);
    sleep_while(&s_copies, 0);
    for (unsigned i = 0; i < COPY_BYTES / 4; i++)
        equal += to[i] == i * 2654435761u;
    check("dma", s_copies == 1 && equal == COPY_BYTES / 4);
}

static void try_mail(void)
{
    unsigned good = 0;
    for (uint32_t i = 1; i <= MESSAGES; i++) {
        const uint32_t before = s_mail[0];
        mmio_write32(MAIL_0 + 0, i);
        sleep_while(&s_mail[0], before);
        good += s_mail[0] == (i ^ 0x80000000u);
    }
    check("mailbox", good == MESSAGES);
}

static void answer_mail(void)
{
    for (uint32_t i = 0; i < MESSAGES; i++) {
        sleep_while(&s_mail[1], i);
        mmio_write32(MAIL_1 + 0, s_mail[1] ^ 0x80000000u);
    }
}

void cpu_main(unsigned cpu)
{
    if (cpu > 1)
        return;
    if (cpu == 1) {
        while (!s_ready)
            cpu_relax();
        gic_init_cpu();
        mmio_write32(MAIL_1 + 0xc, 1);
        s_ready = 2;
        answer_mail();
        return;
    }
    console_init();
    gic_init();
    gic_init_cpu();
    gic_enable_shared(INTID_TIMER, 0);
    gic_enable_shared(INTID_DMA, 0);
    gic_enable_shared(INTID_MAIL_0, 0);
    gic_enable_shared(INTID_MAIL_1, 1);
    mmio_write32(MAIL_0 + 0xc, 1);
    s_ready = 1;
    while (s_ready != 2)
        cpu_relax();
    cpu_irq_unmask();
    try_timer();
    try_dma();
    try_mail();
    console_printf("%u wrong\n", s_wrong);
    finish(s_wrong ? FINISH_DISAGREE : FINISH_AGREE);
}
