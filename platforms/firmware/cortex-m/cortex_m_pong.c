/* SPDX-License-Identifier: MIT
 *
 * The Cortex-M side of conf/heterogeneous.lua: waits for the other side's line, then answers each message.
 * Sleeps while there is none.
 */
#include "cortex_m.h"
#include "pingpong.h"

#define MAILBOX 0x40000000u
#define IRQ_MAIL 1u  /* bit of NVIC interrupt 0 */
#define IRQ_BEGIN 2u /* and 1: a line of the other side's */

/* Interrupts stay masked, and only wake. Who wakes for something else finds nothing, and sleeps again. */
static uint32_t next_message(void)
{
    uint32_t word;

    do {
        wait_interrupt();
        word = mailbox_receive(MAILBOX);
        /* After the look: if the line is high again, it stays pending. */
        mmio_write32(NVIC_ICPR0, IRQ_MAIL);
    } while (word == 0);
    return word;
}

int main(void)
{
    uint32_t word;

    irq_mask();
    mmio_write32(NVIC_ISER0, IRQ_BEGIN);
    wait_interrupt();
    mmio_write32(NVIC_ICER0, IRQ_BEGIN);
    mailbox_init(MAILBOX);
    mmio_write32(NVIC_ISER0, IRQ_MAIL);
    while ((word = next_message()) != PINGPONG_END) {
        barrier();
        if (word & PINGPONG_TIMED)
            pingpong()->heard_ns = mmio_read32(PINGPONG_CLOCK);
        pingpong()->answer = pingpong_answer(pingpong()->question);
        barrier();
        mailbox_send(MAILBOX, word & PINGPONG_NUMBER);
    }
    mmio_write32(NVIC_ICER0, IRQ_MAIL); /* sleeps from now on */
    return 0;
}
