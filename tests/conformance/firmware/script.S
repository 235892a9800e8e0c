/* SPDX-License-Identifier: MIT
 *
 * Executes the script of its CPU (script.h), with the MMU off: each access of a device is one of exactly its size.
 */
#include "machine.h"
#include "script.h"

    .section .text.start, "ax"
    .global _start
_start:
    ldr     x0, =vectors
    msr     vbar_el1, x0
    isb
    mrs     x1, mpidr_el1
    and     x1, x1, #0xff
    ldr     x0, =SCRIPT_BASE
    mov     x2, #SCRIPT_STRIDE
    madd    x0, x1, x2, x0
next:
    ldp     x1, x3, [x0]
    ldr     x4, [x0, #16]
    adr     x6, operations
    add     x6, x6, x1
    mov     x5, x4
    br      x6

operations:
    ldrb    w5, [x3]
    b       done
    ldrh    w5, [x3]
    b       done
    ldr     w5, [x3]
    b       done
    ldr     x5, [x3]
    b       done
    strb    w4, [x3]
    b       done
    strh    w4, [x3]
    b       done
    str     w4, [x3]
    b       done
    str     x4, [x3]
    b       done
    b       pause
    nop
    str     w4, [x3]
    b       park
    nop
    b       park

pause:
    subs    x4, x4, #1
    b.ne    pause
    mov     x4, x5
done:
    cmp     x5, x4
    b.ne    differs
    add     x0, x0, #24
    b       next

differs:
    ldr     x3, =MACHINE_EXIT_BASE
    mov     w4, #SCRIPT_DIFFERS
    str     w4, [x3]
park:
    wfi
    b       park

    .ltorg

    .balign 2048
vectors:
    .org    vectors + 0x200         /* synchronous, of this exception level: an access was answered with an error */
    ldr     x5, =SCRIPT_ABORTED
    adr     x7, done
    msr     elr_el1, x7
    eret
    .ltorg
    .org    vectors + 0x800
