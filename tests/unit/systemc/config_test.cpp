// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/config.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

using tk::config_error;
using tk::config_node;

namespace
{

std::string error_of(const std::function<void()> &action)
{
    try {
        action();
    } catch (const config_error &error) {
        return error.what();
    }
    return "";
}

config_node &add(config_node &parent, const std::string &key, int line)
{
    config_node &node = parent.get_or_make(key);
    node.set_where({"p.lua", line});
    return node;
}

} // namespace

TEST(Config, FullNamesAndPaths)
{
    config_node root("platform");
    config_node &rate = root.get_or_make("cpu_0").get_or_make("rate");
    rate.set_integer(5);
    EXPECT_EQ(rate.full_name(), "platform.cpu_0.rate");
    EXPECT_EQ(root.find_path("cpu_0.rate"), &rate);
    EXPECT_EQ(root.find_path("cpu_0.nothing"), nullptr);
    EXPECT_EQ(root.find_path("cpu_1.rate"), nullptr);
    EXPECT_EQ(&root.get_or_make("cpu_0"), root.find("cpu_0"));
}

TEST(Config, ElementsStopAtTheFirstGap)
{
    config_node list("list");
    for (const char *key : {"2", "1", "4", "name"}) {
        list.get_or_make(key).set_string(key);
    }
    ASSERT_EQ(list.elements().size(), 2u);
    EXPECT_EQ(list.elements()[0]->as_string(), "1");
    EXPECT_EQ(list.elements()[1]->as_string(), "2");
}

TEST(Config, LuaBitsServeSignedAndUnsigned)
{
    config_node node("n");
    node.set_integer(-1);
    EXPECT_EQ(node.as_int64(), -1);
    EXPECT_EQ(node.as_uint64(), UINT64_MAX);
}

TEST(Config, CommandLineSignsAreKnown)
{
    config_node root("platform");
    config_node &node = root.get_or_make("n");
    node.set_from_text("-1");
    EXPECT_EQ(node.as_int64(), -1);
    EXPECT_NE(error_of([&] { node.as_uint64(); }).find("not negative"), std::string::npos);
    node.set_from_text("0xffffffffffffffff");
    EXPECT_EQ(node.as_uint64(), UINT64_MAX);
    EXPECT_NE(error_of([&] { node.as_int64(); }), "");
    node.set_from_text("18446744073709551615");
    EXPECT_EQ(node.as_uint64(), UINT64_MAX);
    node.set_from_text("-9223372036854775808");
    EXPECT_EQ(node.as_int64(), INT64_MIN);
}

TEST(Config, TextOfTheCommandLine)
{
    config_node node("n");
    node.set_from_text("true");
    EXPECT_TRUE(node.as_boolean());
    EXPECT_EQ(node.as_string(), "true");
    node.set_from_text("010"); // decimal, not octal
    EXPECT_EQ(node.as_uint64(), 10u);
    EXPECT_EQ(node.as_string(), "010");
    node.set_from_text("0.25");
    EXPECT_EQ(node.kind(), config_node::type::number);
    EXPECT_EQ(node.as_number(), 0.25);
    node.set_from_text("18446744073709551616"); // too large: no integer
    EXPECT_NE(node.kind(), config_node::type::integer);
    node.set_from_text("");
    EXPECT_EQ(node.as_string(), "");
    node.set_from_text("-");
    EXPECT_EQ(node.kind(), config_node::type::string);
    node.set_from_text("0x");
    EXPECT_EQ(node.kind(), config_node::type::string);
    node.set_from_text("infinity");
    EXPECT_EQ(node.kind(), config_node::type::string);
}

TEST(Config, ListsFromTablesValuesAndText)
{
    config_node list("list");
    list.get_or_make("1").set_integer(7);
    list.get_or_make("2").set_integer(8);
    EXPECT_EQ(list.as_uint64s(), (std::vector<uint64_t>{7, 8}));
    config_node text("text");
    text.set_from_text("0x10,2");
    EXPECT_EQ(text.as_uint64s(), (std::vector<uint64_t>{16, 2}));
    EXPECT_EQ(text.as_strings(), (std::vector<std::string>{"0x10", "2"}));
    config_node single("single");
    single.set_string("a,b"); // from the file: a comma is a comma
    EXPECT_EQ(single.as_strings(), (std::vector<std::string>{"a,b"}));
}

TEST(Config, WrongTypeNamesPlaceModuleAndWhatIsRight)
{
    config_node root("platform");
    config_node &node = add(add(root, "uart", 3), "depth", 4);
    node.set_string("deep");
    EXPECT_EQ(error_of([&] { node.as_int64(); }),
              "p.lua:4: platform.uart: 'depth' is a string (\"deep\"); it must be an integer");
    node.set_number(1.8446744073709552e19);
    EXPECT_NE(error_of([&] { node.as_uint64(); }).find("hexadecimal"), std::string::npos);
}

