/* SPDX-License-Identifier: MIT */
#include "histogram.h"

void tk_histogram_add(tk_histogram *h, uint64_t value)
{
    const unsigned bucket = value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);

    h->count++;
    h->buckets[bucket]++;
    h->max = value > h->max ? value : h->max;
    h->sum = value > UINT64_MAX - h->sum ? UINT64_MAX : h->sum + value;
}

uint64_t tk_histogram_low(unsigned bucket)
{
    return bucket == 0 ? 0 : UINT64_C(1) << (bucket - 1);
}
