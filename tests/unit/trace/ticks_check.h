/* SPDX-License-Identifier: MIT
 *
 * Ticks, driven from C: their header is not C++'s.
 */
#ifndef TIMEKEEPER_TESTS_TICKS_CHECK_H
#define TIMEKEEPER_TESTS_TICKS_CHECK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ticks_look {
    uint64_t ns, ticks;
} ticks_look;

/* A moment, and a length, when the writer has looked at the clocks `count` times (2 or more). */
uint64_t ticks_check_to_ns(const ticks_look *looks, unsigned count, uint64_t when);
uint64_t ticks_check_length_ns(const ticks_look *looks, unsigned count, uint64_t length);
/* So many ticks of the host's own clock, one after the other, lie between looks. NULL, or what was wrong. */
const char *ticks_check_of_host(unsigned readings);

#ifdef __cplusplus
}
#endif

#endif
