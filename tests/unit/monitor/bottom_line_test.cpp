// SPDX-License-Identifier: MIT
#include "bottom_line.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

class bottom : public testing::Test
{
  protected:
    std::string show(unsigned rows, unsigned columns, const std::string &text)
    {
        return std::string(m_out, bottom_line_show(&m_line, rows, columns, text.c_str(), m_out));
    }
    std::string end() { return std::string(m_out, bottom_line_end(&m_line, m_out)); }

    bottom_line m_line{};
    char m_out[BOTTOM_LINE_MAX];
};

const std::string clear = "\033[0m\033[2K";

TEST_F(bottom, sets_the_region_once_and_draws_around_the_cursor)
{
    EXPECT_EQ(show(24, 80, "text"),
              "\033D\033M\0337\033[1;23r\0338\0337\033[24;1H" + clear + "\033[7mtext\0338");
    EXPECT_EQ(show(24, 80, "more"), "\0337\033[24;1H" + clear + "\033[7mmore\0338");
}

TEST_F(bottom, follows_a_terminal_that_changes)
{
    show(24, 80, "text");
    const std::string before = "\0337\033[24;1H" + clear + "\033[r\0338\033D\033M";
    EXPECT_EQ(show(30, 80, "text").substr(0, before.size()), before);
}

TEST_F(bottom, the_end_gives_the_screen_back_once)
{
    show(24, 80, "text");
    EXPECT_EQ(end(), "\0337\033[24;1H" + clear + "\033[r\0338");
    EXPECT_EQ(end(), "");
}

TEST_F(bottom, text_never_reaches_the_last_column)
{
    EXPECT_NE(show(24, 5, "abcdefgh").find("\033[7mabcd\0338"), std::string::npos);
    EXPECT_LT(show(24, 5000, std::string(5000, 'x')).size(), size_t(BOTTOM_LINE_MAX));
}

TEST_F(bottom, a_terminal_with_too_few_rows_is_left_alone)
{
    EXPECT_EQ(show(BOTTOM_LINE_ROWS_MIN - 1, 80, "text"), "");
    show(24, 80, "text");
    EXPECT_EQ(show(2, 80, "text"), "\0337\033[24;1H" + clear + "\033[r\0338");
}

} // namespace
