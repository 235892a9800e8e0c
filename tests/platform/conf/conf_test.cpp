// SPDX-License-Identifier: MIT
//
// conf/hello.lua, smp.lua, cortex-m.lua and heterogeneous.lua through vp: the guest's verdict, and the
// figures.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace
{

using test::scratch;

test::finished run_vp(const std::string &conf, const std::vector<std::string> &more, const scratch &where)
{
    std::vector<std::string> arguments = {std::string(CONF_DIR) + "/" + conf};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run(VP_PROGRAM, arguments, where.path());
}

nlohmann::json read_stats(const scratch &where)
{
    nlohmann::json stats;
    std::ifstream(where.file("stats.json")) >> stats;
    return stats;
}

uint64_t executed_ps(const nlohmann::json &vcpu)
{
    const unsigned __int128 scaled =
        static_cast<unsigned __int128>(vcpu.at("instructions").get<uint64_t>()) * 1000000000000u;
    return static_cast<uint64_t>(scaled / vcpu.at("insn_per_second").get<uint64_t>());
}

void expect_exact_clocks(const nlohmann::json &stats)
{
    for (const auto &vcpu : stats.at("vcpus")) {
        EXPECT_EQ(vcpu.at("local_time_ps").get<uint64_t>() - vcpu.at("idle_ps").get<uint64_t>() -
                      vcpu.at("annotated_ps").get<uint64_t>(),
                  executed_ps(vcpu))
            << vcpu;
    }
}

TEST(hello, prints_and_exits_with_exact_figures)
{
    const scratch where;
    const test::finished result = run_vp("hello.lua", {"--stats=" + where.file("stats.json")}, where);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out.find("Hello from qemu-timekeeper"), 0u) << result.out;

    const nlohmann::json stats = read_stats(where);
    for (const char *key : {"sim_time_ps", "global_time_ps", "quantum_ps", "token_handovers", "max_skew_ps",
                            "max_systemc_lag_ps"}) {
        EXPECT_TRUE(stats.at(key).is_number_unsigned()) << key;
    }
    EXPECT_TRUE(stats.at("wall_s").is_number());
    ASSERT_EQ(stats.at("vcpus").size(), 1u);
    const auto &vcpu = stats.at("vcpus")[0];
    EXPECT_EQ(vcpu.at("name"), "platform.cpu_0");
    EXPECT_EQ(vcpu.at("index"), 0);
    EXPECT_GT(vcpu.at("instructions").get<uint64_t>(), 100u);
    EXPECT_GE(vcpu.at("token_holds").get<uint64_t>(), 1u);
    EXPECT_TRUE(vcpu.contains("pauses"));
    EXPECT_EQ(stats.at("quantum_ps"), 1000000000u);
    expect_exact_clocks(stats);
}

// One CPU and no host in it: all figures but the wall clock's are the same each time.
TEST(hello, is_the_same_each_time)
{
    const scratch where;
    std::vector<nlohmann::json> runs;
    for (int i = 0; i < 5; i++) {
        const test::finished result = run_vp("hello.lua", {"--stats=" + where.file("stats.json")}, where);
        ASSERT_EQ(result.code, 0) << result.err;
        runs.push_back(read_stats(where));
        EXPECT_EQ(runs.back().at("vcpus")[0].at("instructions"), runs[0].at("vcpus")[0].at("instructions"));
        EXPECT_EQ(runs.back().at("sim_time_ps"), runs[0].at("sim_time_ps"));
    }
}

TEST(hello, another_rate_changes_the_time_and_not_the_count)
{
    const scratch where;
    ASSERT_EQ(run_vp("hello.lua", {"--stats=" + where.file("stats.json")}, where).code, 0);
    const auto fast = read_stats(where);
    ASSERT_EQ(
        run_vp("hello.lua",
               {"-p", "platform.cpu_0.insn_per_second=333333333", "--stats=" + where.file("stats.json")},
               where)
            .code,
        0);
    const auto slow = read_stats(where);
    expect_exact_clocks(slow);
    EXPECT_GT(slow.at("sim_time_ps").get<uint64_t>(), 2 * fast.at("sim_time_ps").get<uint64_t>());
}

