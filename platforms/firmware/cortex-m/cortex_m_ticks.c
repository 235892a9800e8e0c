/* SPDX-License-Identifier: MIT
 *
 * SysTick and an interrupt from SystemC's timer, each at known times: SystemC's time at each of them must be
 * what was set, and never early. Ends the run with 0 if so, else 1. The board is conf/cortex-m.lua.
 */
#include "cortex_m.h"
#include <stdbool.h>

/* Addresses of the board. */
#define UART 0x40004000u     /* PL011: DR at 0x00, CR at 0x30 (Arm DDI 0183, chapter 3) */
#define SC_TIMER 0x40001000u /* platforms/components/sc_timer.h */
#define EXITER 0x40002000u

/* What the platform file says. */
#define TICK_NS mmio_read32(CORTEX_M_PARAMS)         /* of SysTick */
#define TICK_COUNT mmio_read32(CORTEX_M_PARAMS + 4)  /* SysTick's reload value + 1 */
#define TICKS mmio_read32(CORTEX_M_PARAMS + 8)       /* how many */
#define SC_TICK_NS mmio_read32(CORTEX_M_PARAMS + 12) /* of SystemC's timer */
#define LATE_NS mmio_read32(CORTEX_M_PARAMS + 16)    /* how late each may be seen */

struct series {
    uint32_t period_ns, begin_ns, end_ns; /* it was started between begin and end */
    volatile uint32_t seen;
    uint32_t early, latest_ns;
};

static struct series s_systick, s_timer;

static uint32_t now_ns(void)
{
    return mmio_read32(SC_TIMER);
}

static void take(struct series *series)
{
    uint32_t now = now_ns();
    uint32_t due = (series->seen + 1) * series->period_ns;
    uint32_t late = now - series->begin_ns - due;

    if ((int32_t)(now - series->begin_ns - due) < 0)
        series->early++;
    else if (late > series->latest_ns)
        series->latest_ns = late;
    series->seen++;
}

void systick_handler(void)
{
    take(&s_systick);
    if (s_systick.seen == TICKS)
        mmio_write32(SYST_CSR, 0);
}

void irq_0_handler(void)
{
    if (!(mmio_read32(SC_TIMER + 0x0c) & 1))
        return; /* the line had not fallen yet */
    take(&s_timer);
    if (s_timer.seen == TICKS)
        mmio_write32(SC_TIMER + 0x08, 0);
    mmio_write32(SC_TIMER + 0x0c, 1);
}

static void put(const char *text)
{
    for (; *text; text++)
        mmio_write32(UART, (uint8_t)*text);
}

static void put_number(uint32_t value)
{
    char digits[11];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    put(at);
}

static bool report(const char *name, const struct series *series)
{
    uint32_t slack = series->end_ns - series->begin_ns;
    bool good = series->seen == TICKS && series->early == 0 && series->latest_ns <= LATE_NS + slack;

    put(name);
    put(": ");
    put_number(series->seen);
    put(" interrupts, ");
    put_number(series->early);
    put(" early, the latest ");
    put_number(series->latest_ns);
    put(good ? " ns late\n" : " ns late: wrong\n");
    return good;
}

int main(void)
{
    bool good;

    mmio_write32(UART + 0x30, 0x301); /* UARTEN, TXE, RXE */
    irq_mask();
    s_systick.period_ns = TICK_NS;
    s_timer.period_ns = SC_TICK_NS;

    s_timer.begin_ns = now_ns();
    mmio_write32(SC_TIMER + 0x10, SC_TICK_NS);
    mmio_write32(SC_TIMER + 0x14, 0);
    mmio_write32(SC_TIMER + 0x08, 3); /* ENABLE, IRQ_ENABLE */
    s_timer.end_ns = now_ns();
    mmio_write32(NVIC_ISER0, 1);

    s_systick.begin_ns = now_ns();
    mmio_write32(SYST_RVR, TICK_COUNT - 1);
    mmio_write32(SYST_CVR, 0);
    mmio_write32(SYST_CSR, SYST_CSR_ON);
    s_systick.end_ns = now_ns();

    irq_unmask();
    while (s_systick.seen < TICKS || s_timer.seen < TICKS)
        wait_interrupt();
    irq_mask();

    good = report("SysTick", &s_systick);
    good = report("SystemC timer", &s_timer) && good;
    mmio_write32(EXITER, good ? 0 : 1);
    return 0;
}
