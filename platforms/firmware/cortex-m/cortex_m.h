/* SPDX-License-Identifier: MIT
 *
 * The CPU's own devices: Armv7-M Architecture Reference Manual (DDI 0403), B3.3 "The system timer, SysTick"
 * and B3.4 "Nested Vectored Interrupt Controller".
 */
#ifndef FIRMWARE_CORTEX_M_H
#define FIRMWARE_CORTEX_M_H

#include "mmio.h"

#define CORTEX_M_PARAMS 0x00010000u /* a program's parameters, 32-bit words */

#define SYST_CSR 0xe000e010u /* control: ENABLE, TICKINT, CLKSOURCE (the CPU's clock) */
#define SYST_RVR 0xe000e014u /* reload value, 24 bits */
#define SYST_CVR 0xe000e018u /* current value; a write clears it */
#define SYST_CSR_ON 7u

#define NVIC_ISER0 0xe000e100u /* set-enable, interrupts 0 to 31 */
#define NVIC_ICER0 0xe000e180u /* clear-enable */
#define NVIC_ICPR0 0xe000e280u /* clear-pending */

/* Vectors that a program may define. */
void systick_handler(void);
void irq_0_handler(void);

int main(void);

static inline void irq_mask(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}
static inline void irq_unmask(void)
{
    __asm__ volatile("cpsie i" ::: "memory");
}

/* Until an interrupt is pending, masked or not. */
static inline void wait_interrupt(void)
{
    __asm__ volatile("dsb\n\twfi" ::: "memory");
}

static inline void barrier(void)
{
    __asm__ volatile("dmb" ::: "memory");
}

#endif
