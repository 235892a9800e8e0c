/* SPDX-License-Identifier: MIT
 *
 * Input through a UART from a file of the host: the last CPU is interrupted, and sleeps in between. All bytes
 * come, in order.
 */
#include "console.h"
#include "scenario.h"

#define DR (EXTRA + 0x00)
#define FR (EXTRA + 0x18)
#define LCR_H (EXTRA + 0x2c)
#define CR (EXTRA + 0x30)
#define IMSC (EXTRA + 0x38)
#define ICR (EXTRA + 0x44)
#define FR_EMPTY (1u << 4)
#define FIFOS 0x70
#define RECEIVE_ON 0x201
#define INT_RX 0x10
#define INT_TIMEOUT 0x40
#define END '.'

static volatile unsigned s_bytes, s_sum;
static atomic_bool s_over;

static void on_input(unsigned cpu)
{
    (void)cpu;
    while (!(mmio_read32(FR) & FR_EMPTY)) {
        const unsigned byte = mmio_read32(DR) & 0xff;
        s_bytes++;
        s_sum = (s_sum * 31 + byte) & 0xffffff;
        if (byte == END)
            atomic_store(&s_over, true);
    }
    mmio_write32(ICR, INT_RX | INT_TIMEOUT);
}

void scenario_uart_input(unsigned cpu)
{
    const bool reads = cpu == CPUS - 1;

    if (reads) {
        on_interrupt(INTID_EXTRA, cpu, on_input);
        mmio_write32(LCR_H, FIFOS);
        mmio_write32(IMSC, INT_RX | INT_TIMEOUT);
        mmio_write32(CR, RECEIVE_ON);
    }
    while (!atomic_load(&s_over)) {
        if (reads) {
            cpu_wait_interrupt();
            cpu_irq_unmask();
            cpu_irq_mask();
        } else {
            compute(100);
        }
    }
    if (!reads)
        return;
    console_printf("read %u bytes, sum %u\n", s_bytes, s_sum);
    check_equal("the sum of all bytes in order", s_sum, PARAMETERS->argument);
}
