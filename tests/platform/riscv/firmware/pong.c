/* SPDX-License-Identifier: MIT
 *
 * The RISC-V side of ../two_targets.lua, in the place of platforms/firmware/cortex-m/cortex_m_pong.c: answers
 * each message. Sleeps while there is none.
 */
#include "hart.h"
#include "pingpong.h"

#define MAILBOX 0x40000000u

/* The mailbox's line is high while there is a word: WFI does not sleep then. */
static uint32_t next_message(void)
{
    uint32_t word;

    while ((word = mailbox_receive(MAILBOX)) == 0)
        __asm__ volatile("wfi" ::: "memory");
    return word;
}

void hart_main(unsigned long hart)
{
    uint32_t word;

    (void)hart;
    mailbox_init(MAILBOX);
    hart_enable(M_EXTERNAL);
    while ((word = next_message()) != PINGPONG_END) {
        hart_fence();
        if (word & PINGPONG_TIMED)
            pingpong()->heard_ns = mmio_read32(PINGPONG_CLOCK);
        pingpong()->answer = pingpong_answer(pingpong()->question);
        hart_fence();
        mailbox_send(MAILBOX, word & PINGPONG_NUMBER);
    }
    hart_enable(0); /* sleeps from now on */
}
