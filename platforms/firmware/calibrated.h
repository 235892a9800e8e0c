/* SPDX-License-Identifier: MIT
 *
 * A run of an exactly known number of instructions, and the counter's readings on the way.
 * Shared with tests, so the count is stated in plain macros.
 */
#ifndef FIRMWARE_CALIBRATED_H
#define FIRMWARE_CALIBRATED_H

/* Instructions of one turn of the inner loop, and of one stretch beside them (calibrated.S). */
#define CALIBRATED_LOOP_INSNS 14
#define CALIBRATED_EXTRA_INSNS 6

/* Instructions from one reading to the next when a stretch makes `turns` turns. */
#define CALIBRATED_INSNS(turns) (CALIBRATED_LOOP_INSNS * (turns) + CALIBRATED_EXTRA_INSNS)

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Makes `stretches` stretches of `turns` turns each, and stores CNTVCT_EL0 before the first and after
 * each: readings[0..stretches], in ticks. turns, stretches: 1..2^63. Between one reading and the next the
 * CPU executes exactly CALIBRATED_INSNS(turns) instructions (that of one reading included), provided
 * that interrupts are masked. Thread: any CPU. */
void calibrated_run(uint64_t turns, uint64_t stretches, uint64_t *readings);
#endif

#endif
