// SPDX-License-Identifier: MIT
//
// A guest under gdb: breakpoints, steps, threads; and time stands while the guest does.
#include "run.h"
#include "support/scratch.h"
#include "support/tcp_port.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

using namespace timing;

namespace
{

// Runs the board; gdb does the commands as soon as the guest may be debugged. What gdb says goes to `said`.
outcome debug(const std::string &spec, const std::vector<std::string> &commands, std::string &said)
{
    const std::string port = test::free_port();
    std::vector<std::string> arguments = {
        "-nx", "-batch", "-ex", "set confirm off", "-ex", "target remote 127.0.0.1:" + port};
    for (const std::string &each : commands) {
        arguments.insert(arguments.end(), {"-ex", each});
    }
    arguments.emplace_back(FIRMWARE);
    return run("gdb_port = " + port + ", " + spec, [&](test::program &vp) {
        // It is there before the guest's first instruction, so gdb cannot come too late.
        ASSERT_TRUE(vp.wait_for_error("gdb may connect to 127.0.0.1:" + port));
        const test::finished gdb = test::run(GDB_PROGRAM, arguments, "/");
        said = gdb.out + gdb.err;
    });
}

// The values that gdb printed as "NAME 0x123", in order.
std::vector<uint64_t> printed(const std::string &said, const std::string &name)
{
    std::vector<uint64_t> values;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, name.size() + 1, name + " ") == 0) {
            values.push_back(std::stoull(line.substr(name.size() + 1), nullptr, 0));
        }
    }
    return values;
}

std::string print(const std::string &name, const std::string &expression)
{
    return "printf \"" + name + " %#lx\\n\", (unsigned long)(" + expression + ")";
}

// SystemC's time, ns, as platforms/components/sc_timer.h has it.
const std::string systemc_now = "*(unsigned int *)0x0a100000";

TEST(under_gdb, one_cpu_has_the_same_run_to_the_last_figure)
{
    constexpr const char *spec = "cpus = { { \"run\", 100, 8 } }";
    const outcome plain = run(spec);
    expect_sound(plain);
    std::string said;
    // calibrated_run reads the counter into x3 before each stretch.
    const outcome debugged = debug(
        spec,
        {"break stretch", "continue", print("counter", "$x3"), print("pc", "$pc"), "stepi", "stepi", "stepi",
         print("stepped", "$pc"), "delete", "break stretch", "continue", print("counter", "$x3"),
         print("time", systemc_now), print("time", systemc_now), "delete", "continue"},
        said);
    expect_sound(debugged);
    EXPECT_EQ(debugged.fingerprint(), plain.fingerprint()) << said;
    const std::vector<uint64_t> counters = printed(said, "counter");
    ASSERT_EQ(counters.size(), 2u) << said;
    EXPECT_EQ(counters[0], plain.records.at(0).at(0)) << said;
    EXPECT_EQ(counters[1], plain.records.at(0).at(1)) << said;
    ASSERT_EQ(printed(said, "pc").size(), 1u) << said;
    EXPECT_EQ(printed(said, "stepped"), std::vector<uint64_t>{printed(said, "pc")[0] + 12}) << said;
    const std::vector<uint64_t> times = printed(said, "time");
    ASSERT_EQ(times.size(), 2u) << said;
    EXPECT_EQ(times[0], times[1]) << "SystemC stands, too";
    EXPECT_LE(times[0], counters[1] + 3) << "three instructions after the reading: " << said;
}

TEST(under_gdb, several_cpus_are_threads_and_a_stop_takes_no_time_of_any)
{
    std::string said;
    const outcome result = debug("quantum_ns = 10000, cpus = { { \"run\", 1000, 8 }, { \"run\", 1000, 8 } }",
                                 {"info threads", "break stretch", "continue", print("thread", "$_thread"),
                                  "delete", "stepi", "stepi", "continue"},
                                 said);
    expect_sound(result);
    EXPECT_NE(said.find("CPU#0"), std::string::npos) << said;
    EXPECT_NE(said.find("CPU#1"), std::string::npos) << said;
    EXPECT_EQ(printed(said, "thread").size(), 1u) << said;
    // Whoever is done last never sleeps, and no stop looks to it as if it had.
    EXPECT_EQ(std::min(result.of_vcpu(0, "idle_ps"), result.of_vcpu(1, "idle_ps")), 0u) << said;
}

// To go on from a breakpoint, gdb has that CPU alone execute the instruction there.
TEST(under_gdb, several_cpus_go_on_from_breakpoints)
{
    std::string said;
    const outcome result = debug("quantum_ns = 10000, cpus = { { \"run\", 1000, 8 }, { \"run\", 1000, 8 } }",
                                 {"break stretch", "continue", "continue", "continue", "thread 2", "stepi",
                                  "continue", "thread 1", "set scheduler-locking on", "stepi", "stepi",
                                  "set scheduler-locking off", "delete", "continue"},
                                 said);
    expect_sound(result);
    EXPECT_NE(said.find("exited normally"), std::string::npos) << said;
}

TEST(under_gdb, one_stops_while_another_waits_for_systemc)
{
    constexpr uint64_t count = 20, wait_ns = 400000;
    std::string said;
    const outcome result =
        debug("quantum_ns = 100000, slow = { wait_ns = " + text(wait_ns) + " }, cpus = { { \"access\", " +
                  text(count) + ", 4 }, { \"run\", 10000, 16 } }",
              {"break stretch", "continue", "continue", "continue", print("time", systemc_now),
               print("time", systemc_now), "continue", "continue", "delete", "continue"},
              said);
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), count * wait_ns * 1000);
    const std::vector<uint64_t> times = printed(said, "time");
    ASSERT_EQ(times.size(), 2u) << said;
    EXPECT_EQ(times[0], times[1]) << said;
}

