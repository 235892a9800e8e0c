// SPDX-License-Identifier: MIT
//
// vp as a regression suite runs it: what is expected of consoles and codes, limits on time, the JUnit file.
// Platforms without CPUs; a script stands for one.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>

#include <fstream>

namespace
{

class TestRun : public testing::Test
{
  protected:
    // A UART whose console is stdout, another without one, an exiter; `steps` are the script's.
    test::finished run(const std::string &steps, const std::vector<std::string> &options)
    {
        std::ofstream(m_scratch.file("p.lua"))
            << "local function at(a) return { address = a, size = 0x1000, bind = '&router.initiator_socket' "
               "} end\n"
               "platform = {\n"
               "    router = { moduletype = 'router' },\n"
               "    exit = { moduletype = 'exiter', target_socket = at(0x1000) },\n"
               "    uart = { moduletype = 'Pl011', target_socket = at(0x2000),\n"
               "        backend_socket = { bind = '&console.biflow_socket' } },\n"
               "    other = { moduletype = 'Pl011', target_socket = at(0x3000) },\n"
               "    console = { moduletype = 'char_backend_stdio', read_write = true },\n"
               "    script = { moduletype = 'test_script', socket = { bind = '&router.target_socket' },\n"
            << steps << " },\n}\n";
        std::vector<std::string> arguments = {"p.lua"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return test::run(VP_SCRIPTED_PROGRAM, arguments, m_scratch.path(), "typed\n");
    }

    std::string junit() const { return m_scratch.read("j.xml"); }
    void expect_in_junit(const std::string &text) const
    {
        EXPECT_NE(junit().find(text), std::string::npos) << text << " in\n" << junit();
    }

    test::scratch m_scratch;
};

// The script's steps that print a line, on the UART at `base`.
std::string print(const std::string &text, unsigned base = 0x2000)
{
    std::string steps;
    for (const char each : text + "\n") {
        steps += "{ write = " + std::to_string(base) +
                 ", value = " + std::to_string(static_cast<unsigned char>(each)) + " },\n";
    }
    return steps;
}

std::string leave(unsigned code)
{
    return "{ wait_ns = 5 }, { write = 0x1000, value = " + std::to_string(code) + " },\n";
}

std::string wait_us(unsigned us)
{
    return "{ wait_ns = " + std::to_string(us * 1000) + " },\n";
}

} // namespace

TEST_F(TestRun, PassesWhenAllThatIsExpectedWasSaid)
{
    const auto result = run(print("one") + print("sum: 42") + leave(0),
                            {"--expect", "^sum: [0-9]+$", "--expect", "on.", "--reject", "typed|FAIL"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, "one\nsum: 42\n");
}

TEST_F(TestRun, FailsWhenSomethingExpectedWasNotSaid)
{
    const auto result =
        run(print("one") + leave(0), {"--expect", "one", "--expect", "two", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 6);
    EXPECT_EQ(result.err, "vp: no console has said what --expect asks for: 'two'\n");
    expect_in_junit(
        "<failure type=\"unexpected\" message=\"no console has said what --expect asks for: 'two'\">");
    expect_in_junit("The last lines of platform.uart:\none\n");
    expect_in_junit("<property name=\"exit_code\" value=\"6\"/>");
}

TEST_F(TestRun, EndsWhenARejectedLineIsSaid)
{
    const auto result = run(print("FAIL: 1 of 2") + wait_us(7) + print("later") + leave(0),
                            {"--reject", "FAIL", "--stats=s.json"});
    EXPECT_EQ(result.code, 6);
    EXPECT_EQ(result.err, "vp: platform.uart says what --reject 'FAIL' forbids: FAIL: 1 of 2\n");
    EXPECT_EQ(result.out, "FAIL: 1 of 2\n");
    EXPECT_NE(m_scratch.read("s.json").find("\"sim_time_ps\": 0,"), std::string::npos);
}

TEST_F(TestRun, ALineThatTheEndCutsOffCounts)
{
    std::string cut = print("panic");
    cut.erase(cut.rfind("{ write"));
    EXPECT_EQ(run(cut + leave(0), {"--reject", "panic"}).code, 6);
    EXPECT_EQ(run(cut + leave(0), {"--expect", "panic$"}).code, 0);
}

TEST_F(TestRun, ConsolesAreNamed)
{
    const std::string steps = print("here") + print("there", 0x3000) + leave(0);
    EXPECT_EQ(run(steps, {"--expect", "@uart:^here", "--expect", "@platform.other:there"}).code, 0);
    EXPECT_EQ(run(steps, {"--expect", "@other:^here"}).code, 6);
    EXPECT_EQ(run(steps, {"--reject", "@uart:there"}).code, 0);
    const auto result = run(steps, {"--expect", "@console:here"});
    EXPECT_EQ(result.code, 2); // what comes from the keyboard is no console
    EXPECT_EQ(result.err, "vp: '@console:here' is for no console; there are: platform.uart, platform.other "
                          "(vp --help says more)\n");
}

TEST_F(TestRun, UntilExpectedEndsTheRunAlsoAtAPrompt)
{
    std::string prompt = print("login: ");
    prompt.erase(prompt.rfind("{ write"));
    const auto result = run(print("boot") + prompt + wait_us(1000000) + leave(1),
                            {"--expect", "boot", "--expect", "login:", "--until-expected", "--stats=s.json"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, "boot\nlogin: ");
    EXPECT_NE(m_scratch.read("s.json").find("\"sim_time_ps\": 0,"), std::string::npos);
}

TEST_F(TestRun, TheGuestsExitCode)
{
    EXPECT_EQ(run(leave(42), {"--expect-exit", "42"}).code, 0);
    auto result = run(leave(0), {"--expect-exit", "42", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 6);
    EXPECT_EQ(result.err, "vp: the guest's exit code is 0, expected is 42\n");
    expect_in_junit("<failure type=\"exit-code\" message=\"the guest's exit code is 0, expected is 42\">");
    result = run(print("x") + leave(7), {"--expect", "x", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 7);
    EXPECT_EQ(result.err, "");
    expect_in_junit("message=\"the guest's exit code is 7, expected is 0\"");
    result = run(leave(5), {}); // as the limit on wall time, but nobody has set one
    EXPECT_EQ(result.code, 5);
    EXPECT_EQ(result.err, "");
}

TEST_F(TestRun, TimeoutSimEndsExactlyThen)
{
    const auto result = run(wait_us(100) + print("in time") + wait_us(100000) + leave(0),
                            {"--timeout-sim", "1.5ms", "--stats=s.json", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 4);
    EXPECT_NE(result.err.find("vp: --timeout-sim 1.5ms is over\n"), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "in time\n");
    EXPECT_NE(m_scratch.read("s.json").find("\"sim_time_ps\": 1500000000,"), std::string::npos);
    expect_in_junit("<failure type=\"timeout-sim\" message=\"--timeout-sim 1.5ms is over\">");
    expect_in_junit("<property name=\"sim_time_ps\" value=\"1500000000\"/>");
}

TEST_F(TestRun, ALimitDoesNotKeepARunAlive)
{
    EXPECT_EQ(run(wait_us(1), {"--timeout-sim", "1s"}).code, 0);
    EXPECT_EQ(run(wait_us(1) + leave(9), {"--timeout-sim", "1005ns"}).code, 9); // at this very time
    EXPECT_EQ(run(wait_us(1) + leave(9), {"--timeout-sim", "1004ns"}).code, 4);
}

TEST_F(TestRun, TimeoutWallEndsTheRunInOrder)
{
    // SystemC's time goes on for ever.
    const auto result = run("{ ticks_ns = 1000 },", {"--timeout-wall", "1ms", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 5);
    EXPECT_NE(result.err.find("vp: --timeout-wall 1ms is over\n"), std::string::npos) << result.err;
    expect_in_junit("<failure type=\"timeout-wall\" message=\"--timeout-wall 1ms is over\">");
}

TEST_F(TestRun, TimeoutWallEndsWhatHangs)
{
    const auto result =
        run(print("before") + "{ hang = 'for ever' },", {"--timeout-wall", "1ms", "--junit", "j.xml"});
    EXPECT_EQ(result.code, 5);
    const std::string why = "--timeout-wall 1ms is over, and the run does not end in order";
    EXPECT_NE(result.err.find("vp: " + why + "\n"), std::string::npos) << result.err;
    expect_in_junit("<error type=\"timeout-wall\" message=\"" + why + "\">");
}

TEST_F(TestRun, TimeoutWallEndsAPlatformFileThatDoesNotEnd)
{
    std::ofstream(m_scratch.file("p.lua")) << "while true do end\n";
    const auto result = test::run(VP_SCRIPTED_PROGRAM, {"p.lua", "--timeout-wall", "1ms", "--junit", "j.xml"},
                                  m_scratch.path());
    EXPECT_EQ(result.code, 5);
    expect_in_junit("<error type=\"timeout-wall\"");
}

TEST_F(TestRun, JUnitOfOneThatPasses)
{
    const auto result = run(print("fine") + leave(0), {"--junit", "j.xml", "--test-name", "uart.prints", "-p",
                                                       "platform.console.read_write=false"});
    EXPECT_EQ(result.code, 0);
    expect_in_junit("<testsuite name=\"vp\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"");
    expect_in_junit("<testcase classname=\"vp\" name=\"uart.prints\"");
    expect_in_junit("<property name=\"sim_time_ps\" value=\"5000\"/>");
    expect_in_junit("<property name=\"param\" value=\"platform.console.read_write=false\"/>");
    EXPECT_EQ(junit().find("fine"), std::string::npos);
}

TEST_F(TestRun, JUnitOfWhatCannotRun)
{
    auto result = run("", {"--junit", "j.xml", "-p", "platform.uart.colour=red"});
    EXPECT_EQ(result.code, 2);
    expect_in_junit("<error type=\"configuration\"");
    expect_in_junit("colour");
    result = run("{ fatal = 'this is the end' },", {"--junit", "j.xml"});
    EXPECT_EQ(result.code, 3);
    expect_in_junit("<error type=\"internal\"");
    expect_in_junit("name=\"p\"");
}

TEST_F(TestRun, AJUnitFileThatCannotBeWritten)
{
    const auto result = run(leave(0), {"--junit", "no/j.xml"});
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(result.err,
              "vp: internal failure: no/j.xml: cannot write the JUnit file: No such file or directory\n");
}

TEST_F(TestRun, UsageErrors)
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
        {{"--expect", "("}, "--expect '(' is no regular expression: "},
        {{"--reject", "[z-a]"}, "--reject '[z-a]' is no regular expression: "},
        {{"--until-expected"}, "--until-expected is for --expect; give that, too"},
        {{"--test-name", "x"}, "--test-name is for --junit; give that, too"},
        {{"--expect-exit", "256"}, "--expect-exit '256' is no exit code; give one from 0 to 255"},
        {{"--expect-exit", "-1"}, "--expect-exit '-1' is no exit code; give one from 0 to 255"},
        {{"--timeout-sim", "10"},
         "--timeout-sim '10' is no time; write a number above 0 and a unit, as 10ms or 1.5s"},
        {{"--timeout-wall", "0s"},
         "--timeout-wall '0s' is no time; write a number above 0 and a unit, as 10ms or 1.5s"}};
    for (const auto &[options, message] : wrong) {
        const auto result = run(leave(0), options);
        EXPECT_EQ(result.code, 2) << message;
        EXPECT_EQ(result.err.find("vp: " + message), 0u) << result.err;
    }
}
