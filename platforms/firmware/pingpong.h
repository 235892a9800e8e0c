/* SPDX-License-Identifier: MIT
 *
 * What the two sides of conf/heterogeneous.lua have in common: a piece of memory for the messages, and for
 * each side a PL061 whose line 0 is the other side's interrupt.
 *
 * A side's line is high from its message on until it has seen that the other side has got it. An interrupt
 * input that is level-sensitive is then never missed, however late the level is looked at.
 */
#ifndef FIRMWARE_PINGPONG_H
#define FIRMWARE_PINGPONG_H

#include "mmio.h"

#define PINGPONG_SHARED 0x60000000u
#define PINGPONG_CLOCK                                                                                       \
    0x0a100000u /* SystemC's timer: its first register is SystemC's time in ns, 32 bits                      \
                 */

struct pingpong {
    uint32_t ping;     /* number of the latest message from A; PINGPONG_END: there is none any more */
    uint32_t pong;     /* number of the latest answer */
    uint32_t question; /* of the message */
    uint32_t answer;   /* pingpong_answer() of it */
    uint32_t asked_ns; /* SystemC's time for A just before it sent */
    uint32_t heard_ns; /* and for M just after it received */
};

#define PINGPONG_END 0xffffffffu

static volatile struct pingpong *pingpong(void)
{
    return (volatile struct pingpong *)PINGPONG_SHARED;
}

static inline uint32_t pingpong_answer(uint32_t question)
{
    return question * 2654435761u ^ question >> 7;
}

/* PL061 (Arm DDI 0190, chapter 3): GPIODATA is at the offset of its mask, shifted by 2; GPIODIR at 0x400. */
static inline void pingpong_line_init(uintptr_t gpio)
{
    mmio_write32(gpio + 0x400, 1);
    mmio_write32(gpio + (1u << 2), 0);
}

static inline void pingpong_line(uintptr_t gpio, uint32_t level)
{
    mmio_write32(gpio + (1u << 2), level);
}

#endif
