// SPDX-License-Identifier: MIT
//
// RISC-V: the guest's counters are exact, interrupts of the ACLINT, of another hart and of SystemC come at
// their time, and an instance of another target shares the timeline.
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
#include <unistd.h>
#include <vector>

namespace
{

constexpr uint64_t tick_ns = 100; // of the time CSR, board.lua
constexpr uint64_t iterations = 1000000;
constexpr uint64_t rounds = 20;

using test::scratch;

struct outcome {
    test::finished run;
    nlohmann::json stats;
};

outcome run_file(const std::string &program, const std::string &file,
                 const std::vector<std::string> &parameters)
{
    const scratch where;
    outcome result;
    std::vector<std::string> arguments = {file, "--stats=" + where.stats()};
    for (const std::string &each : parameters) {
        arguments.insert(arguments.end(), {"-p", "platform." + each});
    }
    result.run = test::run(program, arguments, where.path());
    std::ifstream in(where.stats());
    if (in) {
        in >> result.stats;
    }
    return result;
}

outcome run_board(const std::string &file, const std::vector<std::string> &parameters)
{
    return run_file(VP_PROGRAM, std::string(BOARDS_DIR) + "/" + file, parameters);
}

// "name: a 1 b 2": the number behind the word, in the line that begins so.
uint64_t figure(const std::string &output, const std::string &line, const std::string &word)
{
    const size_t begin = output.find(line + ":");
    EXPECT_NE(begin, std::string::npos) << line << " in:\n" << output;
    if (begin == std::string::npos) {
        return UINT64_MAX;
    }
    std::istringstream words(output.substr(begin + line.size() + 1, output.find('\n', begin) - begin));
    std::string name;
    uint64_t value = 0;
    while (words >> name >> value) {
        if (name == word) {
            return value;
        }
    }
    ADD_FAILURE() << "no '" << word << "' in line '" << line << "' of:\n" << output;
    return UINT64_MAX;
}

void expect_exact_clocks(const nlohmann::json &stats)
{
    for (const auto &vcpu : stats.at("vcpus")) {
        const unsigned __int128 scaled =
            static_cast<unsigned __int128>(vcpu.at("instructions").get<uint64_t>()) * 1000000000000u;
        EXPECT_EQ(vcpu.at("local_time_ps").get<uint64_t>() - vcpu.at("idle_ps").get<uint64_t>() -
                      vcpu.at("annotated_ps").get<uint64_t>(),
                  static_cast<uint64_t>(scaled / vcpu.at("insn_per_second").get<uint64_t>()))
            << vcpu;
    }
}

// --- the counters ------------------------------------------------------------------------------------

struct hart {
    const char *cpu;
    unsigned bits, count;
    uint64_t rate;
};

void PrintTo(const hart &each, std::ostream *out)
{
    *out << each.count << " x " << each.cpu << " at " << each.rate;
}

std::vector<std::string> parameters(const hart &of)
{
    return {"bits=" + std::to_string(of.bits), std::string("cpu=") + of.cpu,
            "harts=" + std::to_string(of.count), "rate=" + std::to_string(of.rate)};
}

class harts : public testing::TestWithParam<hart>
{
  protected:
    // A loop of two instructions, and the three that read the counters.
    static constexpr uint64_t instructions = 2 * iterations + 3;
    uint64_t work_ns() const { return instructions * 1000000000 / GetParam().rate; }
    uint64_t ns_of(uint64_t some) const { return some * 1000000000 / GetParam().rate; }
};

TEST_P(harts, count_instructions_cycles_and_time_exactly_and_see_each_interrupt_at_its_time)
{
    const outcome seen = run_board("board.lua", parameters(GetParam()));
    const std::string &out = seen.run.out;
    ASSERT_EQ(seen.run.code, 0) << out << seen.run.err;

    EXPECT_EQ(figure(out, "work", "instructions"), instructions);
    // Cycles are those of 1 GHz. A reading is of whole ones, so two of them may be off by one.
    EXPECT_NEAR(static_cast<double>(figure(out, "work", "cycles")), static_cast<double>(work_ns()), 1);
    EXPECT_NEAR(static_cast<double>(figure(out, "work", "ticks")), static_cast<double>(work_ns() / tick_ns),
                1);
    // Those two are read some instructions before and after.
    const uint64_t around = ns_of(200);
    EXPECT_GE(figure(out, "work", "mtime") + 1, work_ns() / tick_ns);
    EXPECT_LE(figure(out, "work", "mtime"), (work_ns() + around) / tick_ns + 1);
    EXPECT_GE(figure(out, "work", "systemc"), work_ns());
    EXPECT_LE(figure(out, "work", "systemc"), work_ns() + around);

    // A deadline is a whole tick after an instant between two, and what comes then is some instructions.
    for (const char *timer : {"timer, asleep", "timer, awake"}) {
        EXPECT_EQ(figure(out, timer, "seen"), rounds);
        EXPECT_EQ(figure(out, timer, "early"), 0u);
        EXPECT_LE(figure(out, timer, "latest"), 1 + (ns_of(40) + tick_ns - 1) / tick_ns) << out;
    }
    EXPECT_EQ(figure(out, "external", "seen"), rounds);
    EXPECT_EQ(figure(out, "external", "early"), 0u);
    EXPECT_LE(figure(out, "external", "latest"), ns_of(200)) << out;
    EXPECT_EQ(figure(out, "external sources", "right"), rounds);
    if (GetParam().count > 1) {
        EXPECT_EQ(figure(out, "other hart", "rounds"), rounds);
        EXPECT_LE(figure(out, "other hart", "ticks"), rounds * ns_of(500) / tick_ns) << out;
    }

    ASSERT_EQ(seen.stats.at("vcpus").size(), GetParam().count);
    expect_exact_clocks(seen.stats);
}

INSTANTIATE_TEST_SUITE_P(
    all, harts,
    testing::Values(hart{"cpu_riscv64", 64, 1, 1000000000}, hart{"cpu_riscv64", 64, 2, 1000000000},
                    hart{"cpu_riscv64", 64, 2, 250000000}, hart{"cpu_sifive_u54", 64, 1, 500000000},
                    hart{"qemu_cpu", 64, 2, 1000000000}, hart{"cpu_riscv32", 32, 1, 1000000000},
                    hart{"cpu_riscv32", 32, 2, 250000000}, hart{"cpu_sifive_e31", 32, 1, 100000000},
                    hart{"qemu_cpu", 32, 1, 1000000000}),
    [](const testing::TestParamInfo<hart> &each) {
        return std::string(each.param.cpu) + "_" + std::to_string(each.param.bits) + "_x" +
               std::to_string(each.param.count) + "_at_" + std::to_string(each.param.rate / 1000000) + "_MHz";
    });

// One hart, or two of which one at a time executes: nothing of the host is in the figures.
TEST(riscv, is_the_same_each_time)
{
    std::string output;
    uint64_t end_ps = 0;
    for (int i = 0; i < 3; i++) {
        const outcome seen = run_board("board.lua", {"harts=2", "mode=deterministic"});
        ASSERT_EQ(seen.run.code, 0) << seen.run.out << seen.run.err;
        if (i == 0) {
            output = seen.run.out;
            end_ps = seen.stats.at("sim_time_ps").get<uint64_t>();
        }
        EXPECT_EQ(seen.run.out, output);
        EXPECT_EQ(seen.stats.at("sim_time_ps").get<uint64_t>(), end_ps);
    }
}

// --- reset and halt ----------------------------------------------------------------------------------

// The same board, with a timer that raises the hart's line 20 ns after the start, before it has done anything
// that counts, and a script that lowers it at 10 ms.
outcome run_held(const std::string &line)
{
    const std::string file = testing::TempDir() + "timekeeper-riscv-held-" + line + ".lua";
    std::ofstream(file) << "dofile('" BOARDS_DIR "/board.lua')\n"
                           "platform.holder = { moduletype = 'sc_timer', irq = { bind = '&hart_0."
                        << line
                        << "' },\n"
                           "    target_socket = { address = 0x0a300000, size = 0x1000,\n"
                           "        bind = '&router.initiator_socket' } }\n"
                           "platform.script = { moduletype = 'test_script', socket = { bind = "
                           "'&router.target_socket' },\n"
                           "    { write = 0x0a300010, value = 20 }, { write = 0x0a300008, value = 7 },\n"
                           "    { wait_ns = 10000000 }, { write = 0x0a30000c, value = 1 } }\n";
    const outcome seen = run_file(VP_SCRIPTED, file, {});
    unlink(file.c_str());
    return seen;
}

class hart_line : public testing::TestWithParam<const char *>
{
};

TEST_P(hart_line, holds_the_hart_while_time_goes_on)
{
    const outcome free = run_board("board.lua", {}), held = run_held(GetParam());
    ASSERT_EQ(free.run.code, 0) << free.run.err;
    ASSERT_EQ(held.run.code, 0) << held.run.out << held.run.err;
    EXPECT_EQ(figure(held.run.out, "work", "instructions"), 2 * iterations + 3);
    const uint64_t free_ps = free.stats.at("sim_time_ps").get<uint64_t>(),
                   held_ps = held.stats.at("sim_time_ps").get<uint64_t>();
    EXPECT_NEAR(static_cast<double>(held_ps - free_ps), 10e9, 1e9) << "10 ms, to a quantum";
    expect_exact_clocks(held.stats);
}

INSTANTIATE_TEST_SUITE_P(lines, hart_line, testing::Values("reset", "halt"),
                         [](const auto &each) { return std::string(each.param); });

// --- two targets -------------------------------------------------------------------------------------

class two_targets : public testing::TestWithParam<uint64_t>
{
};

// conf/heterogeneous.lua's guest checks each answer, and that nothing is heard before it is sent by more than
// a quantum.
TEST_P(two_targets, share_one_timeline)
{
    const outcome seen =
        run_board("two_targets.lua", {"messages=2000", "quantum_ns=" + std::to_string(GetParam())});
    ASSERT_EQ(seen.run.code, 0) << seen.run.out << seen.run.err;
    EXPECT_NE(seen.run.out.find("2000 messages, 0 wrong answers"), std::string::npos) << seen.run.out;
    ASSERT_EQ(seen.stats.at("vcpus").size(), 3u);
    constexpr uint64_t block_ps = 512 * 1000000000000u / 100000000; // of the slower CPU
    EXPECT_LE(seen.stats.at("max_skew_ps").get<uint64_t>(), GetParam() * 1000 + block_ps) << seen.stats;
    EXPECT_LE(seen.stats.at("max_systemc_lag_ps").get<uint64_t>(), GetParam() * 1000 + block_ps)
        << seen.stats;
    expect_exact_clocks(seen.stats);
    for (const auto &vcpu : seen.stats.at("vcpus")) {
        EXPECT_GT(vcpu.at("instructions").get<uint64_t>(), 2000u) << vcpu;
    }
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, two_targets, testing::Values(10000, 100000, 1000000),
                         testing::PrintToStringParamName());

// --- mistakes ----------------------------------------------------------------------------------------

struct mistake {
    const char *name;
    std::vector<std::string> parameters;
    std::vector<const char *> words;
};

void PrintTo(const mistake &each, std::ostream *out)
{
    *out << each.name;
}

class riscv_mistakes : public testing::TestWithParam<mistake>
{
};

TEST_P(riscv_mistakes, are_one_line_that_says_what_is_lacking)
{
    const outcome seen = run_board("board.lua", GetParam().parameters);
    EXPECT_EQ(seen.run.code, 2) << seen.run.err;
    for (const char *each : GetParam().words) {
        EXPECT_NE(seen.run.err.find(each), std::string::npos) << seen.run.err;
    }
    EXPECT_EQ(seen.run.err.find('\n'), seen.run.err.size() - 1) << seen.run.err;
}

INSTANTIATE_TEST_SUITE_P(
    all, riscv_mistakes,
    testing::Values(
        mistake{"swi_without_its_hart", {"swi.num_harts=2"}, {"platform.swi", "no CPU with hartid 1"}},
        mistake{
            "mtimer_without_its_hart", {"mtimer.hartid_base=7"}, {"platform.mtimer", "no CPU with hartid 7"}},
        mistake{
            "mtimer_without_a_frequency", {"mtimer.timebase_freq=0"}, {"platform.mtimer", "timebase_freq"}},
        mistake{"plic_without_its_hart",
                {"plic.hart_config=M,M", "plic.num_harts=2"},
                {"platform.plic", "no CPU with hartid 1"}},
        mistake{"plic_of_another_number_of_harts",
                {"plic.hart_config=M,M"},
                {"platform.plic", "num-harts is 1, but hart-config 'M,M' has 2"}},
        mistake{"plic_of_an_unknown_mode", {"plic.hart_config=X"}, {"platform.plic", "hart-config 'X'"}}),
    [](const testing::TestParamInfo<mistake> &each) { return std::string(each.param.name); });

} // namespace
