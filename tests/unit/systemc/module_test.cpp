// SPDX-License-Identifier: MIT
//
// Parameters, arguments, factory.
#include "test_platform.h"

#include <gtest/gtest.h>

namespace
{

class gadget : public tk::module
{
  public:
    gadget(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        if (context.arg_count() > 0) {
            other = &context.arg<gadget>(0, "a gadget");
        }
        if (context.arg_count() > 1) {
            text = context.arg_string(1, "a text");
        }
        context.expect_args(0, 2);
        order.push_back(full_name());
    }
    ~gadget() override { order.push_back("~" + full_name()); }

    static std::vector<std::string> order;
    gadget *other = nullptr;
    std::string text;
    tk::param<bool> flag{*this, "flag", false, "", "a flag"};
    tk::param<int64_t> offset{*this, "offset", -3, "ns", "an offset", {-10, 10}};
    tk::param<uint64_t> size{*this, "size", 7, "bytes", "a size", {1, UINT64_MAX}};
    tk::param<std::string> mode{*this, "mode", "slow", "", "a mode", {"slow", "fast"}};
    tk::param<std::vector<std::string>> names{*this, "name", {"a"}, "", "names"};
    tk::param<std::vector<uint64_t>> numbers{*this, "number", {}, "", "numbers"};
    tk::path_param file{*this, "load.file", "a file"};
};

std::vector<std::string> gadget::order;
TK_MODULE("test_gadget", gadget, "has one parameter of each type");

// Part of every platform of this program.
class service : public tk::module
{
  public:
    service(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context) {}
    tk::param<uint64_t> pace{*this, "pace_ns", 5, "ns", "a parameter in the top table"};
};
TK_SERVICE("test_service", service, "part of every platform");

} // namespace

TEST(Service, StandsFirstAndTakesItsParametersFromTheTopTable)
{
    const test::platform p("platform = { pace_ns = 7, g = { moduletype = 'test_gadget' } }");
    // The top, the keeper and system_reset (services too), this one, and what the file says.
    ASSERT_EQ(p.built().modules().size(), 5u);
    const auto *found = dynamic_cast<const service *>(p.built().modules()[3].get());
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->pace, 7u);
    EXPECT_EQ(found->pace.full_name(), "platform.pace_ns");
    EXPECT_STREQ(found->name(), "platform.test_service");
}

TEST(Service, CannotBeNamed)
{
    EXPECT_EQ(test::build_error("platform = {\n s = { moduletype = 'test_service' } }"),
              "test.lua:2: platform.s: 'test_service' is part of every platform; its parameters stand in the "
              "top table, "
              "platform");
    EXPECT_EQ(test::build_error("platform = {\n pace_s = 7 }"),
              "test.lua:2: platform.pace_s: unknown parameter 'pace_s' of platform; did you mean 'pace_ns'?");
}

TEST(Param, Defaults)
{
    const test::platform p("platform = { g = { moduletype = 'test_gadget' } }");
    const gadget &g = p.get<gadget>("g");
    EXPECT_FALSE(g.flag);
    EXPECT_EQ(g.offset, -3);
    EXPECT_EQ(g.size, 7u);
    EXPECT_EQ(g.mode.get(), "slow");
    EXPECT_EQ(g.names.get(), std::vector<std::string>{"a"});
    EXPECT_TRUE(g.numbers.get().empty());
    EXPECT_FALSE(g.size.given());
    EXPECT_EQ(g.size.full_name(), "platform.g.size");
    EXPECT_EQ(g.size.default_text(), "7");
    EXPECT_EQ(g.names.default_text(), "{\"a\"}");
    EXPECT_EQ(g.file.resolved(), "");
}

