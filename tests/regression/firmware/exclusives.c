/* SPDX-License-Identifier: MIT
 *
 * Exclusive accesses of all CPUs to the same words: 32 and 64 bits, compare and swap, and a pair.
 */
#include "scenario.h"

#define ADDITIONS 300u

static atomic_uint s_32;
static atomic_ulong s_64, s_swapped;
static uint64_t s_pair[2] __attribute__((aligned(16)));

static void swap_in_one_more(void)
{
    unsigned long seen = atomic_load(&s_swapped);

    while (!atomic_compare_exchange_weak(&s_swapped, &seen, seen + 3)) {
    }
}

/* LDXP and STXP: the first counts up, the second down. */
static void add_to_pair(void)
{
    uint64_t up, down;
    uint32_t failed;

    do {
        __asm__ volatile("ldxp %0, %1, %3\n\tadd %0, %0, #1\n\tsub %1, %1, #1\n\tstxp %w2, %0, %1, %3"
                         : "=&r"(up), "=&r"(down), "=&r"(failed), "+Q"(s_pair)
                         :
                         : "memory");
    } while (failed);
}

void scenario_exclusives(unsigned cpu)
{
    uint64_t begin, all = ADDITIONS * (uint64_t)CPUS;

    barrier();
    begin = local_ns();
    for (unsigned i = 0; i < ADDITIONS; i++) {
        atomic_fetch_add(&s_32, 1);
        atomic_fetch_add(&s_64, 1ul << 32);
        swap_in_one_more();
        add_to_pair();
    }
    /* Four read-modify-writes of at least four instructions each. */
    check_range("ns", local_ns() - begin, ADDITIONS * 16ull * NS_PER_INSN, UINT32_MAX);
    barrier();
    if (cpu != 0)
        return;
    check_equal("32 bits", atomic_load(&s_32), all);
    check_equal("64 bits", atomic_load(&s_64), all << 32);
    check_equal("compare and swap", atomic_load(&s_swapped), 3 * all);
    check_equal("pair, up", s_pair[0], all);
    check_equal("pair, down", s_pair[1], 0 - all);
}
