// SPDX-License-Identifier: MIT
extern "C" {
#include "json_line.h"
}

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string>

namespace
{

std::string line_of(const std::function<void(tk_json_line *)> &write)
{
    tk_json_line line;
    tk_json_begin(&line);
    write(&line);
    tk_json_end(&line);
    return {line.text, line.size};
}

std::string decimal(uint64_t value, unsigned places)
{
    return line_of([&](tk_json_line *line) { tk_json_decimal(line, "v", value, places); });
}

std::string text(const std::string &value)
{
    return line_of([&](tk_json_line *line) { tk_json_text(line, "t", value.c_str()); });
}

} // namespace

TEST(json_line, has_members_and_objects)
{
    EXPECT_EQ(line_of([](tk_json_line *line) {
                  tk_json_text(line, "name", "a name");
                  tk_json_object(line, "args");
                  tk_json_number(line, "most", UINT64_MAX);
                  tk_json_number(line, "none", 0);
                  tk_json_end(line);
                  tk_json_object(line, "empty");
                  tk_json_end(line);
              }),
              R"({"name":"a name","args":{"most":18446744073709551615,"none":0},"empty":{}})");
}

TEST(json_line, decimals_are_exact)
{
    EXPECT_EQ(decimal(0, 6), R"({"v":0})");
    EXPECT_EQ(decimal(2000000, 6), R"({"v":2})");
    EXPECT_EQ(decimal(1, 6), R"({"v":0.000001})");
    EXPECT_EQ(decimal(1020300, 6), R"({"v":1.0203})");
    EXPECT_EQ(decimal(999, 3), R"({"v":0.999})");
    EXPECT_EQ(decimal(7, 0), R"({"v":7})");
    EXPECT_EQ(decimal(UINT64_MAX, 3), R"({"v":18446744073709551.615})");
    EXPECT_EQ(decimal(UINT64_MAX, 19), R"({"v":1.8446744073709551615})");
}

TEST(json_line, texts_are_escaped)
{
    for (const std::string each :
         {"", "plain", "a \"big\" one", "back\\slash", "line\nfeed\x01", "Ger\u00e4t \U0001f600"}) {
        const std::string line = text(each);
        EXPECT_EQ(nlohmann::json::parse(line)["t"], each);
        EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }))
            << line;
    }
    EXPECT_EQ(text("\xff is no UTF-8"), R"({"t":"?"})");
}

TEST(json_line, longest_texts_fit)
{
    const std::string longest(TK_JSON_TEXT_MAX, 'x'), longer(TK_JSON_TEXT_MAX + 1, 'x');
    EXPECT_EQ(nlohmann::json::parse(text(longest))["t"], longest);
    EXPECT_EQ(text(longer), R"({"t":"?"})");
    EXPECT_EQ(text(std::string(TK_JSON_TEXT_MAX, '\n')), R"({"t":"?"})");
}
