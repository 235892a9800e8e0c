/* SPDX-License-Identifier: MIT
 *
 * What the fuzzers share: libFuzzer's entry point, and an assertion that every build has.
 */
#ifndef TIMEKEEPER_TESTS_FUZZ_H
#define TIMEKEEPER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Tries one input; returns 0, or aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
