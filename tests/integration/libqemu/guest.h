/* SPDX-License-Identifier: MIT
 *
 * What the Cortex-A53 of the tests executes: AArch64 instructions, from address 0. The mailbox, a call-back
 * region, is at 0x10000000.
 */
#ifndef LIBQEMU_TEST_GUEST_H
#define LIBQEMU_TEST_GUEST_H

#include <cstdint>
#include <vector>

namespace guest
{

using program = std::vector<uint32_t>;

/* Writes 1, 2, 4 and 8 bytes to the mailbox, then reads 4 bytes at 16 and writes them to 20. */
const program SIZES = {
    0xd2a20000, // mov x0, #0x10000000
    0x52801561, // mov w1, #0xab
    0x39000001, // strb w1, [x0]
    0x52824681, // mov w1, #0x1234
    0x79000401, // strh w1, [x0, #2]
    0x528acf01, // mov w1, #0x5678
    0x72b35781, // movk w1, #0x9abc, lsl #16
    0xb9000401, // str w1, [x0, #4]
    0xd299bde1, // mov x1, #0xcdef
    0xf2e02461, // movk x1, #0x123, lsl #48
    0xf9000401, // str x1, [x0, #8]
    0xb9401002, // ldr w2, [x0, #16]
    0xb9001402, // str w2, [x0, #20]
    0xd503207f, // wfi
    0x17ffffff, // b 0x34
};

/* Reads a word at 0x4000, writes it plus one to 0x4004 and to the mailbox. */
const program SHARED = {
    0xd2a20000, // mov x0, #0x10000000
    0xd2880001, // mov x1, #0x4000
    0xb9400022, // ldr w2, [x1]
    0x11000442, // add w2, w2, #0x1
    0xb9000422, // str w2, [x1, #4]
    0xd5033fbf, // dmb sy
    0xb9000002, // str w2, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x1c
};

/* Calls a function, rewrites its first instruction through the RAM's second place at 0x80000000, calls it
 * again; writes what each call returned. */
const program ALIAS = {
    0xd2a20000, // mov x0, #0x10000000
    0x9400000d, // bl 0x38
    0xb9000003, // str w3, [x0]
    0xd2b00004, // mov x4, #0x80000000
    0x9100e084, // add x4, x4, #0x38
    0x52800865, // mov w5, #0x43
    0x72aa5005, // movk w5, #0x5280, lsl #16
    0xb9000085, // str w5, [x4]
    0xd5033f9f, // dsb sy
    0xd5033fdf, // isb
    0x94000004, // bl 0x38
    0xb9000003, // str w3, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x30
    0x52800023, // mov w3, #0x1
    0xd65f03c0, // ret
};

/* Calls a function, says what it returned; calls it again, and says so again. */
const program TWICE = {
    0xd2a20000, // mov x0, #0x10000000
    0x94000007, // bl 0x20
    0xb9000003, // str w3, [x0]
    0x94000005, // bl 0x20
    0xb9000003, // str w3, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x14
    0xd503201f, // nop
    0x52800023, // mov w3, #0x1
    0xd65f03c0, // ret
};

/* Reads offset 0xff0 of the mailbox, with vectors at 0x1000; writes 0xbad if that does not abort. */
const program ABORT = {
    0xd2a20000, // mov x0, #0x10000000
    0xd2820001, // mov x1, #0x1000
    0xd518c001, // msr vbar_el1, x1
    0xd5033fdf, // isb
    0xb94ff002, // ldr w2, [x0, #4080]
    0x528175a3, // mov w3, #0xbad
    0xb9000003, // str w3, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x1c
};

/* For VBAR_EL1 + 0x200 (a synchronous exception from the current level): writes ESR_EL1 and FAR_EL1. */
const program ABORT_HANDLER = {
    0xd5385201, // mrs x1, esr_el1
    0xf9000001, // str x1, [x0]
    0xd5386001, // mrs x1, far_el1
    0xf9000001, // str x1, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x10
};

/* Writes 1, waits for an interrupt, writes 2. */
const program SLEEPER = {
    0xd2a20000, // mov x0, #0x10000000
    0x52800021, // mov w1, #0x1
    0xb9000001, // str w1, [x0]
    0xd503207f, // wfi
    0x52800041, // mov w1, #0x2
    0xb9000001, // str w1, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x18
};

/* Lets every group 1 interrupt through (ICC_PMR_EL1, ICC_IGRPEN1_EL1), writes 1, waits for an interrupt, and
 * writes its number from ICC_IAR1_EL1. */
const program GIC = {
    0xd2a20000, // mov x0, #0x10000000
    0xd2801fe1, // mov x1, #0xff
    0xd5184601, // msr icc_pmr_el1, x1
    0xd2800021, // mov x1, #0x1
    0xd518cce1, // msr icc_igrpen1_el1, x1
    0xd5033fdf, // isb
    0xb9000001, // str w1, [x0]
    0xd503207f, // wfi
    0xd538cc01, // mrs x1, icc_iar1_el1
    0xb9000001, // str w1, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x28
};

/* Sets CNTV_CVAL_EL0 to 2^52, turns the virtual timer on, writes 1. */
const program TIMER = {
    0xd2a20000, // mov x0, #0x10000000
    0xd2e00201, // mov x1, #0x10000000000000
    0xd51be341, // msr cntv_cval_el0, x1
    0xd2800021, // mov x1, #0x1
    0xd51be321, // msr cntv_ctl_el0, x1
    0xd5033fdf, // isb
    0xb9000001, // str w1, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0x1c
};

/* Writes MPIDR_EL1. */
const program WHO = {
    0xd2a20000, // mov x0, #0x10000000
    0xd53800a1, // mrs x1, mpidr_el1
    0xf9000001, // str x1, [x0]
    0xd503207f, // wfi
    0x17ffffff, // b 0xc
};

/* Calls the PSCI function whose number it reads from the mailbox; writes 0xbad if that returns. */
const program PSCI = {
    0xd2a20009, // mov x9, #0x10000000
    0xb9400120, // ldr w0, [x9]
    0xd4000002, // hvc #0x0
    0x528175a1, // mov w1, #0xbad
    0xb9000121, // str w1, [x9]
    0xd503207f, // wfi
    0x17ffffff, // b 0x14
};

/* Writes once, then executes for ever without leaving its block. */
const program SPIN = {
    0xd2a20000, // mov x0, #0x10000000
    0xb9000000, // str w0, [x0]
    0x14000000, // b 0x8
};

/* Writes for ever. */
const program FLOOD = {
    0xd2a20000, // mov x0, #0x10000000
    0xb9000000, // str w0, [x0]
    0x17ffffff, // b 0x4
};

/* Semihosting call SYS_EXIT (0x18), whose parameters are at 0x4000. */
const program SEMIHOSTING = {
    0xd2800300, // mov x0, #0x18
    0xd2880001, // mov x1, #0x4000
    0xd45e0000, // hlt #0xf000
    0xd503207f, // wfi
    0x17ffffff, // b 0xc
};

} // namespace guest

#endif
