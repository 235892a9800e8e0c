/* SPDX-License-Identifier: MIT
 *
 * Each CPU does what its list says: waits for a number of turns of a loop, and stores a word. A list begins at
 * 0x40010000 + 0x1000 * CPU; an entry is three words, { turns, address, value }. An address of 0 ends it: the
 * CPU sleeps. With bit 31 of `turns` set the CPU does not wait, but stores value, 0, value, 0 in a row.
 *
 * Instructions until a store has been executed: 4 to begin with; 7 + 2 * turns for the store of an entry, and
 * one more to the next entry; 6, 7, 8, 9 for those of a burst.
 */
    .global _start
_start:
    mrs     x0, mpidr_el1
    and     x0, x0, #0xff
    movz    x9, #0x4001, lsl #16
    add     x9, x9, x0, lsl #12
next:
    ldr     w3, [x9], #4
    ldr     w4, [x9], #4
    ldr     w5, [x9], #4
    cbz     w4, sleep
    tbnz    w3, #31, burst
    cbz     w3, 2f
1:  subs    w3, w3, #1
    b.ne    1b
2:  str     w5, [x4]
    b       next
burst:
    str     w5, [x4]
    str     wzr, [x4]
    str     w5, [x4]
    str     wzr, [x4]
    b       next
sleep:
    wfi
    b       sleep
