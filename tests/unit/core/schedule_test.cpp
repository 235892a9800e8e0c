// SPDX-License-Identifier: MIT
//
// Schedules as text, and how a failing one is made short.
#include "random_schedule.h"

#include <algorithm>
#include <sstream>

namespace
{

std::vector<event> numbered(unsigned count)
{
    std::vector<event> events;
    for (unsigned i = 0; i < count; i++) {
        events.push_back({what::ask, i, 0, 0});
    }
    return events;
}

bool asks(const std::vector<event> &events, uint64_t who)
{
    return std::any_of(events.begin(), events.end(), [&](const event &e) { return e.who == who; });
}

schedule recorded(uint64_t seed, unsigned count)
{
    random_schedule random(seed);
    simulated_system system(random.head());
    schedule all = random.head();
    for (unsigned i = 0; i < count; i++) {
        all.events.push_back(random.next(system));
        EXPECT_TRUE(system.apply(all.events.back())) << system.report();
    }
    return all;
}

std::string outcome(const schedule &all)
{
    simulated_system system(all);
    for (const event &each : all.events) {
        EXPECT_TRUE(system.apply(each)) << system.report();
    }
    return system.report();
}

} // namespace

TEST(schedule, is_the_same_after_text)
{
    const schedule all = recorded(1, 2000);
    std::istringstream text(to_text(all));
    schedule again;
    std::string error;
    ASSERT_TRUE(from_text(text, again, error)) << error;
    EXPECT_EQ(to_text(again), to_text(all));
    EXPECT_EQ(outcome(again), outcome(all));
}

TEST(schedule, a_wrong_line_is_named)
{
    for (const char *wrong : {"jump 0 0 0", "ask 0 0", "ask x 0 0", "system 1"}) {
        std::istringstream text(std::string("system 1000 4 1 # comment\n\n") + wrong + "\n");
        schedule all;
        std::string error;
        EXPECT_FALSE(from_text(text, all, error)) << wrong;
        EXPECT_EQ(error, std::string("line 3: '") + wrong + "' is no event and three numbers");
    }
}

TEST(schedule, without_a_system_there_is_none)
{
    std::istringstream text("ask 0 0 0\n");
    schedule all;
    std::string error;
    EXPECT_FALSE(from_text(text, all, error));
    EXPECT_NE(error.find("system QUANTUM"), std::string::npos);
}

// Whatever is left out: what remains is a legal schedule of the rest.
TEST(schedule, any_part_of_one_is_one)
{
    const schedule all = recorded(2, 3000);
    for (size_t from = 0; from < all.events.size(); from += 97) {
        schedule part = all;
        const auto first = part.events.begin() + static_cast<std::ptrdiff_t>(from);
        part.events.erase(
            first, first + static_cast<std::ptrdiff_t>(std::min<size_t>(97, part.events.size() - from)));
        outcome(part);
    }
}

TEST(shrink, leaves_only_what_is_needed)
{
    const auto fails = [](const std::vector<event> &e) {
        return asks(e, 17) && asks(e, 123) && asks(e, 999);
    };
    const std::vector<event> left = shrink(numbered(1000), fails);
    ASSERT_EQ(left.size(), 3u);
    EXPECT_TRUE(fails(left));
}

TEST(shrink, leaves_nothing_if_nothing_is_needed)
{
    EXPECT_TRUE(shrink(numbered(1000), [](const std::vector<event> &) { return true; }).empty());
}

TEST(shrink, keeps_all_that_is_needed)
{
    const auto fails = [](const std::vector<event> &e) { return e.size() == 100; };
    EXPECT_EQ(shrink(numbered(100), fails).size(), 100u);
}
