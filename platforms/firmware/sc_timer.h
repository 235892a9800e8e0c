/* SPDX-License-Identifier: MIT
 *
 * The SystemC timer as a guest sees it. Its register map is documented with the component,
 * platforms/components/sc_timer.h.
 */
#ifndef FIRMWARE_SC_TIMER_H
#define FIRMWARE_SC_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* Expires every period_ns (> 0) from now on and raises its interrupt. */
void sc_timer_start(uint64_t period_ns);

/* Stops it; the expiry count stays. */
void sc_timer_stop(void);

/* Has it expired since sc_timer_clear()? */
bool sc_timer_expired(void);

/* Lowers the interrupt until the next expiry. The line may fall a moment after it returns. */
void sc_timer_clear(void);

/* Expiries since reset, modulo 2^32. */
uint32_t sc_timer_expiries(void);

/* SystemC's time, ns since the start of the simulation. One CPU at a time. */
uint64_t sc_timer_now_ns(void);

#endif
