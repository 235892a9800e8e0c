// SPDX-License-Identifier: MIT
//
// What looks at traces in other tests finds what is wrong with one.
#include "support/chrome_trace.h"

#include <gtest/gtest.h>

namespace
{

using nlohmann::json;

json slice(double at, double length, int track = 1)
{
    return {{"name", "x"}, {"ph", "X"}, {"pid", 1}, {"tid", track}, {"ts", at}, {"dur", length}};
}

json arrow(const char *phase, double at, int id)
{
    return {{"name", "x"}, {"ph", phase}, {"pid", 1}, {"tid", 1}, {"ts", at}, {"id", id}};
}

json phase(const char *which, double at)
{
    return {{"name", "x"}, {"ph", which}, {"pid", 1}, {"tid", 1}, {"ts", at}};
}

std::vector<std::string> complaints(std::initializer_list<json> events)
{
    json trace = {{"displayTimeUnit", "ns"}, {"traceEvents", json::array()}};
    trace["traceEvents"].push_back(
        {{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", 1}, {"args", {{"name", "a track"}}}});
    for (const json &each : events) {
        trace["traceEvents"].push_back(each);
    }
    return test::complaints_about_chrome_trace(trace);
}

void expect_complaint(std::initializer_list<json> events, const std::string &about)
{
    const std::vector<std::string> all = complaints(events);
    ASSERT_EQ(all.size(), 1u) << about;
    EXPECT_EQ(all[0].find(about), 0u) << all[0];
}

} // namespace

TEST(chrome_trace, that_is_right_gives_no_complaint)
{
    EXPECT_EQ(complaints({slice(0, 1), slice(1, 0), slice(1, 2), phase("B", 3), phase("E", 4),
                          arrow("s", 1, 7), arrow("f", 1, 7)}),
              std::vector<std::string>{});
}

TEST(chrome_trace, that_is_wrong_gives_a_complaint)
{
    expect_complaint({slice(0, 2), slice(1, 1)}, "a slice overlaps");
    expect_complaint({slice(2, 1), slice(1, 0.5)}, "a slice overlaps");
    expect_complaint({slice(0, -1)}, "a slice ends before it begins");
    expect_complaint({slice(-1, 1)}, "before the begin");
    expect_complaint({slice(0, 1, 2)}, "a track has no name");
    expect_complaint({phase("B", 0)}, "a begin has no end");
    expect_complaint({phase("E", 0)}, "an end has no begin");
    expect_complaint({phase("B", 2), phase("E", 1)}, "an end is before its begin");
    expect_complaint({arrow("s", 0, 1)}, "an arrow has no end");
    expect_complaint({arrow("s", 1, 1), arrow("f", 0, 1)}, "an arrow goes back");
    expect_complaint({phase("Q", 0)}, "an unknown phase");
    expect_complaint({phase("i", 0)}, "an instant has no scope");
    expect_complaint({{{"ph", "X"}}}, "no name");
    EXPECT_EQ(test::complaints_about_chrome_trace(json::array()), std::vector<std::string>{"no traceEvents"});
}
