/* SPDX-License-Identifier: MIT
 *
 * Devices and parameters of board.lua, beside those of platforms/firmware/machine.h.
 */
#ifndef RESET_BOARD_H
#define RESET_BOARD_H

#include "machine.h"
#include "mmio.h"
#include <stdint.h>

#define RESETTER 0x0a110000u   /* a SystemC timer whose line resets the system */
#define SLOW 0x0a400004u       /* a read waits for 400 us of SystemC's time */
#define CONTROLLER 0x0a600000u /* platforms/components/reset_controller.h */
#define WATCHDOG 0x0a610000u   /* platforms/components/sp805.h */
#define MAILBOX 0x0a620000u    /* platforms/components/mailbox.h, its side 0 */
#define DMA 0x0a630000u        /* platforms/components/dma.h */
#define DUAL_TIMER 0x0a640000u /* platforms/components/sp804.h */
#define GPIO 0x0a650000u       /* platforms/components/pl061.h */

/* Memory that the program's own start does not touch. */
#define KEPT 0x47f00000u

/* What the platform file says, 32-bit words. */
static inline uint32_t parameter(unsigned index)
{
    return mmio_read32(MACHINE_PARAMS_BASE + 4 * index);
}
#define CPUS parameter(0)
#define ROUNDS parameter(1)
#define METHOD parameter(2)       /* enum method */
#define COLD parameter(3)         /* the resets are cold ones */
#define STATE_OTHERS parameter(4) /* enum state, or STATE_MIXED */
#define STATE_FIRST parameter(5)  /* CPU 0's when it has asked for the reset */
#define CONDUIT parameter(6)      /* enum psci_conduit: CPUs but the first are off until it starts them */

enum method { BY_REGISTER, BY_WATCHDOG, BY_PSCI, BY_SYSTEMC };

enum state { COMPUTES, SLEEPS, ACCESSES, WAITS_IN_ACCESS, HAMMERS, STATES, STATE_MIXED = STATES };

/* Stays in a state for ever. */
_Noreturn void stay(enum state state);

#endif
