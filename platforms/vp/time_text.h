/* SPDX-License-Identifier: MIT
 *
 * A time as people write it on a command line: "10ms", "1.5s", "250us".
 */
#ifndef PLATFORMS_VP_TIME_TEXT_H
#define PLATFORMS_VP_TIME_TEXT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a decimal number, with or without a fraction, and a unit: ps, ns, us, ms, s or min. Returns the time
 * in picoseconds, exactly; 0 for anything else, also for no time at all, for a part of a picosecond, and for
 * what is not below 2^63 ps (106 days). */
uint64_t time_text_read(const char *text);

#ifdef __cplusplus
}
#endif

#endif
