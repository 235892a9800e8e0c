/* SPDX-License-Identifier: MIT
 *
 * What count.elf executes, for the test that runs it to compare with.
 */
#ifndef FIRMWARE_COUNT_H
#define FIRMWARE_COUNT_H

#include "calibrated.h"

#define COUNT_MAX_CPUS 4
#define COUNT_TURNS 14285714 /* some 200e6 instructions */

/* Instructions that each CPU executes between its two readings: exactly this many. */
#define COUNT_INSNS CALIBRATED_INSNS(COUNT_TURNS)

/* A CPU executes fewer than this before its first reading (measured: see README.md): CPU 0 from reset, which
 * is time 0, and the others from PSCI CPU_ON. */
#define COUNT_BOOT_INSNS 256

#endif
