// SPDX-License-Identifier: MIT
#include "time_text.h"

#include <gtest/gtest.h>

TEST(TimeText, ReadsEachUnit)
{
    EXPECT_EQ(time_text_read("1ps"), 1u);
    EXPECT_EQ(time_text_read("37ns"), 37000u);
    EXPECT_EQ(time_text_read("250us"), 250000000u);
    EXPECT_EQ(time_text_read("10ms"), 10000000000u);
    EXPECT_EQ(time_text_read("2s"), 2000000000000u);
    EXPECT_EQ(time_text_read("3min"), 180000000000000u);
}

TEST(TimeText, IsExactWithAFraction)
{
    EXPECT_EQ(time_text_read("1.5s"), 1500000000000u);
    EXPECT_EQ(time_text_read("0.001ns"), 1u);
    EXPECT_EQ(time_text_read("1.000000000001s"), 1000000000001u);
    EXPECT_EQ(time_text_read("1.5000000000000000000000s"), 1500000000000u);
}

TEST(TimeText, RefusesWhatIsNoTime)
{
    for (const char *text : {"", "s", "10", "ms10", "-1s", "+1s", " 1s", "1 s", "1s ", "1.s", ".5s", "1e3s",
                             "1,5s", "0s", "0.0ms", "1h", "1S", "0x1s"}) {
        EXPECT_EQ(time_text_read(text), 0u) << text;
    }
}

TEST(TimeText, RefusesWhatIsNoWholePicosecond)
{
    EXPECT_EQ(time_text_read("0.5ps"), 0u);
    EXPECT_EQ(time_text_read("0.0001ns"), 0u);
}

TEST(TimeText, RefusesWhatIsTooLong)
{
    EXPECT_EQ(time_text_read("9223372036854775807ps"), 9223372036854775807u);
    EXPECT_EQ(time_text_read("9223372036854775808ps"), 0u);
    EXPECT_EQ(time_text_read("9223373s"), 0u);
    EXPECT_EQ(time_text_read("99999999999999999999999999s"), 0u);
}
