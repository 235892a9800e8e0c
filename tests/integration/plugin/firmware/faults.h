/* SPDX-License-Identifier: MIT
 *
 * faults.elf leaves blocks in their middle, FAULTS_TURNS times in each of four ways, and prints how many
 * ticks of the counter that took. With one tick an instruction that is the number of instructions that were
 * counted; these are the numbers of instructions that were executed (one that raises an exception counts as
 * executed).
 */
#ifndef TESTS_FIRMWARE_FAULTS_H
#define TESTS_FIRMWARE_FAULTS_H

#define FAULTS_TURNS 10000

/* A turn, the handler at EL1, and the handler for EL0 (faults.S). */
#define FAULTS_TURN 9
#define FAULTS_HANDLER 4
#define FAULTS_USER_HANDLER 5
/* Instructions of a turn behind the one that traps. */
#define FAULTS_BEHIND 6

/* Besides, from one reading of the counter (excluded) to the other (included): MOV, ISB, MRS */
#define FAULTS_EXTRA 3
/* and for the way to EL0 and back: ADR, ADD, MSR, MOV, MSR, ADR, ERET; MOV, SVC; CBNZ, MSR, MOV, MSR, ERET.
 */
#define FAULTS_TRAPS_EXTRA (FAULTS_EXTRA + 14)

#define FAULTS_ABORTS_INSNS ((FAULTS_TURN + FAULTS_HANDLER) * FAULTS_TURNS + FAULTS_EXTRA)
#define FAULTS_CALLS_INSNS FAULTS_ABORTS_INSNS
#define FAULTS_READS_INSNS (FAULTS_TURN * FAULTS_TURNS + FAULTS_EXTRA)
#define FAULTS_TRAPS_INSNS ((FAULTS_TURN + FAULTS_USER_HANDLER) * FAULTS_TURNS + FAULTS_TRAPS_EXTRA)

#endif
