/* SPDX-License-Identifier: MIT
 *
 * Allocations that fail when they are told to. Only those of objects that are linked into the program; any
 * thread.
 */
#ifndef TESTS_ALLOCATION_FAILING_ALLOCATION_H
#define TESTS_ALLOCATION_FAILING_ALLOCATION_H

#ifdef __cplusplus
extern "C" {
#endif

/* The `nth` allocation from now on fails, 1..; 0: none does. */
void fail_allocation(unsigned nth);
/* How many there were since. */
unsigned allocations_seen(void);

#ifdef __cplusplus
}
#endif

#endif
