// SPDX-License-Identifier: MIT
extern "C" {
#include "histogram.h"
}

#include <gtest/gtest.h>

TEST(histogram, has_a_bucket_for_each_power_of_two)
{
    tk_histogram h{};
    for (const uint64_t each :
         {UINT64_C(0), UINT64_C(1), UINT64_C(2), UINT64_C(3), UINT64_C(4), UINT64_C(1023), UINT64_C(1024)}) {
        tk_histogram_add(&h, each);
    }
    EXPECT_EQ(h.count, 7u);
    EXPECT_EQ(h.max, 1024u);
    EXPECT_EQ(h.sum, 2057u);
    EXPECT_EQ(h.buckets[0], 1u);
    EXPECT_EQ(h.buckets[1], 1u);
    EXPECT_EQ(h.buckets[2], 2u);
    EXPECT_EQ(h.buckets[3], 1u);
    EXPECT_EQ(h.buckets[10], 1u);
    EXPECT_EQ(h.buckets[11], 1u);
    EXPECT_EQ(tk_histogram_low(0), 0u);
    EXPECT_EQ(tk_histogram_low(1), 1u);
    EXPECT_EQ(tk_histogram_low(11), 1024u);
}

TEST(histogram, takes_the_greatest_values)
{
    tk_histogram h{};
    tk_histogram_add(&h, UINT64_MAX);
    tk_histogram_add(&h, UINT64_MAX);
    EXPECT_EQ(h.buckets[64], 2u);
    EXPECT_EQ(h.max, UINT64_MAX);
    EXPECT_EQ(h.sum, UINT64_MAX);
}