TEST(Param, Presets)
{
    const test::scratch directory;
    const test::platform p(directory, R"(platform = { g = { moduletype = 'test_gadget',
        flag = true, offset = -10, size = 0xffffffffffffffff, mode = 'fast', name = { 'x', 'y' },
        number_0 = 5, number_1 = 6, load = { file = 'f.bin' } } })");
    const gadget &g = p.get<gadget>("g");
    EXPECT_TRUE(g.flag);
    EXPECT_EQ(g.offset, -10);
    EXPECT_EQ(g.size, UINT64_MAX);
    EXPECT_EQ(g.size.value_text(), "18446744073709551615");
    EXPECT_EQ(g.mode.get(), "fast");
    EXPECT_EQ(g.names.get(), (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(g.numbers.get(), (std::vector<uint64_t>{5, 6}));
    EXPECT_EQ(g.file.resolved(), directory.file("f.bin"));
    EXPECT_TRUE(g.size.given());
}

TEST(Param, FilesOfTheCommandLineAreRelativeToTheCurrentDirectory)
{
    const test::platform p("platform = { g = { moduletype = 'test_gadget' } }",
                           {"platform.g.load.file=f.bin"});
    EXPECT_EQ(p.get<gadget>("g").file.resolved(), "f.bin");
}

TEST(Param, OutOfRange)
{
    const auto error = [](const std::string &param) {
        return test::build_error("platform = {\n g = { moduletype = 'test_gadget',\n " + param + " } }");
    };
    EXPECT_EQ(error("offset = 11"), "test.lua:3: platform.g: 'offset' is 11; it must be from -10 to 10");
    EXPECT_EQ(error("size = 0"),
              "test.lua:3: platform.g: 'size' is 0; it must be from 1 to 18446744073709551615");
    EXPECT_EQ(error("mode = 'odd'"),
              "test.lua:3: platform.g: 'mode' is 'odd'; it must be one of 'slow', 'fast'");
    EXPECT_EQ(error("flag = 1"),
              "test.lua:3: platform.g: 'flag' is an integer (1); it must be true or false");
    EXPECT_EQ(error("name = { 1 }"),
              "test.lua:3: platform.g.name: '1' is an integer (1); it must be a string");
}

TEST(Module, ConstructedAfterItsArgumentsDestroyedInReverse)
{
    gadget::order.clear();
    {
        const test::platform p("platform = { a = { moduletype = 'test_gadget', args = { '&b', 'text' } },\n"
                               " sub = { moduletype = 'Container', c = { moduletype = 'test_gadget' } },\n"
                               " b = { moduletype = 'test_gadget', args = { '&platform.sub.c' } } }");
        EXPECT_EQ(p.get<gadget>("a").other, &p.get<gadget>("b"));
        EXPECT_EQ(p.get<gadget>("a").text, "text");
        EXPECT_EQ(p.get<gadget>("b").other, &p.get<gadget>("sub.c"));
        EXPECT_STREQ(p.get<gadget>("sub.c").name(), "platform.sub.c");
    }
    EXPECT_EQ(gadget::order, (std::vector<std::string>{"platform.sub.c", "platform.b", "platform.a",
                                                       "~platform.a", "~platform.b", "~platform.sub.c"}));
}

TEST(Module, BadArguments)
{
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'test_gadget', args = { '&b' } },\n"
                                " b = { moduletype = 'test_gadget', args = { '&a' } } }"),
              "test.lua:2: platform.b: argument '&a' goes round in a circle; platform.a itself waits for "
              "this module");
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'test_gadget', args = { '&sub' } },\n"
                                " sub = { moduletype = 'Container' } }"),
              "test.lua:1: platform.a: argument 1 is \"&sub\"; it must be a gadget");
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'test_gadget', args = { 'word' } } }"),
              "test.lua:1: platform.a: argument 1 is \"word\"; it must be a gadget");
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'test_gadget', args = { '&c' } } }"),
              "test.lua:1: platform.a: '&c' names no module: there is no 'c' in platform; did you mean 'a'?");
    EXPECT_EQ(test::build_error("platform = { b = { moduletype = 'test_gadget' },\n"
                                " a = { moduletype = 'test_gadget', args = { '&b', 'x', 'y' } } }"),
              "test.lua:2: platform.a: 'args' has 3 entries; test_gadget takes 0 to 2");
}

TEST(Module, ItselfAsArgumentIsACircle)
{
    EXPECT_NE(test::build_error("platform = { a = { moduletype = 'test_gadget', args = { '&a' } } }")
                  .find("goes round in a circle"),
              std::string::npos);
}

TEST(Factory, AliasesAndRefusals)
{
    tk::module_factory &factory = tk::module_factory::instance();
    ASSERT_NE(factory.find("Pl011"), nullptr);
    EXPECT_EQ(factory.find("pl011"), factory.find("Pl011"));
    EXPECT_EQ(factory.find("nothing"), nullptr);
    EXPECT_EQ(factory.port_alias("Pl011", "irq_out"), "irq");
    EXPECT_EQ(factory.port_alias("Pl011", "other"), "other");
    EXPECT_THROW(factory.add("Pl011", "again", {}), std::logic_error);
}

TEST(Exit, TheFirstRequestWins)
{
    int code = 77;
    EXPECT_FALSE(tk::exit_requested(&code));
    EXPECT_EQ(code, 77);
    const test::platform p("platform = { g = { moduletype = 'test_gadget' } }");
    test::settle();
    tk::request_exit(0x105, "five");
    tk::request_exit(9, "nine");
    EXPECT_TRUE(tk::exit_requested(&code));
    EXPECT_EQ(code, 5);
    EXPECT_EQ(tk::exit_reason(), "five");
}
