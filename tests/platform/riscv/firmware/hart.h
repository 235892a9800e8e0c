/* SPDX-License-Identifier: MIT
 *
 * The CPU: control and status registers (RISC-V privileged architecture, "CSR Listing"), and waiting.
 */
#ifndef FIRMWARE_RISCV_HART_H
#define FIRMWARE_RISCV_HART_H

#include <stdint.h>

/* Bits of mip and mie. */
#define M_SOFT (1ul << 3)
#define M_TIMER (1ul << 7)
#define M_EXTERNAL (1ul << 11)

#define csr_read(name)                                                                                       \
    ({                                                                                                       \
        unsigned long csr_value;                                                                             \
        __asm__ volatile("csrr %0, " #name : "=r"(csr_value)::"memory");                                     \
        csr_value;                                                                                           \
    })
#define csr_write(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"(value) : "memory")

/* Only this one wakes from now on. */
static inline void hart_enable(unsigned long interrupt)
{
    csr_write(mie, interrupt);
}

/* Sleeps until it is pending. */
static inline void hart_sleep(unsigned long interrupt)
{
    while (!(csr_read(mip) & interrupt))
        __asm__ volatile("wfi" ::: "memory");
}

static inline void hart_fence(void)
{
    __asm__ volatile("fence iorw, iorw" ::: "memory");
}

void hart_main(unsigned long hart);

#endif
