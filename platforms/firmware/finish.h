/* SPDX-License-Identifier: MIT
 *
 * Ending the run.
 */
#ifndef FIRMWARE_FINISH_H
#define FIRMWARE_FINISH_H

#include "psci.h"

/* Exit codes of the firmware, as the platform's `exiter` passes them on. */
enum finish_code {
    FINISH_AGREE = 0,
    FINISH_DISAGREE = 1,
    FINISH_BAD_PARAMETERS = 98,
    FINISH_EXCEPTION = 99,
};

/* From now on the run ends by PSCI SYSTEM_OFF (which has no exit code) instead of the `exiter`: for
 * boards without one. */
void finish_use_psci(enum psci_conduit conduit);

/* Ends the run with `code` 0..255. Any CPU. */
_Noreturn void finish(unsigned code);

#endif
