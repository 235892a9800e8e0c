/* SPDX-License-Identifier: MIT
 *
 * Exception vectors at EL1: a synchronous exception goes to fault_handler(esr, elr, far) and then back to the
 * instruction, an IRQ to irq_handler(). Layout: Arm ARM (DDI 0487), D1.4.2 "Exception vectors".
 */
#define FRAME_SIZE 192 /* x0..x18, x29, x30, ELR, SPSR: 23 registers, to a multiple of 16 */

    .macro  save
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
    .endm

    .section .text.stress_vectors, "ax"
    .balign 2048
    .global stress_vectors
stress_vectors:
    .balign 512             /* current EL with SP_ELx */
    .skip   512
    b       fault_entry
    .balign 128
    b       irq_entry
    .balign 128
    b       .               /* no FIQ or SError is expected: the test's timeout ends it */
    .balign 128
    b       .

fault_entry:
    save
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    bl      fault_handler
    b       back

irq_entry:
    save
    bl      irq_handler

back:
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