TEST(Config, UnusedValuesAreAllReportedWithNearNames)
{
    config_node root("platform");
    root.use();
    config_node &uart = add(root, "uart", 3);
    uart.use();
    add(uart, "sise", 4).set_integer(1);
    add(uart, "size", 5).set_integer(1);
    config_node &table = add(uart, "extra", 6);
    add(table, "inner", 7).set_integer(1);
    EXPECT_NE(uart.find("size"), nullptr);
    uart.find("size")->as_uint64();

    const std::vector<std::string> lines = root.unused();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0],
              "p.lua:4: platform.uart.sise: unknown parameter 'sise' of platform.uart; did you mean "
              "'size'?");
    EXPECT_EQ(lines[1], "p.lua:6: platform.uart.extra: unknown parameter 'extra' of platform.uart");
    table.use_all();
    EXPECT_EQ(root.unused().size(), 1u);
}

TEST(Config, OverridesLastOneWins)
{
    config_node root("platform");
    add(add(root, "cpu", 1), "rate", 2).set_integer(5);
    root.override_value("platform.cpu.rate=6");
    root.override_value("platform.cpu.rate=7");
    EXPECT_EQ(root.find_path("cpu.rate")->as_uint64(), 7u);
    EXPECT_EQ(root.find_path("cpu.rate")->where().text(), "-p platform.cpu.rate=7");
}

TEST(Config, OverridesOfWhatIsNotThereAreReportedByTheirName)
{
    config_node root("platform");
    root.use();
    root.override_value("platform.gone.rate=1");
    ASSERT_EQ(root.unused().size(), 1u);
    EXPECT_EQ(root.unused()[0], "-p platform.gone.rate=1: platform.gone.rate: unknown parameter 'rate' of "
                                "platform.gone");
}

TEST(Config, BadOverrides)
{
    config_node root("platform");
    add(add(root, "cpu", 1), "rate", 2).set_integer(5);
    for (const char *bad : {"platform.cpu.rate", "=1", "cpu.rate=1", "platform=1", "platform.=1",
                            "platform..rate=1", "platform.cpu=1", "platform.cpu.rate.x=1"}) {
        EXPECT_NE(error_of([&] { root.override_value(bad); }), "") << bad;
    }
    EXPECT_EQ(root.find_path("cpu.rate")->as_uint64(), 5u);
}

TEST(Config, AListMayBeOverridden)
{
    config_node root("platform");
    config_node &list = add(root, "list", 1);
    list.get_or_make("1").set_integer(5);
    root.override_value("platform.list=1,2");
    EXPECT_EQ(list.as_uint64s(), (std::vector<uint64_t>{1, 2}));
    EXPECT_TRUE(root.unused().empty());
}

TEST(Config, NaturalOrder)
{
    EXPECT_TRUE(tk::natural_less("cpu_2", "cpu_10"));
    EXPECT_FALSE(tk::natural_less("cpu_10", "cpu_2"));
    EXPECT_TRUE(tk::natural_less("cpu", "cpu_0"));
    EXPECT_TRUE(tk::natural_less("a", "b"));
    EXPECT_TRUE(tk::natural_less("a01", "a1"));
    EXPECT_FALSE(tk::natural_less("a1", "a01"));
    EXPECT_FALSE(tk::natural_less("x7", "x7"));
}

TEST(Config, NearNames)
{
    EXPECT_EQ(tk::near_name("insn_per_secnd", {"index", "insn_per_second"}), "insn_per_second");
    EXPECT_EQ(tk::near_name("pl011", {"Pl011", "router"}), "Pl011");
    EXPECT_EQ(tk::near_name("zebra", {"index", "router"}), "");
    EXPECT_EQ(tk::did_you_mean("zebra", {"index"}), "");
}

TEST(Config, AnErrorIsOneLine)
{
    EXPECT_EQ(std::string(config_error({"f", 2}, "m", "bad\nthing").what()), "f:2: m: bad thing");
    EXPECT_EQ(std::string(config_error({"f", 0}, "", "bad", "good").what()), "f: bad; good");
}

// 8 / 2 is floating point in Lua.
TEST(Config, AWholeNumberIsAnInteger)
{
    tk::config_node root("platform");
    tk::config_node &value = root.get_or_make("v");
    value.set_number(4.0);
    EXPECT_EQ(value.as_uint64(), 4u);
    EXPECT_EQ(value.as_int64(), 4);
    value.set_number(-3.0);
    EXPECT_EQ(value.as_int64(), -3);
    EXPECT_THROW(value.as_uint64(), tk::config_error);
    for (const double each : {4.5, 1e17, -1e17, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
        value.set_number(each);
        EXPECT_THROW(value.as_uint64(), tk::config_error) << each;
        EXPECT_THROW(value.as_int64(), tk::config_error) << each;
    }
}
