/* SPDX-License-Identifier: MIT
 *
 * From reset to hart_main(hartid). Interrupts stay disabled: WFI ends all the same when one that is enabled in mie is
 * pending (RISC-V privileged architecture, "Wait for Interrupt").
 */
    .equ    EXITER, 0x00100000

    .section .start, "ax"
    .globl _start
_start:
    la      t0, unexpected
    csrw    mtvec, t0
    csrr    a0, mhartid
    la      sp, stack_top
    slli    t0, a0, 12
    sub     sp, sp, t0
    call    hart_main
1:  wfi
    j       1b

    /* An exception: ends the run with 99. */
    .balign 4
unexpected:
    li      t0, EXITER
    li      t1, 99
    sw      t1, 0(t0)
1:  wfi
    j       1b
