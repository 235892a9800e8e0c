/* SPDX-License-Identifier: MIT
 *
 * How often values of which size came: a bucket for each power of two.
 */
#ifndef TIMEKEEPER_TRACE_HISTOGRAM_H
#define TIMEKEEPER_TRACE_HISTOGRAM_H

#include <stdint.h>

#define TK_HISTOGRAM_BUCKETS 65

typedef struct tk_histogram {
    uint64_t count, max, sum; /* the sum stays at its greatest value when it would not fit */
    /* Bucket 0 has the zeros, bucket i the values from 2^(i-1) to 2^i - 1. */
    uint64_t buckets[TK_HISTOGRAM_BUCKETS];
} tk_histogram;

void tk_histogram_add(tk_histogram *histogram, uint64_t value);
/* The least value of a bucket. */
uint64_t tk_histogram_low(unsigned bucket);

#endif
