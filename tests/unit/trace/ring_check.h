/* SPDX-License-Identifier: MIT
 *
 * A ring, driven from C. Each returns NULL when all was right, or what was wrong.
 */
#ifndef TIMEKEEPER_TESTS_RING_CHECK_H
#define TIMEKEEPER_TESTS_RING_CHECK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One thread puts so many records in, one takes them: those that were not dropped, in order. */
const char *ring_check_threads(uint32_t capacity, uint64_t records);
/* Without a consumer exactly `capacity` records fit, the rest is counted; and all fit again afterwards. */
const char *ring_check_full(uint32_t capacity);

#ifdef __cplusplus
}
#endif

#endif
