/* SPDX-License-Identifier: MIT
 *
 * The inner loops, in assembly: their instructions and blocks are then the same whatever the compiler does.
 */
    .text
    .balign 64
    .global bench_loop
bench_loop:
    ldr     x5, [x1]
    ldr     x6, [x1, #8]
    add     x7, x5, x6
    eor     x8, x7, x0
    str     x7, [x1, #16]
    add     x9, x9, x8
    lsr     x10, x9, #3
    ldr     x11, [x1, #24]
    eor     x11, x11, x10
    add     x12, x12, x11
    orr     x13, x12, x7
    str     x13, [x1, #32]
    subs    x0, x0, #1
    b.ne    bench_loop              /* 14 instructions a turn */
    ret

    .balign 64
    .global bench_tight
bench_tight:
    add     x5, x5, #1
    tst     x5, #1
    b.eq    1f                      /* 3 */
    eor     x6, x6, x5
    add     x7, x7, x6
    b       2f                      /* 3 */
1:  add     x6, x6, x5
    eor     x7, x7, x6
    add     x8, x8, #3
    b       2f                      /* 4 */
2:  add     x9, x9, x7
    tst     x5, #2
    b.ne    3f                      /* 3 */
    add     x10, x10, x9
    eor     x11, x11, x10
    eor     x12, x12, x9
    b       4f                      /* 4 */
3:  add     x10, x10, x7
    add     x11, x11, x10
    eor     x12, x12, x11
    eor     x13, x13, x12
    b       4f                      /* 5 */
4:  add     x14, x14, x11
    tst     x5, #4
    b.eq    5f                      /* 3 */
    eor     x15, x15, x14
    add     x8, x8, x15
    b       6f                      /* 3 */
5:  eor     x15, x15, x7
    add     x8, x8, x15
    add     x13, x13, x8
    b       6f                      /* 4 */
6:  add     x9, x9, #5
    subs    x0, x0, #1
    b.ne    bench_tight             /* 3 */
    ret

    /* x5: a xorshift generator (Marsaglia, "Xorshift RNGs", 2003: 13, 7, 17), one bit of it decides each turn */
    .balign 64
    .global bench_branchy
bench_branchy:
    mov     x5, #88172645463325252 & 0xffff
1:  eor     x5, x5, x5, lsl #13
    eor     x5, x5, x5, lsr #7
    eor     x5, x5, x5, lsl #17
    tbz     x5, #20, 2f             /* 4; which way cannot be foreseen */
    ldr     x6, [x1]
    add     x6, x6, x5
    str     x6, [x1]
    b       3f                      /* 4 */
2:  ldr     x7, [x1, #8]
    eor     x7, x7, x5
    add     x7, x7, #3
    str     x7, [x1, #8]
    b       3f                      /* 5 */
3:  ldr     x8, [x1, #16]
    add     x8, x8, x7
    tst     x0, #1
    b.ne    4f                      /* 4 */
    str     x8, [x1, #16]
    add     x9, x9, x8
    b       5f                      /* 3 */
4:  eor     x9, x9, x8
    lsr     x10, x9, #5
    str     x10, [x1, #24]
    b       5f                      /* 4 */
5:  cmp     x9, x6
    add     x11, x11, #1
    subs    x0, x0, #1
    b.ne    1b                      /* 4 */
    ret

    .balign 64
    .global bench_copy
bench_copy:
    ldp     x5, x6, [x1], #64
    ldp     x7, x8, [x1, #-48]
    ldp     x9, x10, [x1, #-32]
    ldp     x11, x12, [x1, #-16]
    stp     x5, x6, [x0], #64
    stp     x7, x8, [x0, #-48]
    stp     x9, x10, [x0, #-32]
    stp     x11, x12, [x0, #-16]
    subs    x2, x2, #64
    b.ne    bench_copy
    ret

    .balign 64
    .global bench_read
bench_read:
    ldr     w5, [x1]
    subs    x0, x0, #1
    b.ne    bench_read
    ret

    .balign 64
    .global bench_shift
bench_shift:
    adr     x1, 1f
    sub     x1, x1, x0, lsl #2
    br      x1
    .rept   63
    b       . + 4                   /* a block each */
    .endr
1:  ret
