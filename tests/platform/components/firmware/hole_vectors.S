/* SPDX-License-Identifier: MIT
 *
 * Exception vectors for faults that are expected: a synchronous exception at EL1 goes to fault_handler(), which
 * says where to go on. Layout: Arm ARM (DDI 0487), D1.4.2 "Exception vectors".
 */
    .section .text.fault_vectors, "ax"
    .balign 2048
    .global fault_vectors
fault_vectors:
    .balign 512             /* current EL with SP_ELx */
    .skip   512
    sub     sp, sp, #176
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    b       fault_entry
    .balign 128
    b       .               /* no IRQ, FIQ or SError is expected: the run's timeout ends it */
    .balign 128
    b       .
    .balign 128
    b       .

fault_entry:
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x29, [sp, #144]
    str     x30, [sp, #160]
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    mov     x3, x30
    bl      fault_handler
    msr     elr_el1, x0
    ldr     x30, [sp, #160]
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
    add     sp, sp, #176
    eret
