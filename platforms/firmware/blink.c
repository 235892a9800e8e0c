/* SPDX-License-Identifier: MIT
 *
 * The guest of examples/embed-soc: a timer's interrupt turns over a line of a GPIO controller.
 */
#include "console.h"
#include "cpu.h"
#include "machine.h"
#include "mmio.h"

/* The board's own: see examples/embed-soc/timer.h and console.h. */
#define TIMER_PERIOD 0x0a300000
#define TIMER_CLEAR 0x0a300004
#define TIMER_TIME 0x0a300008
#define CONSOLE_FINISH (MACHINE_UART_BASE + 0x04)
/* PL061 (DDI 0190, table 3-1): bits 9:2 of the data register's address are a mask. */
#define GPIO_BASE 0x09030000
#define GPIO_LED_DATA (GPIO_BASE + (1 << 2))
#define GPIO_DIR (GPIO_BASE + 0x400)

#define PERIOD_NS 1000000
#define INTERRUPTS 10

static volatile unsigned s_interrupts;

void irq_handler(void);
void irq_handler(void)
{
    mmio_write32(TIMER_CLEAR, 1);
    s_interrupts++;
    mmio_write32(GPIO_LED_DATA, s_interrupts & 1);
}

void cpu_main(unsigned cpu)
{
    if (cpu != 0)
        return;
    console_init();
    mmio_write32(GPIO_DIR, 1);
    console_printf("blinks from %u ns on\n", mmio_read32(TIMER_TIME));
    mmio_write32(TIMER_PERIOD, PERIOD_NS);
    while (s_interrupts < INTERRUPTS) {
        cpu_wait_interrupt();
        cpu_irq_unmask();
        cpu_irq_mask();
    }
    console_printf("%u interrupts\n", s_interrupts);
    mmio_write32(CONSOLE_FINISH, 0);
    for (;;)
        cpu_wait_interrupt();
}
