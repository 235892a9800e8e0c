/* SPDX-License-Identifier: MIT
 *
 * Says when nothing moves though it should. It never ends a run, and forces nothing.
 *
 * What moves is any of: global time, SystemC's time, an instruction. What may stand still: a simulation that
 * is paused, stopped by a debugger or not begun; one that waits for somebody outside, with nothing due; one
 * that is held to the host's clock.
 *
 * Time is what the caller counted while it was awake: a process that was stopped, or got no CPU, has not
 * been looking.
 */
#ifndef PLATFORMS_VP_MONITOR_WATCHDOG_H
#define PLATFORMS_VP_MONITOR_WATCHDOG_H

#include "run_view.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WATCHDOG_QUIET_MS 10000

typedef struct watchdog {
    uint64_t global_ps, systemc_ps, executed;
    unsigned quiet_ms; /* since something moved */
    bool told;         /* once for each standstill */
} watchdog;

/* A look, `ms` after the last one. True: it is time to say why it is stuck. */
bool watchdog_look(watchdog *dog, const run_view *view, unsigned ms);

#ifdef __cplusplus
}
#endif

#endif
