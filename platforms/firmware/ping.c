/* SPDX-License-Identifier: MIT
 *
 * The Cortex-A side of conf/heterogeneous.lua. CPU 0 sends messages to the Cortex-M in the other QEMU, and
 * checks each answer: that it is right, and that no message was heard before it was sent, nor answered before
 * it was heard, by more than a quantum. The other CPUs compute meanwhile, so that somebody always carries the
 * time on.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "machine.h"
#include "pingpong.h"
#include <stdatomic.h>
#include <stdbool.h>

#define DOORBELL 0x0a500000u
#define INTID_PONG 52 /* SPI 20 */

/* What the platform file says. */
#define MESSAGES mmio_read32(MACHINE_PARAMS_BASE)
#define QUANTUM_NS mmio_read32(MACHINE_PARAMS_BASE + 4)
#define SLACK_NS                                                                                             \
    mmio_read32(MACHINE_PARAMS_BASE + 8) /* the longest translation block, on the slowest CPU                \
                                          */

static atomic_bool s_over;

/* How much earlier `later` is than `earlier`, if it is. */
static uint32_t lead(uint32_t earlier, uint32_t later)
{
    return (int32_t)(earlier - later) > 0 ? earlier - later : 0;
}

static void await_answer(uint32_t number)
{
    /* The interrupt stays masked: it only wakes. Pending is what its line says. */
    while (pingpong()->pong != number)
        cpu_wait_interrupt();
    atomic_thread_fence(memory_order_seq_cst);
}

static bool talk(void)
{
    uint32_t messages = MESSAGES, wrong = 0, greatest = 0;

    for (uint32_t number = 1; number <= messages; number++) {
        uint32_t now, early;

        pingpong()->question = number * 7 + 1;
        pingpong()->asked_ns = mmio_read32(PINGPONG_CLOCK);
        atomic_thread_fence(memory_order_seq_cst);
        pingpong()->ping = number;
        pingpong_line(DOORBELL, 1);
        await_answer(number);
        pingpong_line(DOORBELL, 0);
        now = mmio_read32(PINGPONG_CLOCK);
        wrong += pingpong()->answer != pingpong_answer(number * 7 + 1);
        early = lead(pingpong()->asked_ns, pingpong()->heard_ns);
        greatest = early > greatest ? early : greatest;
        early = lead(pingpong()->heard_ns, now);
        greatest = early > greatest ? early : greatest;
    }
    pingpong()->ping = PINGPONG_END;
    pingpong_line(DOORBELL, 1);
    console_printf("%u messages, %u wrong answers; heard before sent by at most %u ns\n", messages, wrong,
                   greatest);
    return wrong == 0 && greatest <= QUANTUM_NS + SLACK_NS;
}

void cpu_main(unsigned cpu)
{
    if (cpu != 0) {
        while (!atomic_load(&s_over))
            cpu_relax();
        return;
    }
    console_init();
    gic_init();
    gic_init_cpu();
    pingpong_line_init(DOORBELL);
    gic_enable_shared(INTID_PONG, 0);
    if (talk())
        finish(FINISH_AGREE);
    atomic_store(&s_over, true);
    finish(FINISH_DISAGREE);
}
