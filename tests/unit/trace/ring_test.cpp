// SPDX-License-Identifier: MIT
#include "ring_check.h"

#include <gtest/gtest.h>

TEST(ring, hands_records_over_in_order_or_counts_them)
{
    for (const uint32_t capacity : {1u, 2u, 64u, 4096u}) {
        const char *wrong = ring_check_threads(capacity, 200000);
        EXPECT_EQ(wrong, nullptr) << wrong << ", capacity " << capacity;
    }
}

TEST(ring, holds_its_capacity_and_counts_the_rest)
{
    for (const uint32_t capacity : {1u, 2u, 64u}) {
        const char *wrong = ring_check_full(capacity);
        EXPECT_EQ(wrong, nullptr) << wrong << ", capacity " << capacity;
    }
}
