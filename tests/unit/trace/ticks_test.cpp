// SPDX-License-Identifier: MIT
//
// Ticks as ns. The looks are the test's: nothing is asked of the host's own clock but that it goes on.
#include "ticks_check.h"

#include <gtest/gtest.h>

TEST(ticks, are_the_hosts_ns_between_two_looks)
{
    const ticks_look looks[] = {{1000000, 5000}, {1010000, 30000}, {1030000, 70000}}; // 0.4 ns, then 0.5 ns
    EXPECT_EQ(ticks_check_to_ns(looks, 2, 5000), 1000000u);
    EXPECT_EQ(ticks_check_to_ns(looks, 2, 17500), 1004999u) << "1005000, rounded down";
    EXPECT_EQ(ticks_check_to_ns(looks, 3, 30000), 1010000u);
    EXPECT_EQ(ticks_check_to_ns(looks, 3, 50000), 1020000u);
    EXPECT_LE(ticks_check_to_ns(looks, 3, 70000), 1030000u);
    EXPECT_EQ(ticks_check_to_ns(looks, 3, 20000), 1005000u) << "a straggler";
    EXPECT_EQ(ticks_check_to_ns(looks, 3, 90000), 1040000u) << "the last round has no look behind it";
}

TEST(ticks, of_a_day_are_as_long_as_the_average)
{
    const ticks_look looks[] = {{0, 0}, {1000000000, 2000000000}, {1000000100, 2000000201}};
    constexpr uint64_t day_ns = UINT64_C(86400000000000);
    EXPECT_NEAR(static_cast<double>(ticks_check_length_ns(looks, 3, 2 * day_ns)), day_ns, 1e-6 * day_ns);
}

TEST(ticks, grow_with_the_hosts_clock)
{
    EXPECT_EQ(ticks_check_of_host(100000), nullptr) << ticks_check_of_host(100000);
}