// --- smp ---------------------------------------------------------------------------------------------

class smp : public testing::TestWithParam<uint64_t>
{
};

constexpr uint64_t slowest_rate = 400000000;
constexpr uint64_t longest_block_ps = 512 * 1000000000000u / slowest_rate; // 512 instructions: QEMU's limit

TEST_P(smp, clocks_agree_twenty_times_in_a_row)
{
    const scratch where;
    const uint64_t quantum_ps = GetParam() * 1000;

    for (int i = 0; i < 20; i++) {
        const test::finished result = run_vp("smp.lua",
                                             {"-p", "platform.quantum_ns=" + std::to_string(GetParam()),
                                              "--stats=" + where.file("stats.json")},
                                             where);
        ASSERT_EQ(result.code, 0) << "run " << i << "\n" << result.out << result.err;
        EXPECT_NE(result.out.find("all clocks agree within one quantum (" + std::to_string(GetParam()) +
                                  " ns): yes"),
                  std::string::npos)
            << result.out;
        EXPECT_NE(result.out.find("20 expiries"), std::string::npos) << result.out;
        const nlohmann::json stats = read_stats(where);
        EXPECT_LE(stats.at("max_skew_ps").get<uint64_t>(), quantum_ps + longest_block_ps) << stats;
        EXPECT_LE(stats.at("max_systemc_lag_ps").get<uint64_t>(), quantum_ps + longest_block_ps) << stats;
        EXPECT_GE(stats.at("global_time_ps").get<uint64_t>(), stats.at("sim_time_ps").get<uint64_t>());
        EXPECT_EQ(stats.at("vcpus").size(), 4u);
        expect_exact_clocks(stats);
    }
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, smp, testing::Values(10000, 100000, 1000000, 10000000),
                         testing::PrintToStringParamName());

// --- cortex-m and heterogeneous ----------------------------------------------------------------------

class cortex_m : public testing::TestWithParam<const char *>
{
};

TEST_P(cortex_m, sees_each_interrupt_at_its_time)
{
    const scratch where;
    const test::finished result = run_vp(
        "cortex-m.lua",
        {"-p", std::string("platform.cpu_0.moduletype=") + GetParam(), "--stats=" + where.file("stats.json")},
        where);
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("SysTick: 20 interrupts, 0 early"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("SystemC timer: 20 interrupts, 0 early"), std::string::npos) << result.out;
    expect_exact_clocks(read_stats(where));
}

INSTANTIATE_TEST_SUITE_P(models, cortex_m,
                         testing::Values("cpu_arm_cortexM3", "cpu_arm_cortexM4", "cpu_arm_cortexM7",
                                         "cpu_arm_cortexM33", "cpu_arm_cortexM55"));

// QEMU's own timers are no faster than 10 us when time is the host's. Here each tick is at its own time, so
// the last of 20 is no later than the first: by what the handler takes to read the time.
TEST(cortex_m_systick, of_5_us_is_as_exact_as_one_of_1_ms)
{
    const scratch where;
    const test::finished result = run_vp("cortex-m.lua", {"-p", "platform.tick_ns=5000"}, where);
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    const std::string intro = "SysTick: 20 interrupts, 0 early, the latest ";
    const size_t at = result.out.find(intro);
    ASSERT_NE(at, std::string::npos) << result.out;
    EXPECT_LT(std::stoul(result.out.substr(at + intro.size())), 5000u) << result.out;
}

class heterogeneous : public testing::TestWithParam<uint64_t>
{
};

