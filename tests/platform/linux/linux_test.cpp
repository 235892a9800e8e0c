// SPDX-License-Identifier: MIT
//
// Debian's kernel boots on 1 to 8 CPUs, its clocks are those of the timeline, and its power-off ends the run.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace
{

constexpr uint64_t second_ns = 1000000000;
constexpr uint64_t slack_ns = 50000;          // Linux's timer slack of a normal process: man 2 prctl
constexpr uint64_t wake_up_ns = 100000;       // what the kernel executes from the timer to the process
constexpr uint64_t longest_block_ps = 512000; // 512 instructions, QEMU's limit, at 1e9 a second

using test::scratch;

std::string platform_file(const std::string &architecture)
{
    return std::string(CONF_DIR) + "/linux-" + architecture + ".lua";
}

struct clocks {
    uint64_t counter_ns = 0, uptime_ns = 0, systemc_ns = 0;
};

// The line that begins so; "" if there is none.
std::string line_of(const std::string &output, const std::string &beginning)
{
    const size_t at = output.find(beginning);
    return at == std::string::npos ? "" : output.substr(at, output.find('\n', at) - at);
}

clocks read_clocks(const std::string &output, const std::string &which)
{
    clocks found;
    unsigned long long counter = 0, uptime = 0, systemc = 0;
    const std::string line = line_of(output, "clocks: " + which);
    EXPECT_EQ(sscanf(line.c_str(),
                     ("clocks: " + which + " counter %llu ns, uptime %llu ns, SystemC %llu ns").c_str(),
                     &counter, &uptime, &systemc),
              3)
        << output;
    found.counter_ns = counter;
    found.uptime_ns = uptime;
    found.systemc_ns = systemc;
    return found;
}

double read_uptime(const std::string &output, const std::string &beginning)
{
    const std::string line = line_of(output, beginning);
    return line.empty() ? -1 : strtod(line.c_str() + beginning.size(), nullptr);
}

uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

struct machine {
    const char *architecture;
    unsigned cpus;
    uint64_t quantum_ns;
};

void PrintTo(const machine &each, std::ostream *out)
{
    *out << each.architecture << ", " << each.cpus << " CPUs, quantum " << each.quantum_ns << " ns";
}

class linux_boots : public testing::TestWithParam<machine>
{
};

void expect_one_time(const std::string &output, uint64_t quantum_ns)
{
    const clocks now = read_clocks(output, "now"), slept = read_clocks(output, "slept");
    EXPECT_LE(apart(now.counter_ns, now.systemc_ns), quantum_ns + longest_block_ps / 1000) << output;
    for (const uint64_t each : {slept.counter_ns, slept.uptime_ns}) {
        EXPECT_GE(each, 2 * second_ns) << output;
        EXPECT_LE(each, 2 * second_ns + 2 * second_ns / 100) << output;
    }
    EXPECT_GE(slept.systemc_ns + quantum_ns, 2 * second_ns) << output;
    EXPECT_LE(slept.systemc_ns, 2 * second_ns + quantum_ns + slack_ns + wake_up_ns) << output;

    // `sleep 2` between two looks at /proc/uptime, which has two digits.
    const double before = read_uptime(output, "self-test: uptime "),
                 after = read_uptime(output, "self-test: uptime after sleep 2 ");
    ASSERT_GT(before, 0) << output;
    EXPECT_GE(after - before, 1.985) << output;
    EXPECT_LE(after - before, 2.035) << output;
}

TEST_P(linux_boots, sleeps_works_on_all_cpus_and_powers_off)
{
    const scratch where;
    const std::string cpus = std::to_string(GetParam().cpus);
    const test::finished result = test::run(
        VP_PROGRAM,
        {platform_file(GetParam().architecture), "-p", "platform.cpus=" + cpus, "-p", "platform.shell=false",
         "-p", "platform.quantum_ns=" + std::to_string(GetParam().quantum_ns), "--stats=" + where.stats()},
        where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("self-test: cpus online " + cpus + ","), std::string::npos) << result.out;
    const std::string workers = std::to_string(2 * GetParam().cpus);
    EXPECT_NE(result.out.find("self-test: " + workers + " of " + workers + " workers came back"),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("self-test: done"), std::string::npos) << result.out;
    expect_one_time(result.out, GetParam().quantum_ns);

    nlohmann::json stats;
    std::ifstream(where.stats()) >> stats;
    ASSERT_EQ(stats.at("vcpus").size(), GetParam().cpus);
    const uint64_t bound_ps = GetParam().quantum_ns * 1000 + longest_block_ps;
    EXPECT_LE(stats.at("max_skew_ps").get<uint64_t>(), bound_ps) << stats;
    EXPECT_LE(stats.at("max_systemc_lag_ps").get<uint64_t>(), bound_ps) << stats;
    for (const auto &vcpu : stats.at("vcpus")) {
        EXPECT_EQ(vcpu.at("local_time_ps").get<uint64_t>(),
                  vcpu.at("instructions").get<uint64_t>() * 1000 + vcpu.at("idle_ps").get<uint64_t>() +
                      vcpu.at("annotated_ps").get<uint64_t>())
            << vcpu; // at 1e9 instructions a second
    }
}

std::vector<machine> machines()
{
    std::vector<machine> all = {{"aarch64", 1, 1000000}, {"aarch64", 2, 1000000}, {"aarch64", 4, 1000000},
                                {"aarch64", 8, 1000000}, {"aarch64", 4, 10000},   {"aarch64", 2, 10000000}};
    if (WITH_RISCV64) {
        all.insert(all.end(), {{"riscv64", 1, 1000000},
                               {"riscv64", 2, 1000000},
                               {"riscv64", 4, 1000000},
                               {"riscv64", 2, 10000}});
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(all, linux_boots, testing::ValuesIn(machines()),
                         [](const testing::TestParamInfo<machine> &each) {
                             return std::string(each.param.architecture) + "_cpus_" +
                                    std::to_string(each.param.cpus) + "_quantum_ns_" +
                                    std::to_string(each.param.quantum_ns);
                         });

// LPIs come through tables in the RAM, which QEMU's GIC reads by itself.
TEST(linux_boots_too, on_another_cpu_with_an_its)
{
    const scratch where;
    const test::finished result =
        test::run(VP_PROGRAM,
                  {platform_file("aarch64"), "-p", "platform.cpus=2", "-p", "platform.shell=false", "-p",
                   "platform.cpu_0.moduletype=cpu_arm_neoverseN1", "-p",
                   "platform.cpu_1.moduletype=cpu_arm_neoverseN1"},
                  where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("self-test: interrupts: 1 ITS"), std::string::npos) << result.out;
    expect_one_time(result.out, 1000000);
}

std::vector<std::string> architectures()
{
    std::vector<std::string> all = {"aarch64"};
    if (WITH_RISCV64) {
        all.emplace_back("riscv64");
    }
    return all;
}

class linux_shell : public testing::TestWithParam<std::string>
{
};

TEST_P(linux_shell, takes_commands_from_standard_input)
{
    const scratch where;
    test::program vp(VP_PROGRAM,
                     {platform_file(GetParam()), "-p", "platform.shell=true", "-p", "platform.idle=warp"},
                     where.path(), "", true);
    // What is typed before the console is open is lost, as on any machine.
    ASSERT_TRUE(vp.wait_for_output(" # ")); // "/" or "~" before it
    vp.write("echo sum-$((40+2)); exit\n");
    const test::finished result = vp.finish();
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("sum-42"), std::string::npos) << result.out;
}

// PSCI on Arm, OpenSBI's hart state management on RISC-V.
TEST_P(linux_shell, takes_a_cpu_away_and_back)
{
    const scratch where;
    test::program vp(VP_PROGRAM,
                     {platform_file(GetParam()), "-p", "platform.shell=true", "-p", "platform.idle=warp"},
                     where.path(), "", true);
    ASSERT_TRUE(vp.wait_for_output(" # "));
    vp.write("cd /sys/devices/system/cpu; for i in 1 2 3; do echo 0 >cpu1/online; cat online; "
             "echo 1 >cpu1/online; cat online; done | tr '\\n' ' '; exit\n");
    const test::finished result = vp.finish();
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("0 0-1 0 0-1 0 0-1 "), std::string::npos) << result.out;
}

INSTANTIATE_TEST_SUITE_P(all, linux_shell, testing::ValuesIn(architectures()),
                         [](const testing::TestParamInfo<std::string> &each) { return each.param; });

class linux_reboots : public testing::TestWithParam<unsigned>
{
};

// PSCI SYSTEM_RESET: all CPUs and devices are reset, kernel, initrd and device tree are loaded again. Linux's
// clock begins anew, and the timeline goes on.
TEST_P(linux_reboots, and_time_goes_on)
{
    const scratch where;
    const std::string cpus = std::to_string(GetParam());
    test::program vp(VP_PROGRAM,
                     {std::string(CONF_DIR) + "/linux-aarch64.lua", "-p", "platform.shell=true", "-p",
                      "platform.idle=warp", "-p", "platform.cpus=" + cpus},
                     where.path(), "", true);
    ASSERT_TRUE(vp.wait_for_output(" # "));
    vp.write("clocks; reboot -f\n");
    ASSERT_TRUE(vp.wait_for_output(" # ", 2)) << vp.finish().err;
    vp.write("clocks; echo online-$(nproc); exit\n");
    const test::finished result = vp.finish();
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("online-" + cpus), std::string::npos) << result.out;
    const size_t second = result.out.rfind("clocks: now");
    ASSERT_GT(second, result.out.find("clocks: now")) << result.out;
    const clocks before = read_clocks(result.out, "now"),
                 after = read_clocks(result.out.substr(second), "now");
    EXPECT_GT(after.systemc_ns, before.systemc_ns) << result.out;
    EXPECT_LE(apart(after.counter_ns, after.systemc_ns), 1000000 + longest_block_ps / 1000) << result.out;
    EXPECT_LT(after.uptime_ns, after.systemc_ns - before.systemc_ns) << result.out;
}

INSTANTIATE_TEST_SUITE_P(cpus, linux_reboots, testing::Values(1, 2, 4), testing::PrintToStringParamName());

class linux_platform : public testing::TestWithParam<std::string>
{
};

TEST_P(linux_platform, refuses_a_number_of_cpus_that_there_cannot_be)
{
    const scratch where;
    for (const char *each : {"0", "9", "two"}) {
        const test::finished result =
            test::run(VP_PROGRAM, {platform_file(GetParam()), "-p", std::string("platform.cpus=") + each},
                      where.path());
        EXPECT_EQ(result.code, 2);
        EXPECT_NE(result.err.find("platform.cpus"), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
    }
}

INSTANTIATE_TEST_SUITE_P(all, linux_platform, testing::ValuesIn(architectures()),
                         [](const testing::TestParamInfo<std::string> &each) { return each.param; });

} // namespace
