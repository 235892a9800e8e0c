/* SPDX-License-Identifier: MIT
 *
 * What board.lua tells the guest, in 32-bit words at MACHINE_PARAMS_BASE.
 */
#ifndef TESTS_PLATFORM_FAULTS_GUEST_H
#define TESTS_PLATFORM_FAULTS_GUEST_H

#include <stdint.h>

/* What a CPU does. None but FINISH and TALK comes to an end. */
enum work {
    WORK_RUN = 0,    /* counts, and touches memory */
    WORK_IDLE = 1,   /* waits for an interrupt that never comes */
    WORK_ACCESS = 2, /* one access to a SystemC device after the other */
    WORK_WAKE = 3,   /* sleeps until its generic timer wakes it, again and again */
    WORK_FINISH = 4, /* ends the run at once, with `value` as exit code */
    WORK_TALK = 5,   /* prints `value` numbered lines, then ends the run with 0 */
    WORK_FAULT = 6 /* takes an exception whose handler cannot be fetched, which is an exception, and so on */
};

struct guest_params {
    uint32_t value;
    uint32_t work[8]; /* of each CPU */
};

#endif
