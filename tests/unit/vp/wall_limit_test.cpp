// SPDX-License-Identifier: MIT
#include "wall_limit.h"

#include <gtest/gtest.h>

#include <future>

using std::chrono::hours;
using std::chrono::nanoseconds;

TEST(WallLimit, AsksAndThenForces)
{
    std::promise<void> asked, forced;
    const vp::wall_limit limit(
        nanoseconds(1), nanoseconds(1), [&] { asked.set_value(); }, [&] { forced.set_value(); });
    asked.get_future().wait();
    forced.get_future().wait();
}

TEST(WallLimit, DoesNotForceWhoEndsInTime)
{
    std::promise<void> asked;
    bool forced = false;
    {
        const vp::wall_limit limit(
            nanoseconds(1), hours(24), [&] { asked.set_value(); }, [&] { forced = true; });
        asked.get_future().wait();
    }
    EXPECT_FALSE(forced);
}

TEST(WallLimit, LeavesWhoIsFasterAlone)
{
    bool called = false;
    {
        const vp::wall_limit limit(
            hours(24), hours(24), [&] { called = true; }, [&] { called = true; });
    }
    EXPECT_FALSE(called);
}

TEST(WallLimit, ZeroIsNone)
{
    bool called = false;
    {
        const vp::wall_limit limit(
            nanoseconds(0), nanoseconds(0), [&] { called = true; }, [&] { called = true; });
    }
    EXPECT_FALSE(called);
}