TEST_P(heterogeneous, loses_no_message_and_keeps_the_bound_across_instances)
{
    const scratch where;
    const std::string messages = GetParam() == 100000 ? "100000" : "2000";
    const test::finished result =
        run_vp("heterogeneous.lua",
               {"-p", "platform.messages=" + messages, "-p",
                "platform.quantum_ns=" + std::to_string(GetParam()), "--stats=" + where.file("stats.json")},
               where);
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_EQ(result.out.find(messages + " messages, 0 wrong answers"), 0u) << result.out;
    const nlohmann::json stats = read_stats(where);
    ASSERT_EQ(stats.at("vcpus").size(), 3u);
    constexpr uint64_t m4_block_ps = 512 * 1000000000000u / 100000000;
    EXPECT_LE(stats.at("max_skew_ps").get<uint64_t>(), GetParam() * 1000 + m4_block_ps) << stats;
    EXPECT_LE(stats.at("max_systemc_lag_ps").get<uint64_t>(), GetParam() * 1000 + m4_block_ps) << stats;
    expect_exact_clocks(stats);
    for (const auto &vcpu : stats.at("vcpus")) {
        EXPECT_GT(vcpu.at("instructions").get<uint64_t>(), 2000u) << vcpu;
    }
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, heterogeneous, testing::Values(10000, 100000, 1000000),
                         testing::PrintToStringParamName());

// --- wrong input and early ends ----------------------------------------------------------------------

struct mistake {
    const char *name, *conf;
    std::vector<std::string> arguments;
    std::vector<const char *> words; // in the error
};

class smp_refuses : public testing::TestWithParam<mistake>
{
};

TEST_P(smp_refuses, with_one_line_and_code_2)
{
    const scratch where;
    test::program vp(
        VP_PROGRAM,
        [] {
            std::vector<std::string> all = {std::string(CONF_DIR) + "/" + GetParam().conf};
            all.insert(all.end(), GetParam().arguments.begin(), GetParam().arguments.end());
            return all;
        }(),
        where.path());
    const test::finished result = vp.finish();
    EXPECT_EQ(result.code, 2) << result.err;
    for (const char *word : GetParam().words) {
        EXPECT_NE(result.err.find(word), std::string::npos) << result.err;
    }
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
    EXPECT_FALSE(vp.left_something_running());
}

INSTANTIATE_TEST_SUITE_P(
    all, smp_refuses,
    testing::Values(
        mistake{"rate_0",
                "smp.lua",
                {"-p", "platform.cpu_1.insn_per_second=0"},
                {"platform.cpu_1", "insn_per_second"}},
        mistake{"unknown_parameter",
                "smp.lua",
                {"-p", "platform.cpu_1.insn_per_secnd=5"},
                {"platform.cpu_1", "insn_per_secnd", "insn_per_second"}},
        mistake{"quantum_0", "hello.lua", {"-p", "platform.quantum_ns=0"}, {"platform", "quantum_ns"}},
        mistake{"idle_mode", "hello.lua", {"-p", "platform.idle=often"}, {"idle", "warp"}},
        mistake{"qemu_argument",
                "hello.lua",
                {"-p", "platform.qemu_inst.qemu_args=-nonsense"},
                {"platform.qemu_inst", "nonsense"}},
        mistake{"target",
                "hello.lua",
                {"-p", "platform.qemu_inst.args.2=PDP11"},
                {"platform.qemu_inst", "libqemu-system-pdp11"}}),
    [](const testing::TestParamInfo<mistake> &each) { return std::string(each.param.name); });

TEST(smp_missing_elf, is_one_line_and_code_2)
{
    const scratch where;
    setenv("TIMEKEEPER_FIRMWARE_DIR", where.path().c_str(), 1);
    const test::finished result = run_vp("smp.lua", {}, where);
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find("smp.elf"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("smp.lua:"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("platform.loader"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
}

TEST(smp_signal, sigterm_ends_a_run_with_cpus_in_the_middle_of_it)
{
    const scratch where;
    test::program vp(VP_PROGRAM, {std::string(CONF_DIR) + "/smp.lua", "-p", "platform.quantum_ns=10000"},
                     where.path());
    ASSERT_TRUE(vp.wait_for_output("cpu 3:"));
    kill(vp.pid(), SIGTERM);
    const test::finished result = vp.finish();
    // It may have come to its end by itself before the signal was there.
    EXPECT_TRUE(result.code == 128 + SIGTERM || result.code == 0) << result.code << result.err;
    EXPECT_FALSE(vp.left_something_running());
}

} // namespace
