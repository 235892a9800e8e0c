/* SPDX-License-Identifier: MIT
 *
 * Two QEMUs on one timeline: a CPU of the second one answers what comes through the mailbox, and adds to
 * memory that all share. A word is never there before it was sent, on either one's own clock.
 */
#include "scenario.h"

#define SEND 0x00
#define RECEIVE 0x04
#define STATUS 0x08
#define AVAILABLE 1
#define SIDE_1 (MAILBOX + 0x8000u)
#define WORDS 20u
#define ADDITIONS 50u /* between two looks */

static atomic_ulong s_sum;
static volatile uint64_t s_added[ALL_CPUS];
static atomic_bool s_over;

static void add(unsigned cpu)
{
    atomic_fetch_add(&s_sum, 1);
    s_added[cpu]++;
}

static uint32_t receive(uintptr_t side, unsigned cpu)
{
    while (!(mmio_read32(side + STATUS) & AVAILABLE))
        for (unsigned i = 0; i < ADDITIONS && !atomic_load(&s_over); i++)
            add(cpu);
    return mmio_read32(side + RECEIVE);
}

/* The answer is the own time: the question's was earlier. */
static _Noreturn void answer(unsigned cpu)
{
    for (;;) {
        const uint32_t asked = receive(SIDE_1, cpu), now = (uint32_t)local_ns();
        mmio_write32(SIDE_1 + SEND, now < asked ? 0 : now);
    }
}

static void ask(void)
{
    unsigned early = 0;
    uint64_t longest = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        const uint64_t asked = local_ns();
        uint64_t answered;
        mmio_write32(MAILBOX + SEND, (uint32_t)asked);
        answered = receive(MAILBOX, 0);
        early += answered < asked || local_ns() < answered;
        if (local_ns() - asked > longest)
            longest = local_ns() - asked;
    }
    check_equal("words before they were sent", early, 0);
    check_range("ns there and back, the longest", longest, NS_PER_INSN,
                2 * (QUANTUM_NS + block_ns()) + 20000);
}

void scenario_two_instances(unsigned cpu)
{
    uint64_t added = 0;

    if (cpu == FOREIGN_CPU)
        answer(cpu);
    barrier();
    if (cpu == 0) {
        ask();
        atomic_store(&s_over, true);
    }
    while (!atomic_load(&s_over))
        add(cpu);
    barrier();
    if (cpu != 0)
        return;
    /* Whoever looked at s_over before it was set has added at most once since. */
    compute((2 * QUANTUM_NS + 20000) / NS_PER_INSN / 2);
    for (unsigned c = 0; c < ALL_CPUS; c++)
        added += s_added[c];
    check_equal("additions of both", atomic_load(&s_sum), added);
    check_range("additions of the other QEMU's CPU", s_added[FOREIGN_CPU], 1, UINT64_MAX);
}
