// SPDX-License-Identifier: MIT
#include "address.h"

#include <gtest/gtest.h>

TEST(address, port_alone_is_loopback)
{
    address where;
    ASSERT_TRUE(address_parse("8080", &where));
    EXPECT_STREQ(where.host, "127.0.0.1");
    EXPECT_EQ(where.port, 8080);
}

TEST(address, host_and_port)
{
    address where;
    ASSERT_TRUE(address_parse("a.example:0", &where));
    EXPECT_STREQ(where.host, "a.example");
    EXPECT_EQ(where.port, 0);
    ASSERT_TRUE(address_parse("[::1]:65535", &where));
    EXPECT_STREQ(where.host, "::1");
    EXPECT_EQ(where.port, 65535);
}

TEST(address, refuses_what_is_none)
{
    address where;
    for (const char *wrong : {"", ":", ":80", "host:", "host", "host:http", "65536", "host:-1", "1 ",
                              "::1:80", "[::1:80", "[]:80", "[a]b:80", "host:99999999999999999999"}) {
        EXPECT_FALSE(address_parse(wrong, &where)) << wrong;
    }
    EXPECT_FALSE(address_parse((std::string(ADDRESS_HOST_MAX, 'h') + ":1").c_str(), &where));
}