// The instruction is a transaction that takes longer than a quantum; one of those that gdb keeps still
// sleeps, the other one computes. Nobody may wait for their clocks.
TEST(under_gdb, one_steps_alone_over_a_waiting_target)
{
    constexpr uint64_t count = 5, wait_ns = 400000;
    std::vector<std::string> commands = {"break role_access", "continue", "delete",
                                         "set scheduler-locking on"};
    commands.insert(commands.end(), 40, "stepi"); // some of which are the access
    commands.insert(commands.end(), {print("time", systemc_now), "set scheduler-locking off", "continue"});
    std::string said;
    const outcome result =
        debug("quantum_ns = 100000, slow = { wait_ns = " + text(wait_ns) + " }, cpus = { { \"access\", " +
                  text(count) + ", 4 }, { \"none\" }, { \"compute\" } }",
              commands, said);
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), count * wait_ns * 1000);
    ASSERT_EQ(printed(said, "time").size(), 1u) << said;
    EXPECT_GE(printed(said, "time")[0], wait_ns) << "it has stepped over an access: " << said;
}

// Who reads a device takes no time and nobody's turn: the run is the same with and without it.
TEST(under_gdb, a_deterministic_run_is_the_same_whether_gdb_reads_devices_or_not)
{
    constexpr const char *spec =
        "mode = \"deterministic\", quantum_ns = 100000, "
        "cpus = { { \"run\", 1000, 8 }, { \"access\", 20, 4 }, { \"run\", 700, 9 } }";
    const auto commands = [](const std::string &look) {
        return std::vector<std::string>{"break stretch", "continue", look,     look,
                                        "stepi",         look,       "delete", "break role_access",
                                        "continue",      look,       "delete", "continue"};
    };
    std::string said;
    const outcome plain = debug(spec, commands("info threads"), said);
    expect_sound(plain);
    const outcome looked = debug(spec, commands(print("time", systemc_now)), said);
    expect_sound(looked);
    EXPECT_EQ(looked.fingerprint(), plain.fingerprint()) << said;
    const std::vector<uint64_t> times = printed(said, "time");
    ASSERT_EQ(times.size(), 4u) << said;
    EXPECT_EQ(times[0], times[1]) << said;
}

TEST(under_gdb, kill_ends_the_run)
{
    std::string said;
    const outcome result =
        debug("cpus = { { \"run\", 1000, 8 } }", {"break stretch", "continue", "kill"}, said);
    EXPECT_EQ(result.end.code, 0) << result.end.err << said;
    EXPECT_EQ(result.records.count(0), 0u) << "the guest had not come that far";
}

TEST(under_gdb, all_idle_the_hosts_clock_does_not_count)
{
    std::string said;
    const outcome result = debug(
        "idle = \"wallclock\", cpus = { { \"timer\", 37, 20 } }",
        {"break role_timer", "continue", print("time", systemc_now), print("time", systemc_now), "continue"},
        said);
    expect_sound(result);
    const std::vector<uint64_t> times = printed(said, "time");
    ASSERT_EQ(times.size(), 2u) << said;
    EXPECT_EQ(times[0], times[1]) << said;
}

TEST(under_gdb, a_stopped_run_can_be_ended)
{
    const std::string port = test::free_port();
    std::string said;
    const outcome result =
        run("gdb_port = " + port + ", cpus = { { \"run\", 10, 1 } }", [&](test::program &vp) {
            ASSERT_TRUE(vp.wait_for_error("gdb may connect"));
            // The signal comes while the guest is stopped.
            const test::finished gdb = test::run(
                GDB_PROGRAM,
                {"-nx", "-batch", "-ex", "target remote 127.0.0.1:" + port, "-ex", "break stretch", "-ex",
                 "continue", "-ex",
                 "python import os, signal; os.kill(" + std::to_string(vp.pid()) + ", signal.SIGTERM)", "-ex",
                 "continue", FIRMWARE},
                "/");
            said = gdb.out + gdb.err;
        });
    EXPECT_EQ(result.end.code, 128 + SIGTERM) << result.end.err << said;
}

// --- what cannot be ----------------------------------------------------------------------------------

void expect_refused(const std::string &spec, const std::vector<std::string> &words)
{
    const test::scratch where;
    where.write("p.lua",
                "dofile(\"" BOARD "\")\nplatform = board {" + spec + ", cpus = { { \"run\", 10, 1 } } }\n");
    const test::finished result = test::run(VP_PROGRAM, {"p.lua"}, where.path());
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string &each : words) {
        EXPECT_NE(result.err.find(each), std::string::npos) << each << "\n" << result.err;
    }
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << "one line: " << result.err;
}

TEST(gdb_port, that_is_in_use_is_refused)
{
    const test::taken_port port;
    expect_refused("gdb_port = " + port.text(),
                   {"platform.qemu_inst", "127.0.0.1:" + port.text(), "in use", "choose a port"});
}

TEST(gdb_port, is_one_for_all_cpus_of_a_qemu)
{
    expect_refused("gdb_port = 1, cpu_gdb_port = 2",
                   {"platform.cpu_0", "platform.qemu_inst.gdb_port", "thread"});
}

} // namespace
