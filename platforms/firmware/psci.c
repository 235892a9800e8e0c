/* SPDX-License-Identifier: MIT */
#include "psci.h"

/* Function identifiers: DEN0022, section 5.1. */
#define PSCI_FN_SYSTEM_OFF 0x84000008u
#define PSCI_FN_SYSTEM_RESET 0x84000009u
#define PSCI_FN_CPU_OFF 0x84000002u
#define PSCI_FN_CPU_ON_64 0xc4000003u
#define PSCI_NOT_SUPPORTED (-1)

/* Calling convention: SMC Calling Convention (DEN0028), section 2.6: x4..x17 survive at most from 1.1 on. */
#define PSCI_CLOBBERS                                                                                        \
    "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory"

static int64_t psci_call(enum psci_conduit conduit, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;

    if (conduit == PSCI_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::PSCI_CLOBBERS);
    else if (conduit == PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::PSCI_CLOBBERS);
    else
        return PSCI_NOT_SUPPORTED;
    return (int64_t)x0;
}

int64_t psci_cpu_on(enum psci_conduit conduit, uint64_t mpidr, uintptr_t entry)
{
    return psci_call(conduit, PSCI_FN_CPU_ON_64, mpidr, entry, 0);
}

void psci_cpu_off(enum psci_conduit conduit)
{
    psci_call(conduit, PSCI_FN_CPU_OFF, 0, 0, 0);
}

void psci_system_reset(enum psci_conduit conduit)
{
    psci_call(conduit, PSCI_FN_SYSTEM_RESET, 0, 0, 0);
}

void psci_system_off(enum psci_conduit conduit)
{
    psci_call(conduit, PSCI_FN_SYSTEM_OFF, 0, 0, 0);
}
