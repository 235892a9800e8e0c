/* SPDX-License-Identifier: MIT
 *
 * void calibrated_run(uint64_t turns, uint64_t stretches, uint64_t *readings): see calibrated.h.
 *
 * From one MRS (excluded) to the next (included): STR, SUBS, B.cond, MOV, the turns, ISB, MRS; so 6 and
 * the turns. Before the first stretch the two instructions of the outer loop are made up for by NOPs.
 */
    .text
    .balign 64
    .global calibrated_run
calibrated_run:
    isb                             /* the counter is not read early */
    mrs     x3, cntvct_el0
    str     x3, [x2], #8
    nop
    nop
stretch:
    mov     x4, x0
turn:
    add     x5, x5, x6
    eor     x6, x6, x5
    add     x7, x7, x5
    eor     x8, x8, x7
    add     x9, x9, x8
    eor     x10, x10, x9
    add     x11, x11, x10
    eor     x12, x12, x11
    add     x13, x13, x12
    eor     x14, x14, x13
    add     x15, x15, x14
    eor     x5, x5, x15
    subs    x4, x4, #1
    b.ne    turn                    /* 14 instructions a turn */
    isb
    mrs     x3, cntvct_el0
    str     x3, [x2], #8
    subs    x1, x1, #1
    b.ne    stretch
    ret
