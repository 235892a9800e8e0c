// SPDX-License-Identifier: MIT
#include "guest_stream.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

guest_stream after(const std::string &bytes)
{
    guest_stream stream{};
    for (const char each : bytes) {
        guest_stream_take(&stream, static_cast<uint8_t>(each));
    }
    return stream;
}

bool between(const std::string &bytes)
{
    const guest_stream stream = after(bytes);
    return guest_stream_between(&stream);
}

// Nobody may write before the last byte of any of them, and anybody after it.
TEST(guest_stream, is_between_two_characters_only)
{
    for (const std::string &whole :
         {std::string("\303\274"), std::string("\342\202\254"), std::string("\360\237\230\200"),
          std::string("\033[1;31m"), std::string("\033[?25l"), std::string("\033(B"), std::string("\033M"),
          std::string("\033]0;title\a"), std::string("\033]0;title\033\\"), std::string("\033Pq#0\033\\"),
          std::string("\033[2 q")}) {
        EXPECT_TRUE(between("x" + whole));
        for (size_t i = 1; i < whole.size(); i++) {
            EXPECT_FALSE(between("x" + whole.substr(0, i))) << i << " of " << whole.substr(1);
        }
    }
}

TEST(guest_stream, partial_lines_are_between)
{
    EXPECT_TRUE(between(""));
    EXPECT_TRUE(between("login: "));
    EXPECT_TRUE(between("\r\n"));
}

TEST(guest_stream, recovers_from_what_is_broken)
{
    EXPECT_TRUE(between("\303x"));          // a character that is cut off
    EXPECT_TRUE(between("\033[1;3\030"));   // CAN
    EXPECT_FALSE(between("\033[1;3\033[")); // another sequence begins
    EXPECT_TRUE(between("\033[1;3\033[m"));
    EXPECT_TRUE(between("\200\277"));
}

TEST(guest_stream, sees_who_takes_the_screen)
{
    for (const char *taker :
         {"\033[1;24r", "\033[r", "\033[?1049h", "\033[?47h", "\033[?25;1049h", "\033c"}) {
        EXPECT_TRUE(after(taker).owns_screen) << taker + 1;
    }
    for (const char *other : {"\033[1;31m", "\033[2J", "\033[H", "\033[?25h", "\033[47h", "r", "\033]r\a"}) {
        EXPECT_FALSE(after(other).owns_screen) << other + 1;
    }
}

} // namespace
