/* SPDX-License-Identifier: MIT
 *
 * The script of a CPU: entries of three 64-bit words, which the firmware executes in order and the test writes.
 *
 *   word 0   the operation's place: SCRIPT_... below
 *   word 1   the address
 *   word 2   what a read must give, what a write writes, or how often a pause turns
 *
 * From one operation to the next the CPU executes SCRIPT_STEP instructions, that of the operation included, whatever the
 * operation is; a pause executes 2 for each turn besides.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#define SCRIPT_BASE 0x40010000 /* of CPU 0; the next CPU's follows SCRIPT_STRIDE bytes behind */
#define SCRIPT_STRIDE 0x8000

#define SCRIPT_STEP 12 /* instructions */

/* Bytes from the first operation; each is two instructions. */
#define SCRIPT_READ(log2_size) (8 * (log2_size))
#define SCRIPT_WRITE(log2_size) (32 + 8 * (log2_size))
#define SCRIPT_PAUSE 64
#define SCRIPT_END 72 /* word 2: the exit code of the run */
#define SCRIPT_STOP 80 /* the CPU sleeps from now on */

/* What a read that is answered with an error gives, in the firmware's view. A write that expects an error writes it. */
#define SCRIPT_ABORTED 0xab0ed

/* The run's exit code when a read gave something else. */
#define SCRIPT_DIFFERS 1

#endif
