/* SPDX-License-Identifier: MIT
 *
 * What the two sides of conf/heterogeneous.lua have in common: a SystemC mailbox, whose words are the numbers
 * of messages and whose lines are both sides' interrupts, and a piece of memory for what the messages say.
 */
#ifndef FIRMWARE_PINGPONG_H
#define FIRMWARE_PINGPONG_H

#include "mmio.h"

#define PINGPONG_SHARED 0x60000000u
#define PINGPONG_CLOCK                                                                                       \
    0x0a100000u /* SystemC's timer: its first register is SystemC's time in ns, 32 bits                      \
                 */

struct pingpong {
    uint32_t question; /* of the message */
    uint32_t answer;   /* pingpong_answer() of it */
    uint32_t heard_ns; /* SystemC's time for M just after it received, if the message asked for it */
};

/* Words from A to M; back comes the number. */
#define PINGPONG_NUMBER 0x3fffffffu
#define PINGPONG_TIMED 0x40000000u /* M says when it has heard it */
#define PINGPONG_END 0xffffffffu   /* there is none any more */

static inline volatile struct pingpong *pingpong(void)
{
    return (volatile struct pingpong *)PINGPONG_SHARED;
}

static inline uint32_t pingpong_answer(uint32_t question)
{
    return question * 2654435761u ^ question >> 7;
}

/* platforms/components/mailbox.h; `mailbox` is the address of one's own side. */
static inline void mailbox_init(uintptr_t mailbox)
{
    mmio_write32(mailbox + 0x0c, 1); /* an interrupt while there is a word */
}

static inline void mailbox_send(uintptr_t mailbox, uint32_t word)
{
    mmio_write32(mailbox, word);
}

/* 0: there is none. */
static inline uint32_t mailbox_receive(uintptr_t mailbox)
{
    return mmio_read32(mailbox + 0x04);
}

#endif
