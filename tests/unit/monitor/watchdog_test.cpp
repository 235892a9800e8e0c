// SPDX-License-Identifier: MIT
#include "views.h"
#include "watchdog.h"

#include <gtest/gtest.h>

namespace
{

using test::two_cpus;

// How many times it barks in a minute in which nothing moves.
int barks(const run_view &view, watchdog &dog)
{
    int count = 0;
    for (int i = 0; i < 240; i++) {
        count += watchdog_look(&dog, &view, 250);
    }
    return count;
}

int barks(const run_view &view)
{
    watchdog dog{};
    return barks(view, dog);
}

TEST(watchdog, says_once_that_nothing_moves)
{
    EXPECT_EQ(barks(*two_cpus()), 1);
}

TEST(watchdog, not_before_its_time)
{
    watchdog dog{};
    auto view = two_cpus();
    EXPECT_FALSE(watchdog_look(&dog, view.get(), 250)); // the first look
    EXPECT_FALSE(watchdog_look(&dog, view.get(), WATCHDOG_QUIET_MS - 1));
    EXPECT_TRUE(watchdog_look(&dog, view.get(), 1));
}

TEST(watchdog, whatever_moves_is_enough)
{
    watchdog dog{};
    auto view = two_cpus();
    for (unsigned i = 0; i < 1000; i++) {
        view->time.global_ps += i % 3 == 0;
        view->time.keeper_now_ps += i % 3 == 1;
        view->time.vcpus[1].executed += i % 3 == 2;
        EXPECT_FALSE(watchdog_look(&dog, view.get(), WATCHDOG_QUIET_MS));
    }
    EXPECT_EQ(barks(*view, dog), 1) << "it still would";
}

TEST(watchdog, says_it_again_after_it_moved)
{
    watchdog dog{};
    auto view = two_cpus();
    EXPECT_EQ(barks(*view, dog), 1);
    view->time.global_ps++;
    EXPECT_EQ(barks(*view, dog), 1);
}

TEST(watchdog, what_may_stand_is_no_news)
{
    auto view = two_cpus();
    view->time.frozen = true; // a pause, a debugger, before the begin
    EXPECT_EQ(barks(*view), 0);
    view = two_cpus();
    view->throttled = true;
    EXPECT_EQ(barks(*view), 0);
    view = two_cpus();
    view->time.vcpu_count = 0;
    EXPECT_EQ(barks(*view), 0);
}

TEST(watchdog, who_waits_for_somebody_outside_may_stand)
{
    auto view = two_cpus();
    view->time.keeper = TK_KEEPER_AWAITS_ANY;
    view->time.all_idle = true;
    view->time.keeper_next_ps = TK_NEVER;
    EXPECT_EQ(barks(*view), 1) << "nobody is outside";
    view->outside = true;
    EXPECT_EQ(barks(*view), 0);
    view->time.deadline_ps = 9 * test::ms;
    EXPECT_EQ(barks(*view), 1) << "a timer is due";
}

} // namespace
