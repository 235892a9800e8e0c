// SPDX-License-Identifier: MIT
//
// Resets of CPUs and of the whole system, in the middle of anything. The guest judges what it sees after
// each; that time went on and stayed one is seen here.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace
{

using test::scratch;

struct outcome {
    test::finished end;
    nlohmann::json stats; // without what the host has to do with
};

outcome run_lua(const std::string &lua)
{
    const scratch where;
    outcome result;
    result.end =
        test::run(VP_PROGRAM, {where.write("platform.lua", lua), "--stats=" + where.stats()}, where.path());
    std::ifstream(where.stats()) >> result.stats;
    result.stats.erase("wall_s");
    return result;
}

outcome run(const std::string &spec)
{
    return run_lua("dofile(\"" BOARD "\")\nplatform = board { " + spec + " }\n");
}

constexpr uint64_t quantum_ns = 100000, block_ns = 512;

// SystemC's time and the counter at each boot: one time, that goes on.
void expect_one_time(const std::string &output, unsigned boots)
{
    std::istringstream lines(output);
    uint64_t before = 0;
    unsigned seen = 0;
    for (std::string line; std::getline(lines, line);) {
        unsigned boot = 0;
        unsigned long long systemc = 0, counter = 0;
        if (sscanf(line.c_str(), "boot %u: SystemC %llu ns, counter %llu ns", &boot, &systemc, &counter) !=
            3) {
            continue;
        }
        EXPECT_EQ(boot, seen) << output;
        EXPECT_GT(systemc, before) << output;
        EXPECT_LE(systemc, counter + quantum_ns + block_ns) << output;
        EXPECT_LE(counter, systemc + quantum_ns + block_ns) << output;
        before = systemc;
        seen++;
    }
    EXPECT_EQ(seen, boots) << output;
}

void expect_rounds(const std::string &spec, unsigned rounds)
{
    const outcome result = run(spec + ", rounds = " + std::to_string(rounds));
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.end.out.find("WRONG"), std::string::npos) << result.end.out;
    expect_one_time(result.end.out, rounds + 1);
}

// --- the whole system ----------------------------------------------------------------------------------

struct system_case {
    unsigned cpus;
    const char *method, *kind, *first;
};

void PrintTo(const system_case &each, std::ostream *out)
{
    *out << each.cpus << " CPUs, " << each.kind << " by " << each.method << ", the first " << each.first;
}

class whole_system : public testing::TestWithParam<system_case>
{
};

TEST_P(whole_system, is_reset_in_the_middle_of_anything)
{
    const system_case &each = GetParam();
    expect_rounds("program = \"reset_system\", cpus = " + std::to_string(each.cpus) + ", method = \"" +
                      each.method + "\", kind = \"" + each.kind + "\", first = \"" + each.first + "\"",
                  6);
}

INSTANTIATE_TEST_SUITE_P(
    all, whole_system,
    testing::Values(
        system_case{1, "register", "warm", "computes"}, system_case{1, "register", "cold", "sleeps"},
        system_case{1, "watchdog", "cold", "computes"}, system_case{1, "watchdog", "warm", "sleeps"},
        system_case{1, "psci", "cold", "computes"}, system_case{1, "systemc", "warm", "waits"},
        system_case{2, "register", "cold", "accesses"}, system_case{2, "watchdog", "warm", "hammers"},
        system_case{2, "psci", "warm", "computes"}, system_case{2, "systemc", "cold", "accesses"},
        system_case{4, "register", "warm", "hammers"}, system_case{4, "register", "cold", "waits"},
        system_case{4, "watchdog", "cold", "waits"}, system_case{4, "watchdog", "warm", "accesses"},
        system_case{4, "psci", "cold", "computes"}, system_case{4, "systemc", "cold", "sleeps"},
        system_case{4, "systemc", "warm", "computes"}),
    [](const testing::TestParamInfo<system_case> &each) {
        return std::to_string(each.param.cpus) + "_" + each.param.method + "_" + each.param.kind + "_" +
               each.param.first;
    });

// All CPUs in the same state, which the mixture above may not meet at the moment of the reset.
class all_cpus : public testing::TestWithParam<const char *>
{
};

