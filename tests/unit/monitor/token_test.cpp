// SPDX-License-Identifier: MIT
#include "token.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

class token_file : public testing::Test
{
  protected:
    token_file() : m_name(testing::TempDir() + "token_" + std::to_string(getpid())) {}
    ~token_file() override { remove(m_name.c_str()); }

    std::string read(const std::string &content, mode_t mode = 0600)
    {
        std::ofstream(m_name) << content;
        chmod(m_name.c_str(), mode);
        char token[TOKEN_MAX + 1], message[256];
        return token_read(m_name.c_str(), token, message, sizeof(message)) ? token
                                                                           : std::string("! ") + message;
    }
    const std::string m_name;
};

TEST(token, is_made_of_128_random_bits)
{
    char a[TOKEN_MAX + 1], b[TOKEN_MAX + 1];
    ASSERT_TRUE(token_make(a));
    ASSERT_TRUE(token_make(b));
    EXPECT_EQ(std::string(a).size(), 32u);
    EXPECT_STRNE(a, b);
}

TEST(token, is_equal_to_itself_only)
{
    EXPECT_TRUE(token_equal("0123456789abcdef", "0123456789abcdef"));
    EXPECT_FALSE(token_equal("0123456789abcdef", "0123456789abcdee"));
    EXPECT_FALSE(token_equal("0123456789abcdef", "0123456789abcde"));
    EXPECT_FALSE(token_equal("0123456789abcdef", "0123456789abcdef0123456789abcdef"));
    EXPECT_FALSE(token_equal("0123456789abcdef", ""));
    EXPECT_FALSE(token_equal("", "0"));
}

TEST_F(token_file, its_first_line_is_the_token)
{
    EXPECT_EQ(read("0123456789-abc_DEF\nmore\n"), "0123456789-abc_DEF");
    EXPECT_EQ(read("0123456789abcdef"), "0123456789abcdef");
    EXPECT_EQ(read(std::string(TOKEN_MAX, 'x') + "\r\n"), std::string(TOKEN_MAX, 'x'));
}

TEST_F(token_file, what_is_no_token_is_refused)
{
    for (const std::string &wrong : {std::string(), std::string("short"), std::string("0123456789 abcdef"),
                                     std::string(TOKEN_MAX + 1, 'x'), std::string(5000, 'x')}) {
        EXPECT_EQ(read(wrong), "! its first line must be 16 to 128 letters, digits, '-' and '_'");
    }
}

TEST_F(token_file, others_must_not_read_it)
{
    EXPECT_EQ(read("0123456789abcdef\n", 0640).substr(0, 36), "! others than its owner can use it; ");
    EXPECT_EQ(read("0123456789abcdef\n", 0604).substr(0, 36), "! others than its owner can use it; ");
}

TEST_F(token_file, that_is_not_there_is_told)
{
    char token[TOKEN_MAX + 1], message[256];
    EXPECT_FALSE(token_read(m_name.c_str(), token, message, sizeof(message)));
    EXPECT_STREQ(message, "cannot read it: No such file or directory");
}

} // namespace
