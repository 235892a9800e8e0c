/* SPDX-License-Identifier: MIT
 *
 * Code that changes: each CPU rewrites a function of its own and calls it; and CPU 0 rewrites one that all
 * call.
 */
#include "scenario.h"

#define ROUNDS 30u
#define CODE(cpu) (FREE_RAM + 0x10000u * (cpu))
#define SHARED CODE(7)

static atomic_uint s_returns; /* of the shared function */
static atomic_uint s_called;

/* "mov w0, #value; ret": Arm ARM (DDI 0487), C6.2 "MOVZ" and "RET"; made visible as B2.4.4 asks. */
static void write_function(uintptr_t at, unsigned value)
{
    mmio_write32(at, 0x52800000u | value << 5);
    mmio_write32(at + 4, 0xd65f03c0u);
    __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb" ::"r"(at) : "memory");
}

static unsigned call(uintptr_t at)
{
    return ((unsigned (*)(void))at)();
}

void scenario_self_modifying(unsigned cpu)
{
    unsigned wrong = 0;

    for (unsigned i = 1; i <= ROUNDS; i++) {
        write_function(CODE(cpu), i);
        wrong += call(CODE(cpu)) != i;
    }
    check_equal("wrong calls of the own function", wrong, 0);
    barrier();
    for (unsigned i = 1; i <= ROUNDS; i++) {
        if (cpu == 0) {
            atomic_store(&s_called, 0);
            write_function(SHARED, i);
            atomic_store(&s_returns, i);
        }
        while (atomic_load(&s_returns) < i)
            cpu_relax();
        __asm__ volatile("isb" ::: "memory");
        wrong += call(SHARED) != i;
        atomic_fetch_add(&s_called, 1);
        while (cpu == 0 && atomic_load(&s_called) < CPUS)
            cpu_relax();
    }
    check_equal("wrong calls of the shared function", wrong, 0);
}