TEST_P(all_cpus, are_reset_together)
{
    expect_rounds(std::string("program = \"reset_system\", cpus = 4, method = \"systemc\", others = \"") +
                      GetParam() + "\", first = \"" + GetParam() + "\"",
                  6);
}

INSTANTIATE_TEST_SUITE_P(all, all_cpus, testing::Values("computes", "sleeps", "accesses", "waits", "hammers"),
                         [](const auto &each) { return std::string(each.param); });

TEST(whole_system_paused, again_and_again_is_reset_all_the_same)
{
    for (const char *by : {"thread", "process"}) {
        expect_rounds("program = \"reset_system\", cpus = 4, method = \"watchdog\", kind = \"cold\", pauser "
                      "= { by = \"" +
                          std::string(by) + "\", at_ns = 1000, gap_ns = 7000, count = 100 }",
                      4);
    }
}

// As other programs' files have it. CPUs that are off after a reset stay so.
TEST(whole_system_with_a_gpio, keeps_those_off_that_start_off)
{
    for (const char *method : {"psci", "watchdog"}) {
        expect_rounds(
            std::string("program = \"reset_system\", cpus = 4, gpio = true, kind = \"cold\", method = \"") +
                method + "\"",
            4);
    }
}

TEST(whole_system_deterministic, has_the_same_run_each_time)
{
    const std::string spec = "program = \"reset_system\", cpus = 4, method = \"watchdog\", kind = \"cold\", "
                             "mode = \"deterministic\", rounds = 4";
    const outcome first = run(spec), second = run(spec);
    EXPECT_EQ(first.end.code, 0) << first.end.out << first.end.err;
    EXPECT_EQ(first.end.out, second.end.out);
    EXPECT_EQ(first.stats, second.stats);
    expect_one_time(first.end.out, 5);
}

// Two QEMUs, and a Cortex-M that has to read its vectors again; in the middle of a message, wherever that is.
TEST(two_qemus, are_reset_together)
{
    const outcome result = run_lua("param[\"platform.messages\"] = \"300\"\n"
                                   "param[\"platform.quantum_ns\"] = \"100000\"\n"
                                   "dofile(\"" CONF_DIR "/heterogeneous.lua\")\n"
                                   "platform.controller = { moduletype = \"reset_controller\",\n"
                                   "    target_socket = { address = 0x0a600000, size = 0x1000, bind = "
                                   "\"&router.initiator_socket\" } }\n"
                                   "platform.pulser = { moduletype = \"test_pulser\",\n"
                                   "    at_ns = { 200, 300000, 1234567, 2000000, 5000001, 5300000 },\n"
                                   "    out = { bind = \"&controller.cold_reset\" } }\n");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.end.out.find("300 messages, 0 wrong answers"), 0u) << result.end.out;
}

// --- one CPU -------------------------------------------------------------------------------------------

struct single_case {
    const char *spec;
    unsigned rounds;
};

void PrintTo(const single_case &each, std::ostream *out)
{
    *out << each.spec << ", " << each.rounds << " rounds";
}

class one_cpu : public testing::TestWithParam<single_case>
{
};

TEST_P(one_cpu, is_reset_and_powered_off_and_on_whatever_it_does)
{
    const std::string rounds = std::to_string(GetParam().rounds);
    const outcome result = run("program = \"reset_single\", rounds = " + rounds + ", " + GetParam().spec);
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_NE(result.end.out.find(rounds + " rounds, 0 wrong"), std::string::npos) << result.end.out;
}

// With turns each access to SystemC is two changes of thread, and a CPU that accesses all the time makes
// 55000 in a round. On a loaded host one takes 0.1 ms: 24 rounds were a minute or two, and nothing but that.
// Six have each way of resetting by a line twice, and PSCI.
INSTANTIATE_TEST_SUITE_P(all, one_cpu,
                         testing::Values(single_case{"cpus = 2", 24}, single_case{"cpus = 4", 24},
                                         single_case{"cpus = 4, psci = true", 24},
                                         single_case{"cpus = 4, psci = true, quantum_ns = 10000", 24},
                                         single_case{"cpus = 4, psci = true, mode = \"deterministic\"", 6}),
                         [](const auto &each) { return "case_" + std::to_string(each.index); });

} // namespace
