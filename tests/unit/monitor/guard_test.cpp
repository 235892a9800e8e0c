// SPDX-License-Identifier: MIT
#include "guard.h"

#include <gtest/gtest.h>

namespace
{

const guard rules = {"build.example", 8080, "0123456789abcdef"};

bool passes(const char *host, const char *origin = nullptr, const char *site = nullptr)
{
    const guard_headers headers = {host, origin, site, nullptr};
    return guard_refusal(&rules, &headers) == nullptr;
}

bool has_token(const char *authorization)
{
    const guard_headers headers = {"localhost:8080", nullptr, nullptr, authorization};
    return guard_has_token(&rules, &headers);
}

TEST(guard, addresses_localhost_and_the_given_name_are_right_hosts)
{
    for (const char *right : {"127.0.0.1:8080", "192.0.2.1:8080", "[::1]:8080", "localhost:8080",
                              "LocalHost:8080", "build.example:8080"}) {
        EXPECT_TRUE(passes(right)) << right;
    }
}

// A name that was made to point here gives itself away.
TEST(guard, other_names_are_wrong_hosts)
{
    for (const char *wrong : {"evil.example:8080", "localhost.evil.example:8080",
                              "127.0.0.1.evil.example:8080", "127.1:8080", "127.0.0.1", "127.0.0.1:80",
                              "127.0.0.1:18080", "localhost", "", ":", ":8080", "[::1]", "::1:8080"}) {
        EXPECT_FALSE(passes(wrong)) << wrong;
    }
    EXPECT_FALSE(passes(nullptr));
    EXPECT_FALSE(passes((std::string(5000, 'x') + ":8080").c_str()));
}

TEST(guard, the_port_may_be_left_out_only_if_it_is_80)
{
    const guard at_80 = {"127.0.0.1", 80, "0123456789abcdef"};
    const guard_headers headers = {"localhost", nullptr, nullptr, nullptr};
    EXPECT_EQ(guard_refusal(&at_80, &headers), nullptr);
}

TEST(guard, only_a_page_of_our_own_may_ask)
{
    EXPECT_TRUE(passes("localhost:8080", "http://localhost:8080"));
    for (const char *wrong : {"http://evil.example", "null", "", "https://localhost:8080", "http://localhost",
                              "http://127.0.0.1:8080", "http://localhost:8081",
                              "http://localhost:8080.evil.example", "http://localhost:8080/"}) {
        EXPECT_FALSE(passes("localhost:8080", wrong)) << wrong;
    }
}

TEST(guard, a_browser_that_says_where_it_comes_from_is_believed)
{
    EXPECT_TRUE(passes("localhost:8080", nullptr, "same-origin"));
    EXPECT_TRUE(passes("localhost:8080", nullptr, "none"));
    EXPECT_FALSE(passes("localhost:8080", nullptr, "same-site")); // another port of this machine
    EXPECT_FALSE(passes("localhost:8080", nullptr, "cross-site"));
}

TEST(guard, the_token_is_a_bearer_token)
{
    EXPECT_TRUE(has_token("Bearer 0123456789abcdef"));
    EXPECT_TRUE(has_token("bearer 0123456789abcdef"));
    for (const char *wrong : {"0123456789abcdef", "Bearer", "Bearer ", "Bearer 0123456789abcde",
                              "Bearer 0123456789abcdef ", "Basic 0123456789abcdef", ""}) {
        EXPECT_FALSE(has_token(wrong)) << wrong;
    }
    EXPECT_FALSE(has_token(nullptr));
}

} // namespace
