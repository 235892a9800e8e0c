/* SPDX-License-Identifier: MIT
 *
 * Words through the mailbox and back: CPU 0 at one side polls, the last CPU at the other is interrupted. All
 * come, in order, and none before it was sent.
 */
#include "scenario.h"

#define SEND 0x00
#define RECEIVE 0x04
#define STATUS 0x08
#define IRQ_ENABLE 0x0c
#define AVAILABLE 1
#define FULL 2
#define SIDE_1 (MAILBOX + 0x8000u)
#define WORDS 40u

static volatile unsigned s_wrong, s_early;
static atomic_uint s_received;

/* A word is the sender's local time when it was sent. */
static void on_word(unsigned cpu)
{
    static uint32_t last;

    (void)cpu;
    while (mmio_read32(SIDE_1 + STATUS) & AVAILABLE) {
        const uint32_t word = mmio_read32(SIDE_1 + RECEIVE);
        s_early += (uint32_t)local_ns() < word;
        s_wrong += word <= last;
        last = word;
        atomic_fetch_add(&s_received, 1);
        mmio_write32(SIDE_1 + SEND, word + 1); /* there is room: no more are under way than fit */
    }
}

static unsigned take_answers(unsigned expected, const uint32_t *sent, unsigned from)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < expected; i++) {
        while (!(mmio_read32(MAILBOX + STATUS) & AVAILABLE))
            compute(200);
        wrong += mmio_read32(MAILBOX + RECEIVE) != sent[from + i] + 1;
    }
    return wrong;
}

static void send_all(void)
{
    static uint32_t sent[WORDS];
    unsigned wrong = 0, under_way = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        sent[i] = (uint32_t)local_ns();
        mmio_write32(MAILBOX + SEND, sent[i]);
        if (++under_way == 8) {
            wrong += take_answers(under_way, sent, i + 1 - under_way);
            under_way = 0;
        }
    }
    check_equal("wrong answers", wrong, 0);
    check_equal("status", mmio_read32(MAILBOX + STATUS) & 7, 0);
}

void scenario_mailbox_words(unsigned cpu)
{
    if (cpu == CPUS - 1) {
        on_interrupt(INTID_MAILBOX(1), cpu, on_word);
        mmio_write32(SIDE_1 + IRQ_ENABLE, AVAILABLE);
        cpu_irq_unmask();
    }
    barrier();
    if (cpu == 0)
        send_all();
    while (atomic_load(&s_received) < WORDS)
        compute(100);
    cpu_irq_mask();
    if (cpu != CPUS - 1)
        return;
    check_equal("words", atomic_load(&s_received), WORDS);
    check_equal("words out of order", s_wrong, 0);
    check_equal("words before they were sent", s_early, 0);
}
