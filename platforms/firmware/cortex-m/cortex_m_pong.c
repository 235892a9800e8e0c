/* SPDX-License-Identifier: MIT
 *
 * The Cortex-M side of conf/heterogeneous.lua: answers each message. Sleeps while there is none.
 */
#include "cortex_m.h"
#include "pingpong.h"

#define DOORBELL 0x40000000u /* the PL061 whose line 0 leads to the other side */
#define IRQ_PING 1u          /* bit of NVIC interrupt 0 */

static uint32_t next_message(uint32_t last)
{
    uint32_t ping;

    for (;;) {
        /* First this, then the look: a line that rises in between makes it pending again. */
        mmio_write32(NVIC_ICPR0, IRQ_PING);
        ping = pingpong()->ping;
        if (ping != last)
            return ping;
        wait_interrupt();
    }
}

int main(void)
{
    uint32_t ping = 0;

    irq_mask();
    pingpong_line_init(DOORBELL);
    mmio_write32(NVIC_ISER0, IRQ_PING);
    while ((ping = next_message(ping)) != PINGPONG_END) {
        barrier();
        pingpong()->heard_ns = mmio_read32(PINGPONG_CLOCK);
        pingpong_line(DOORBELL, 0);
        pingpong()->answer = pingpong_answer(pingpong()->question);
        barrier();
        pingpong()->pong = ping;
        pingpong_line(DOORBELL, 1);
    }
    pingpong_line(DOORBELL, 0);
    mmio_write32(0xe000e180u, IRQ_PING); /* NVIC_ICER0: sleeps from now on */
    return 0;
}
