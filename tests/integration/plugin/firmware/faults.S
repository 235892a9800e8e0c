/* SPDX-License-Identifier: MIT
 *
 * Loops that leave a block in its middle, and how many instructions each has: faults.h.
 *
 * Registers that the vectors use: x20 is theirs, x21 is what an exception adds to the return address (4 for an
 * instruction that is to be left out, 0 for SVC), x23 is where an SVC at EL0 goes back to, or 0.
 */
#include "faults.h"

#define SPSR_EL1H_MASKED 0x3c5
#define SPSR_EL0_MASKED 0x3c0

    /* Four instructions at EL1, FAULTS_USER_HANDLER at EL0. */
    .text
    .balign 2048
    .global fault_vectors
fault_vectors:
    .balign 128
    b       .
    .balign 128
    b       .
    .balign 128
    b       .
    .balign 128
    b       .
    .balign 128                     /* 0x200: synchronous, from this level */
    mrs     x20, elr_el1
    add     x20, x20, x21
    msr     elr_el1, x20
    eret
    .balign 128
    b       .
    .balign 128
    b       .
    .balign 128
    b       .
    .balign 128                     /* 0x400: synchronous, from EL0 */
    cbnz    x23, 1f
    mrs     x20, elr_el1
    add     x20, x20, x21
    msr     elr_el1, x20
    eret
1:  msr     elr_el1, x23
    mov     x20, #SPSR_EL1H_MASKED
    msr     spsr_el1, x20
    eret
    .balign 2048

    /* uint64_t NAME(uint64_t turns, uint64_t address): ticks from one reading of the counter to the other. */
    .macro  begin name
    .balign 64
    .global \name
\name:
    stp     x20, x21, [sp, #-32]!
    stp     x23, x30, [sp, #16]
    mov     x23, #0
    isb
    mrs     x9, cntvct_el0
    .endm

    .macro  end
    isb
    mrs     x10, cntvct_el0
    sub     x0, x10, x9
    ldp     x23, x30, [sp, #16]
    ldp     x20, x21, [sp], #32
    ret
    .endm

    begin   fault_aborts
    mov     x21, #4
1:  add     x3, x3, #1
    add     x4, x4, x3
    ldr     w5, [x1]                /* data abort */
    add     x3, x3, #1
    add     x4, x4, x3
    add     x3, x3, #1
    add     x4, x4, x3
    subs    x0, x0, #1
    b.ne    1b
    end

    begin   fault_calls
    mov     x21, #0
1:  add     x3, x3, #1
    add     x4, x4, x3
    svc     #0
    add     x3, x3, #1
    add     x4, x4, x3
    add     x3, x3, #1
    add     x4, x4, x3
    subs    x0, x0, #1
    b.ne    1b
    end

    begin   fault_reads
    mov     x21, #0
1:  add     x3, x3, #1
    add     x4, x4, x3
    ldr     w5, [x1]                /* a device */
    add     x3, x3, #1
    add     x4, x4, x3
    add     x3, x3, #1
    add     x4, x4, x3
    subs    x0, x0, #1
    b.ne    1b
    end

    /* address: the same code, as EL0 sees it, is so far away. */
    begin   fault_traps
    mov     x21, #4
    adr     x20, user
    add     x20, x20, x1
    msr     elr_el1, x20
    mov     x20, #SPSR_EL0_MASKED
    msr     spsr_el1, x20
    adr     x24, back
    eret
user:
1:  add     x3, x3, #1
    add     x4, x4, x3
    mrs     x5, ctr_el0             /* trapped: SCTLR_EL1.UCT is 0 */
    add     x3, x3, #1
    add     x4, x4, x3
    add     x3, x3, #1
    add     x4, x4, x3
    subs    x0, x0, #1
    b.ne    1b
    mov     x23, x24
    svc     #0
back:
    end
