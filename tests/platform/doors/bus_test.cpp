// SPDX-License-Identifier: MIT
//
// A user's bus on the way: it is called on other threads than SystemC's only if it has agreed.
#include "run.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

using doors::outcome;
using doors::run;

// `buses`: front and back; the memory is direct, and grants nothing.
outcome access(const std::string &buses, const std::string &memory = "dmi_allow = false")
{
    return run("program = 'accesses', memory = { moduletype = 'gs_memory', " + memory + " }, " + buses);
}

constexpr unsigned accesses = 2000; // of the memory

TEST(plain_bus, that_says_nothing_is_called_on_systemcs_thread)
{
    for (const char *where : {"front", "back"}) {
        const outcome result = access(std::string(where) + " = { moduletype = 'plain_bus' }");
        EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
        EXPECT_EQ(result.said(where, "others"), 0u);
        EXPECT_GE(result.said(where, "own"), accesses);
    }
}

TEST(plain_bus, that_agrees_is_called_on_the_vcpus_thread)
{
    for (const char *where : {"front", "back"}) {
        const outcome result = access(std::string(where) + " = { moduletype = 'plain_bus', direct = true }");
        EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
        EXPECT_GT(result.said(where, "others"), 0u) << where;
    }
}

TEST(plain_bus, that_agrees_does_not_speak_for_what_is_behind)
{
    for (const char *buses :
         {"front = { moduletype = 'plain_bus', direct = true }, back = { moduletype = 'plain_bus' }",
          "front = { moduletype = 'plain_bus' }, back = { moduletype = 'plain_bus', direct = true }"}) {
        const outcome result = access(buses);
        EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
        EXPECT_EQ(result.said("back", "others"), 0u) << buses;
    }
}

TEST(plain_bus, that_agrees_does_not_speak_for_a_memory_that_does_not)
{
    const outcome result =
        access("back = { moduletype = 'plain_bus', direct = true }", "dmi_allow = false, direct = false");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.said("back", "others"), 0u);
}

TEST(slow_bus, takes_its_time_to_the_picosecond)
{
    for (const char *where : {"front", "back"}) {
        const outcome result = access(std::string(where) + " = { moduletype = 'slow_bus' }");
        ASSERT_EQ(result.end.code, 0) << result.end.out << result.end.err;
        const uint64_t count = result.said(where, "own");
        EXPECT_EQ(result.said(where, "others"), 0u);
        EXPECT_GE(count, accesses);
        EXPECT_EQ(result.stats.at("vcpus").at(0).at("annotated_ps").get<uint64_t>(), count * 10000) << where;
    }
}

TEST(slow_bus, that_has_agreed_is_named)
{
    for (const char *where : {"front", "back"}) {
        const outcome result = access(std::string(where) + " = { moduletype = 'slow_bus', direct = true }");
        EXPECT_EQ(result.end.code, 3) << result.end.out << result.end.err;
        EXPECT_NE(result.end.err.find("platform." + std::string(where) + ".target_socket: called wait()"),
                  std::string::npos)
            << result.end.err;
    }
}

} // namespace
