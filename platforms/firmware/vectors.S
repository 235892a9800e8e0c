/* SPDX-License-Identifier: MIT
 *
 * Exception vectors at EL1: an IRQ goes to irq_handler() and back, anything else to exception_report(),
 * which does not return. Layout: Arm ARM (DDI 0487), D1.4.2 "Exception vectors".
 */

#define FRAME_SIZE 192 /* x0..x18, x29, x30, ELR, SPSR: 23 registers, to a multiple of 16 */

    .macro  unexpected index
    .balign 128
    mov     x0, #\index
    mrs     x1, esr_el1
    mrs     x2, elr_el1
    mrs     x3, far_el1
    b       exception_report
    .endm

    .section .text.vectors, "ax"
    .balign 2048
    .global vectors
vectors:
    unexpected 0    /* current EL with SP_EL0: synchronous, IRQ, FIQ, SError */
    unexpected 1
    unexpected 2
    unexpected 3
    unexpected 4    /* current EL with SP_ELx: synchronous */
    .balign 128
    b       irq_entry
    unexpected 6
    unexpected 7
    unexpected 8    /* lower EL, AArch64 */
    unexpected 9
    unexpected 10
    unexpected 11
    unexpected 12   /* lower EL, AArch32 */
    unexpected 13
    unexpected 14
    unexpected 15

    /* Only what the procedure call standard lets a function clobber, and what the next exception would. */
irq_entry:
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x29, [sp, #144]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x30, x0, [sp, #160]
    str     x1, [sp, #176]

    bl      irq_handler

    ldr     x1, [sp, #176]
    ldp     x30, x0, [sp, #160]
    msr     elr_el1, x0
    msr     spsr_el1, x1
    ldp     x18, x29, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp, #0]
    add     sp, sp, #FRAME_SIZE
    eret

    /* A program without interrupts leaves this one alone: an IRQ is then as unexpected as the rest. */
    .weak   irq_handler
irq_handler:
    mov     x0, #5
    mrs     x1, esr_el1
    mrs     x2, elr_el1
    mrs     x3, far_el1
    b       exception_report
