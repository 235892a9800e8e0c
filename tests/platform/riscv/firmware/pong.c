/* SPDX-License-Identifier: MIT
 *
 * The RISC-V side of ../two_targets.lua, in the place of platforms/firmware/cortex-m/cortex_m_pong.c: answers
 * each message. Sleeps while there is none.
 */
#include "hart.h"
#include "pingpong.h"

#define DOORBELL 0x10000000u /* the PL061 whose line 0 leads to the other side */

/* The line to us stays high until the other side has our answer: asleep again too early, it wakes at once. */
static uint32_t next_message(uint32_t last)
{
    uint32_t ping;

    while ((ping = pingpong()->ping) == last)
        __asm__ volatile("wfi" ::: "memory");
    return ping;
}

void hart_main(unsigned long hart)
{
    uint32_t ping = 0;

    (void)hart;
    pingpong_line_init(DOORBELL);
    hart_enable(M_EXTERNAL);
    while ((ping = next_message(ping)) != PINGPONG_END) {
        hart_fence();
        pingpong()->heard_ns = mmio_read32(PINGPONG_CLOCK);
        pingpong_line(DOORBELL, 0);
        pingpong()->answer = pingpong_answer(pingpong()->question);
        hart_fence();
        pingpong()->pong = ping;
        pingpong_line(DOORBELL, 1);
    }
    pingpong_line(DOORBELL, 0);
    hart_enable(0); /* sleeps from now on */
}
