// SPDX-License-Identifier: MIT
//
// What the loader makes of a platform file.
#include "listing.h"
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <sstream>

TEST(Platform, ModulesComeInTheOrderOfTheFile)
{
    const test::platform p(
        "platform = { z = { moduletype = 'test_stream' },\n"
        " stream_10 = { moduletype = 'test_stream' }, stream_9 = { moduletype = 'test_stream' },\n"
        " a = { moduletype = 'test_stream' } }");
    std::vector<std::string> names;
    for (const auto &each : p.built().modules()) {
        names.push_back(each->name());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"platform", "platform.keeper", "platform.system_reset",
                                               "platform.test_service", "platform.z", "platform.stream_9",
                                               "platform.stream_10", "platform.a"}));
}

TEST(Platform, UnknownModuletype)
{
    EXPECT_EQ(test::build_error("platform = {\n u = {\n moduletype = 'Pl01' } }"),
              "test.lua:3: platform.u: unknown moduletype 'Pl01'; did you mean 'Pl011'?");
    EXPECT_EQ(test::build_error("platform = { moduletype = 'zzzzzz' }"),
              "test.lua:1: platform: unknown moduletype 'zzzzzz'");
    EXPECT_EQ(test::build_error("platform = { u = { moduletype = 5 } }"),
              "test.lua:1: platform.u: 'moduletype' is an integer (5); it must be a string");
}

TEST(Platform, ATableWithoutModuletype)
{
    EXPECT_EQ(
        test::build_error("platform = {\n u = { type = 'Pl011' } }"),
        "test.lua:2: platform.u: has no moduletype; a table in a container is a module: give it moduletype = "
        "\"...\"");
}

TEST(Platform, AllUnknownParametersAtOnce)
{
    const std::string text =
        test::build_error("platform = { s = { moduletype = 'test_stream',\n one = 1,\n two = { 2 } } }");
    EXPECT_NE(text.find("test.lua:2: platform.s.one: unknown parameter 'one' of platform.s\n"),
              std::string::npos);
    EXPECT_NE(text.find("test.lua:3: platform.s.two: unknown parameter 'two' of platform.s"),
              std::string::npos);
}

TEST(Platform, ParametersOfTheCommandLine)
{
    const test::platform p("platform = { e = { moduletype = 'char_backend_stdio' } }",
                           {"platform.e.read_write=true", "platform.e.read_write=false"});
    std::ostringstream out;
    vp::list_params(p.built(), out);
    const std::string text = out.str();
    EXPECT_EQ(text.find("platform.quantum_ns = 1000000 ns  (uint64, 1 to 3600000000000, default 1000000)"),
              0u)
        << text;
    EXPECT_EQ(text.substr(text.find("platform.pace_ns")),
              "platform.pace_ns = 5 ns  (uint64, default 5)  a parameter in the top table\n"
              "platform.e.read_write = false  (bool, default true)  true: read stdin too; false: only "
              "write stdout\n");
}

TEST(Platform, ModuletypeMayBeOverridden)
{
    const test::platform p("platform = { e = { moduletype = 'test_line' } }",
                           {"platform.e.moduletype=test_driver"});
    EXPECT_NO_THROW(p.get<test::driver>("e"));
}

TEST(Platform, ModulesNestInAnyModule)
{
    const test::platform p(
        "platform = { t = { moduletype = 'test_target',\n"
        " c = { moduletype = 'test_initiator', socket = { bind = '&platform.t.socket' } } } }");
    auto &cpu = p.get<test::initiator>("t.c");
    test::settle();
    cpu.read(0x40);
    EXPECT_EQ(p.get<test::target>("t").addresses, std::vector<uint64_t>{0x40});
}

TEST(Platform, ListingShowsEveryType)
{
    std::ostringstream out;
    vp::list_modules(out);
    const std::string text = out.str();
    for (const char *expected :
         {"Pl011\n", "also called pl011", "port irq: signal output",
          "parameter latency_ns: uint64, ns, 0 to 1000000000, default 0;", "exiter\n", "sc_timer\n",
          "port initiator_socket: TLM initiator socket", "char_backend_socket\n"}) {
        EXPECT_NE(text.find(expected), std::string::npos) << expected;
    }
}

TEST(Platform, ListingAsMarkdownHasUnitRangeAndDefault)
{
    std::ostringstream out;
    vp::list_modules_markdown(out);
    const std::string text = out.str();
    for (const char *expected : {"### gs_memory\n", "| `latency_ns` | uint64 | ns | 0 to 1000000000 | 0 | ",
                                 "| `irq_in_0` to `irq_in_31` | signal input | ",
                                 "| `mode` | string |  | 'parallel', 'deterministic' | ",
                                 "| `N.elf_file` | string |  | a file name |  | "}) {
        EXPECT_NE(text.find(expected), std::string::npos) << expected;
    }
}
