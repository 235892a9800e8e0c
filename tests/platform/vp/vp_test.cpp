// SPDX-License-Identifier: MIT
//
// vp as a user runs it: exit codes, what is said where, and that nothing is left behind. Platforms of SystemC
// modules only; a script stands for the CPU.
#include "support/program.h"
#include "test_platform.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>

namespace
{

// SystemC's kernel, when it has stopped, leaves AddressSanitizer with a coroutine's stack as the main
// thread's: an exception after that makes the sanitizer report itself (a stack-buffer-overflow in its own
// interceptor of sigaltstack).
#if defined(__SANITIZE_ADDRESS__)
#define SKIP_WITH_ADDRESS_SANITIZER() GTEST_SKIP() << "exceptions after coroutines confuse the sanitizer"
#else
#define SKIP_WITH_ADDRESS_SANITIZER() static_cast<void>(0)
#endif

const char *const vp_program = VP_PROGRAM;
const char *const scripted = VP_SCRIPTED_PROGRAM;

// RAM at 0x80000000, exiter at 0x1000, UART to stdout at 0x2000, timer at 0x3000; `script` carries out
// `steps`.
std::string scripted_platform(const std::string &steps, const std::string &more = "")
{
    return "platform = {\n"
           "    router = { moduletype = \"router\" },\n"
           "    ram = { moduletype = \"gs_memory\", target_socket = { address = 0x80000000, size = 0x10000,\n"
           "        bind = \"&router.initiator_socket\" } },\n"
           "    exit = { moduletype = \"exiter\", target_socket = { address = 0x1000, size = 4,\n"
           "        bind = \"&router.initiator_socket\" } },\n"
           "    uart = { moduletype = \"Pl011\", target_socket = { address = 0x2000, size = 0x1000,\n"
           "        bind = \"&router.initiator_socket\" }, backend_socket = { bind = "
           "\"&console.biflow_socket\" } },\n"
           "    console = { moduletype = \"char_backend_stdio\" },\n"
           "    timer = { moduletype = \"sc_timer\", target_socket = { address = 0x3000, size = 0x20,\n"
           "        bind = \"&router.initiator_socket\" } },\n"
           "    load = { moduletype = \"loader\", initiator_socket = { bind = \"&router.target_socket\" },\n"
           "        { data = { 0x11223344 }, address = 0x80000000 } },\n"
           "    script = { moduletype = \"test_script\", socket = { bind = \"&router.target_socket\" },\n" +
           steps + " },\n" + more + "}\n";
}

class Vp : public testing::Test
{
  protected:
    // Runs a program on "p.lua" with this content.
    test::finished run(const std::string &lua, const std::vector<std::string> &more = {},
                       const std::string &input = "", const char *program = scripted)
    {
        m_directory.write("p.lua", lua);
        std::vector<std::string> arguments = {"p.lua"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        test::program running(program, arguments, m_directory.file(""), input);
        test::finished result = running.finish();
        EXPECT_FALSE(running.left_something_running());
        return result;
    }

    // A configuration that is refused: exit code 2, nothing on stdout, exactly this on stderr.
    void expect_refused(const std::string &lua, const std::string &message,
                        const std::vector<std::string> &more = {})
    {
        const test::finished result = run(lua, more, "", vp_program);
        EXPECT_EQ(result.code, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err, message + "\n");
    }

    test::scratch m_directory;
};

} // namespace

// --- runs --------------------------------------------------------------------------------------------

TEST_F(Vp, TheGuestsExitCode)
{
    const test::finished result =
        run(scripted_platform("{ write = 0x2000, value = 0x68 }, { write = 0x2000, value = 0x69 },\n"
                              "{ write = 0x2000, value = 10 }, { read = 0x80000000, expect = 0x11223344 },\n"
                              "{ write = 0x1000, value = 42 }"));
    EXPECT_EQ(result.code, 42);
    EXPECT_EQ(result.out, "hi\n");
    EXPECT_EQ(result.err, "");
}

TEST_F(Vp, NothingLeftToDoIsGood)
{
    const test::finished result = run(scripted_platform("{ wait_ns = 5 }"));
    EXPECT_EQ(result.code, 0);
}

TEST_F(Vp, StatsTable)
{
    const test::finished result =
        run(scripted_platform("{ wait_ns = 1500 }, { local_ns = 250 }, { write = 0x1000, value = 3 }"),
            {"--stats"});
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(result.out.substr(0, result.out.find('\n')), "SystemC time     1750000 ps");
}

TEST_F(Vp, StatsAsJson)
{
    const test::finished result =
        run(scripted_platform("{ wait_ns = 1500 }, { write = 0x1000, value = 0 }"), {"--stats=s.json"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, "");
    const auto stats = nlohmann::json::parse(m_directory.read("s.json"));
    EXPECT_EQ(stats.at("sim_time_ps"), 1500000);
    EXPECT_TRUE(stats.at("wall_s").is_number_float());
}

TEST_F(Vp, StatsThatCannotBeWritten)
{
    SKIP_WITH_ADDRESS_SANITIZER();
    const test::finished result =
        run(scripted_platform("{ write = 0x1000, value = 0 }"), {"--stats=no/where.json"});
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(result.err, "vp: no/where.json: cannot write the statistics: No such file or directory\n");
}

TEST_F(Vp, InternalFailures)
{
    SKIP_WITH_ADDRESS_SANITIZER();
    test::finished result = run(scripted_platform("{ fatal = 'this is the end' }"));
    EXPECT_EQ(result.code, 3);
    EXPECT_NE(result.err.find("vp: internal failure: "), std::string::npos);
    EXPECT_NE(result.err.find("this is the end"), std::string::npos);
    result = run(scripted_platform("{ throws = 'out of luck' }"));
    EXPECT_EQ(result.code, 3);
    EXPECT_NE(result.err.find("out of luck"), std::string::npos);
}

TEST_F(Vp, ASignalEndsTheRunInOrder)
{
    m_directory.write("p.lua",
                      scripted_platform("{ write = 0x2000, value = 0x67 }, { write = 0x2000, value = 10 },\n"
                                        "{ write = 0x3010, value = 100 }, { write = 0x3008, value = 1 }"));
    for (const int number : {SIGINT, SIGTERM}) {
        // The timer runs for ever.
        test::program running(scripted, {"p.lua", "--stats"}, m_directory.file(""), "", true);
        ASSERT_TRUE(running.wait_for_output("g\n"));
        kill(running.pid(), number);
        const test::finished result = running.finish();
        EXPECT_EQ(result.code, 128 + number);
        EXPECT_NE(result.out.find("SystemC time"), std::string::npos); // it came to its end
        EXPECT_FALSE(running.left_something_running());
    }
}

// --- the command line --------------------------------------------------------------------------------

TEST_F(Vp, WaysToNameTheFile)
{
    m_directory.write("p.lua", scripted_platform("{ write = 0x1000, value = 5 }"));
    const std::string directory = m_directory.file("");
    EXPECT_EQ(test::run(scripted, {"p.lua"}, directory).code, 5);
    EXPECT_EQ(test::run(scripted, {"-l", "p.lua"}, directory).code, 5);
    EXPECT_EQ(test::run(scripted, {"--gs_luafile", "p.lua"}, directory).code, 5);
    EXPECT_EQ(test::run(scripted, {"--gs_luafile=p.lua"}, directory).code, 5);
    EXPECT_EQ(test::run(scripted, {"-p", "platform.ram.read_only=true", m_directory.file("p.lua")}, "/").code,
              5);
}

TEST_F(Vp, OverridesWinTheLastOneMost)
{
    const std::string lua =
        scripted_platform("{ write = 0x80000000, value = 1 }, { write = 0x1000, value = 5 }");
    EXPECT_EQ(run(lua).code, 5);
    EXPECT_EQ(run(lua, {"-p", "platform.ram.read_only=true"}).code, 98); // the script's write fails
    EXPECT_EQ(
        run(lua, {"--param", "platform.ram.read_only=true", "--param=platform.ram.read_only=false"}).code, 5);
}

TEST_F(Vp, HelpVersionAndListings)
{
    for (const char *option : {"--help", "--version", "--list-modules"}) {
        const test::finished result = test::run(vp_program, {option}, "/");
        EXPECT_EQ(result.code, 0) << option;
        EXPECT_EQ(result.err, "") << option;
        EXPECT_NE(result.out, "") << option;
    }
    EXPECT_NE(test::run(vp_program, {"--help"}, "/").out.find("--gs_luafile"), std::string::npos);
    EXPECT_NE(test::run(vp_program, {"--list-modules"}, "/").out.find("gs_memory\n"), std::string::npos);
    const test::finished params = run(scripted_platform("{ fatal = 'not run' }"), {"--list-params"});
    EXPECT_EQ(params.code, 0);
    EXPECT_NE(params.out.find("platform.ram.latency_ns = 0 ns  (uint64, 0 to 1000000000, default 0)"),
              std::string::npos);
}

TEST_F(Vp, UsageErrors)
{
    const struct {
        std::vector<std::string> arguments;
        const char *message;
    } cases[] = {
        {{}, "no platform file; give one: vp FILE.lua"},
        {{"--nonsense"}, "unknown option --nonsense"},
        {{"-l"}, "option -l needs a value"},
        {{"--list-modules=xml"}, "--list-modules=xml is no form; write --list-modules=markdown, or nothing"},
        {{"a.lua", "b.lua"}, "two platform files, a.lua and b.lua; give one"},
        {{"a.lua", "--stats="}, "--stats= names no file; write --stats=FILE.json, or --stats for a table"},
    };
    for (const auto &each : cases) {
        const test::finished result = test::run(vp_program, each.arguments, "/");
        EXPECT_EQ(result.code, 2) << each.message;
        EXPECT_EQ(result.err, "vp: " + std::string(each.message) + " (vp --help says more)\n");
        EXPECT_EQ(result.out, "");
    }
}

// --- configurations that are refused -----------------------------------------------------------------

TEST_F(Vp, SyntaxError)
{
    expect_refused("platform = {\n    uart = { moduletype = = \"Pl011\" },\n}\n",
                   "p.lua:2: unexpected symbol near '='");
}

TEST_F(Vp, UnknownModuletype)
{
    expect_refused("platform = {\n    uart = {\n        moduletype = \"Pl012\" },\n}\n",
                   "p.lua:3: platform.uart: unknown moduletype 'Pl012'; did you mean 'Pl011'?");
}

TEST_F(Vp, UnknownParameters)
{
    const std::string lua = "platform = {\n"
                            "    console = { moduletype = \"char_backend_stdio\",\n"
                            "        read_wirte = true,\n"
                            "        colour = \"green\" },\n"
                            "}\n";
    expect_refused(
        lua,
        "p.lua:3: platform.console.read_wirte: unknown parameter 'read_wirte' of platform.console; did you "
        "mean 'read_write'?\n"
        "p.lua:4: platform.console.colour: unknown parameter 'colour' of platform.console");
}

TEST_F(Vp, UnknownParameterOnTheCommandLine)
{
    expect_refused(
        "platform = { console = { moduletype = \"char_backend_stdio\" } }\n",
        "-p platform.consol.read_write=false: platform.consol.read_write: unknown parameter 'read_write' of "
        "platform.consol",
        {"-p", "platform.consol.read_write=false"});
    expect_refused("platform = { console = { moduletype = \"char_backend_stdio\" } }\n",
                   "-p console.read_write=false: 'console.read_write' is no full name; full names begin with "
                   "'platform.'",
                   {"-p", "console.read_write=false"});
}

TEST_F(Vp, ABindingToASocketThatDoesNotExist)
{
    expect_refused(
        "platform = {\n"
        "    router = { moduletype = \"router\" },\n"
        "    load = { moduletype = \"loader\",\n"
        "        initiator_socket = { bind = \"&router.target_sockets\" } },\n"
        "}\n",
        "p.lua:4: platform.load: cannot bind to '&router.target_sockets': platform.router (router) has no "
        "socket 'target_sockets'; did you mean 'target_socket'?");
}

TEST_F(Vp, ABindingToAModuleThatDoesNotExist)
{
    expect_refused(
        "platform = {\n"
        "    router = { moduletype = \"router\" },\n"
        "    load = { moduletype = \"loader\",\n"
        "        initiator_socket = { bind = \"&ruoter.target_socket\" } },\n"
        "}\n",
        "p.lua:4: platform.load: '&ruoter' names no module: there is no 'ruoter' in platform; did you mean "
        "'router'?");
}

TEST_F(Vp, OverlappingWindows)
{
    const std::string a = "    a = { moduletype = \"gs_memory\",\n"
                          "        target_socket = { address = 0x1000, size = 0x1000, bind = "
                          "\"&router.initiator_socket\" } },\n";
    const std::string b =
        "    b = { moduletype = \"gs_memory\",\n"
        "        target_socket = { address = 0x1800, size = 0x1000, bind = \"&router.initiator_socket\"";
    const std::string begin = "platform = {\n    router = { moduletype = \"router\" },\n" + a + b;
    expect_refused(
        begin + " } },\n}\n",
        "p.lua:6: platform.b.target_socket: its window 0x1800..0x27ff overlaps that of "
        "platform.a.target_socket, 0x1000..0x1fff, at platform.router; move one, or give one of them a lower "
        "priority value to win");
    EXPECT_EQ(run(begin + ", priority = 1 } },\n}\n").code, 0);
}

TEST_F(Vp, MissingElfFile)
{
    expect_refused("platform = {\n"
                   "    ram = { moduletype = \"gs_memory\", size = 16, target_socket = { bind = "
                   "\"&load.initiator_socket\" } },\n"
                   "    load = { moduletype = \"loader\",\n"
                   "        { elf_file = \"guest.elf\" } },\n"
                   "}\n",
                   "p.lua:4: platform.load: cannot read guest.elf: No such file or directory");
}

TEST_F(Vp, ImageWhereNoMemoryIs)
{
    expect_refused(
        "platform = {\n"
        "    ram = { moduletype = \"gs_memory\", size = 16, target_socket = { bind = "
        "\"&load.initiator_socket\" } },\n"
        "    load = { moduletype = \"loader\",\n"
        "        { data = { 1, 2 }, address = 12 } },\n"
        "}\n",
        "p.lua:4: platform.load: cannot load data: there is no memory at 0x10; give it a gs_memory there");
}

TEST_F(Vp, NoSuchPlatformFile)
{
    const test::finished result = test::run(vp_program, {"nowhere.lua"}, m_directory.file(""));
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.err, "nowhere.lua: cannot read the platform file: No such file or directory\n");
}

TEST_F(Vp, FilesAreRelativeToThePlatformFile)
{
    m_directory.write("image.bin", "abcd");
    m_directory.write(
        "p.lua",
        scripted_platform("{ read = 0x80000100, expect = 0x64636261 }, { write = 0x1000, value = 0 }",
                          "more = { moduletype = \"loader\",\n"
                          "  initiator_socket = { bind = \"&router.target_socket\" },\n"
                          "  { bin_file = \"image.bin\", address = 0x80000100 } },\n"));
    EXPECT_EQ(test::run(scripted, {m_directory.file("p.lua")}, "/").code, 0);
}
