/* SPDX-License-Identifier: MIT
 *
 * The Cortex-A side of conf/heterogeneous.lua. CPU 0 sends messages to the Cortex-M in the other QEMU, and
 * checks each answer: that it is right, and, for some, that no message was heard before it was sent, nor
 * answered before it was heard, by more than a quantum. The other CPUs compute meanwhile, so that somebody
 * always carries the time on.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "machine.h"
#include "pingpong.h"
#include <stdatomic.h>
#include <stdbool.h>

#define MAILBOX 0x0a300000u
#define INTID_PONG 52 /* SPI 20 */
#define BEGIN                                                                                                \
    0x0a500000u       /* a PL061 (Arm DDI 0190, chapter 3), whose line 0 says to the other side: begin       \
                       */
#define TIMED_EACH 8u /* one message in so many is timed: each look at the clock is an access more */

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

static uint32_t await_answer(void)
{
    uint32_t word;

    /* The interrupt stays masked: it only wakes. Pending is what its line says. */
    do {
        cpu_wait_interrupt();
        word = mailbox_receive(MAILBOX);
    } while (word == 0);
    atomic_thread_fence(memory_order_seq_cst);
    return word;
}

struct result {
    uint32_t wrong, lead_ns;
};

static void note_lead(struct result *result, uint32_t earlier, uint32_t later)
{
    const uint32_t ns = lead(earlier, later);

    result->lead_ns = ns > result->lead_ns ? ns : result->lead_ns;
}

static void exchange(uint32_t number, struct result *result)
{
    const bool timed = number % TIMED_EACH == 1;
    const uint32_t question = number * 7 + 1;
    uint32_t asked_ns = 0;

    pingpong()->question = question;
    if (timed)
        asked_ns = mmio_read32(PINGPONG_CLOCK);
    atomic_thread_fence(memory_order_seq_cst);
    mailbox_send(MAILBOX, number | (timed ? PINGPONG_TIMED : 0));
    result->wrong += await_answer() != number || pingpong()->answer != pingpong_answer(question);
    if (timed) {
        note_lead(result, asked_ns, pingpong()->heard_ns);
        note_lead(result, pingpong()->heard_ns, mmio_read32(PINGPONG_CLOCK));
    }
}

static bool talk(void)
{
    const uint32_t messages = MESSAGES;
    struct result result = {0, 0};

    mmio_write32(BEGIN + 0x400, 1);     /* GPIODIR: an output */
    mmio_write32(BEGIN + (1u << 2), 1); /* GPIODATA of line 0 */
    for (uint32_t number = 1; number <= messages; number++)
        exchange(number, &result);
    mailbox_send(MAILBOX, PINGPONG_END);
    console_printf("%u messages, %u wrong answers; heard before sent by at most %u ns\n", messages,
                   result.wrong, result.lead_ns);
    return result.wrong == 0 && result.lead_ns <= QUANTUM_NS + SLACK_NS;
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
    mailbox_init(MAILBOX);
    gic_enable_shared(INTID_PONG, 0);
    if (talk())
        finish(FINISH_AGREE);
    atomic_store(&s_over, true);
    finish(FINISH_DISAGREE);
}
