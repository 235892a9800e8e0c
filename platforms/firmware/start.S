/* SPDX-License-Identifier: MIT
 *
 * Reset. Every CPU comes here, all at once (or one by one through PSCI CPU_ON), at EL1, EL2 or EL3, and
 * leaves to cpu_main(cpu) at EL1 with MMU and caches on, a stack of its own and interrupts masked.
 *
 * There is no loop and no waiting on the way: a CPU's instructions since reset stay countable, and
 * BOOT_MAX_INSNS (smp_measure.c) bounds them.
 *
 * Registers: Arm Architecture Reference Manual for A-profile (DDI 0487), chapter D19 "AArch64 System
 * Register Descriptions"; translation tables: chapter D8.
 */
#include "machine.h"

#define STACK_SIZE 16384 /* bytes for each CPU */

#define SCTLR_EL1_VALUE (0x30d00800 | (1 << 12) | (1 << 2) | (1 << 0)) /* RES1; I, C, M */
#define SPSR_EL1H_MASKED 0x3c5                                         /* EL1h; D, A, I, F masked */
#define HCR_EL2_VALUE (1 << 31)                                        /* RW: EL1 is AArch64 */
#define SCR_EL3_VALUE ((1 << 10) | (1 << 8) | (1 << 7) | 0x31)         /* RW, HCE, SMD; RES1, NS */
#define ICC_SRE_VALUE 0xf                                              /* Enable, DIB, DFB, SRE */

/* MAIR: attribute 0 is Device-nGnRnE, attribute 1 Normal write-back. */
#define MAIR_VALUE 0xff00
/* TCR: T0SZ 32 (4 GiB: the walk starts at level 1), write-back inner-shareable walks, 4 KiB, no TTBR1. */
#define TCR_VALUE (32 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23))
/* Level 1 blocks of 1 GiB: block descriptor, access flag; XN for devices; inner-shareable normal memory. */
#define BLOCK_DEVICE(address) ((address) | (1 << 54) | (1 << 53) | (1 << 10) | 0x1)
#define BLOCK_NORMAL(address) ((address) | (1 << 10) | (3 << 8) | (1 << 2) | 0x1)

    .section .text.start, "ax"
    .global _start
_start:
    mrs     x0, CurrentEL
    cmp     x0, #(2 << 2)
    b.lt    at_el1
    b.eq    at_el2

at_el3:
    ldr     x0, =SCR_EL3_VALUE
    msr     scr_el3, x0
    mrs     x0, id_aa64pfr0_el1
    ubfx    x1, x0, #24, #4         /* GIC: are there ICC_* registers? */
    cbz     x1, 1f
    mov     x1, #ICC_SRE_VALUE
    msr     s3_6_c12_c12_5, x1      /* ICC_SRE_EL3 */
    isb
1:  ubfx    x1, x0, #8, #4          /* EL2: is there one? */
    adr     x2, at_el1
    mov     x3, #SPSR_EL1H_MASKED
    cbz     x1, 2f
    adr     x2, at_el2
    mov     x3, #(SPSR_EL1H_MASKED + 4) /* EL2h */
2:  msr     elr_el3, x2
    msr     spsr_el3, x3
    eret

at_el2:
    ldr     x0, =HCR_EL2_VALUE
    msr     hcr_el2, x0
    mov     x0, #3                  /* EL1 may use the physical counter and timer */
    msr     cnthctl_el2, x0
    msr     cntvoff_el2, xzr        /* the virtual counter is the physical one */
    mrs     x0, midr_el1
    msr     vpidr_el2, x0
    mrs     x0, mpidr_el1
    msr     vmpidr_el2, x0
    mrs     x0, id_aa64pfr0_el1
    ubfx    x0, x0, #24, #4
    cbz     x0, 1f
    mov     x0, #ICC_SRE_VALUE
    msr     s3_4_c12_c9_5, x0       /* ICC_SRE_EL2 */
    isb
1:  adr     x0, at_el1
    msr     elr_el2, x0
    mov     x0, #SPSR_EL1H_MASKED
    msr     spsr_el2, x0
    eret

at_el1:
    msr     daifset, #0xf
    ldr     x0, =vectors
    msr     vbar_el1, x0

    mrs     x0, mpidr_el1
    and     x0, x0, #0xff           /* Aff0 is the CPU's number */
    cmp     x0, #MACHINE_MAX_CPUS
    b.hs    park
    msr     tpidr_el1, x0

    ldr     x1, =(stacks + STACK_SIZE)
    mov     x2, #STACK_SIZE
    madd    x1, x0, x2, x1
    mov     sp, x1

    ldr     x1, =MAIR_VALUE
    msr     mair_el1, x1
    ldr     x1, =TCR_VALUE
    msr     tcr_el1, x1
    ldr     x1, =translation_table
    msr     ttbr0_el1, x1
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    ldr     x1, =SCTLR_EL1_VALUE
    msr     sctlr_el1, x1
    isb

    bl      cpu_main

    /* A CPU that is not needed, or that is done: idle for ever. */
park:
    wfi
    b       park

    .ltorg

    .section .stacks, "aw", %nobits
    .balign 16
stacks:
    .skip   STACK_SIZE * MACHINE_MAX_CPUS

    .section .data.translation_table, "aw"
    .balign 4096
translation_table:
    .quad   BLOCK_DEVICE(0x00000000)
    .quad   BLOCK_NORMAL(0x40000000)
    .quad   0
    .quad   0
