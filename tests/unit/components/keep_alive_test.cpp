// SPDX-License-Identifier: MIT
#include "test_platform.h"
#include "timekeeper/systemc/async.h"

#include <gtest/gtest.h>

TEST(KeepAlive, IsAnOutsideThatMayStillDoSomething)
{
    EXPECT_FALSE(tk::external_input::any());
    {
        const test::platform p("platform = { k = { moduletype = 'keep_alive' } }");
        EXPECT_TRUE(tk::external_input::any());
        EXPECT_FALSE(tk::external_input::interactive()); // it has no say in how idle time passes
    }
    EXPECT_FALSE(tk::external_input::any());
}

TEST(KeepAlive, CanBeSwitchedOff)
{
    const test::platform p("platform = { k = { moduletype = 'keep_alive' } }", {"platform.k.active=false"});
    EXPECT_FALSE(tk::external_input::any());
}
