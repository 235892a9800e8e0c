// SPDX-License-Identifier: MIT
//
// The icount plugin alone: virtual time follows the instructions, and wrong use is refused.
#include "support/program.h"

#include "count.h"
#include "faults.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace
{

struct counted {
    unsigned cpu = 0;
    uint64_t instructions = 0, start_ns = 0, end_ns = 0;
};

test::finished run_qemu(const std::string &plugin_options, const std::vector<std::string> &more,
                        const char *elf = COUNT_ELF)
{
    std::vector<std::string> arguments = {"-M",
                                          "virt,gic-version=3",
                                          "-cpu",
                                          "cortex-a53",
                                          "-nographic",
                                          "-nic",
                                          "none",
                                          "-kernel",
                                          elf,
                                          "-plugin",
                                          ICOUNT_PLUGIN + plugin_options};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_with_plugin(QEMU_SYSTEM, arguments, ".");
}

std::vector<counted> read_counts(const std::string &output)
{
    std::vector<counted> all;
    std::istringstream lines(output);
    std::string line;
    while (std::getline(lines, line)) {
        counted each;
        unsigned long long instructions, start, end;
        if (sscanf(line.c_str(), "cpu %u instructions %llu start %llu end %llu", &each.cpu, &instructions,
                   &start, &end) == 4) {
            each.instructions = instructions;
            each.start_ns = start;
            each.end_ns = end;
            all.push_back(each);
        }
    }
    return all;
}

// floor(n / rate) in ns
uint64_t time_ns(uint64_t n, uint64_t rate)
{
    return static_cast<uint64_t>(static_cast<unsigned __int128>(n) * 1000000000u / rate);
}

constexpr uint64_t tick_ns = 16; // of the generic timers' counter, 62.5 MHz
constexpr uint64_t block = 512;  // instructions: QEMU's longest translation block
constexpr uint64_t quantum_ns = 1000000;

// CPU 0 starts at time 0. The others start when CPU 0 powers them on, at some time up to a quantum before the
// counter shows it: their difference of two readings is right to two quanta.
void expect_times(const std::vector<counted> &counts, const std::vector<uint64_t> &rates)
{
    ASSERT_EQ(counts.size(), rates.size());
    for (const counted &each : counts) {
        const uint64_t rate = rates[each.cpu];
        const uint64_t slack = (each.cpu == 0 ? 1 : 2) * quantum_ns + time_ns(block, rate) + 2 * tick_ns;
        const uint64_t measured = each.cpu == 0 ? each.end_ns : each.end_ns - each.start_ns;
        const uint64_t expected = time_ns(each.instructions, rate);
        EXPECT_EQ(each.instructions, static_cast<uint64_t>(COUNT_INSNS));
        EXPECT_LE(measured, expected + time_ns(COUNT_BOOT_INSNS, rate) + slack) << "cpu " << each.cpu;
        EXPECT_GE(measured + slack, expected) << "cpu " << each.cpu;
    }
}

// Keeps the host's cores busy while it lives.
class host_load
{
  public:
    explicit host_load(unsigned threads)
    {
        for (unsigned i = 0; i < threads; i++) {
            m_threads.emplace_back([this] {
                while (!m_stop.load(std::memory_order_relaxed)) {
                }
            });
        }
    }
    ~host_load()
    {
        m_stop = true;
        for (std::thread &each : m_threads) {
            each.join();
        }
    }

  private:
    std::atomic<bool> m_stop{false};
    std::vector<std::thread> m_threads;
};

const char *const usual = ",insn_per_second=1000000000,quantum_insn=1000000";

TEST(plugin_alone, one_cpu_is_exact)
{
    const test::finished result = run_qemu(usual, {"-smp", "1"});
    EXPECT_EQ(result.code, 0) << result.err;
    const auto counts = read_counts(result.out);
    ASSERT_EQ(counts.size(), 1u) << result.out;
    // Nobody else drives time: to the tick of the counter.
    const uint64_t measured = counts[0].end_ns - counts[0].start_ns,
                   expected = time_ns(COUNT_INSNS, 1000000000);
    EXPECT_LE(measured, expected + 2 * tick_ns + block);
    EXPECT_GE(measured + 2 * tick_ns, expected);
}

TEST(plugin_alone, two_cpus)
{
    const test::finished result = run_qemu(usual, {"-smp", "2"});
    EXPECT_EQ(result.code, 0) << result.err;
    expect_times(read_counts(result.out), {1000000000, 1000000000});
}

TEST(plugin_alone, two_cpus_under_host_load)
{
    const host_load load(4);
    const test::finished result = run_qemu(usual, {"-smp", "2"});
    EXPECT_EQ(result.code, 0) << result.err;
    expect_times(read_counts(result.out), {1000000000, 1000000000});
}

TEST(plugin_alone, rates_of_their_own)
{
    const test::finished result = run_qemu(",insn_per_second=1000000000,insn_per_second.1=400000000,insn_per_"
                                           "second.2=333333333,quantum_ns=1000000",
                                           {"-smp", "3"});
    EXPECT_EQ(result.code, 0) << result.err;
    expect_times(read_counts(result.out), {1000000000, 400000000, 333333333});
}

TEST(plugin_alone, warps_over_idle_time)
{
    const test::finished result = run_qemu(",idle=warp,quantum_ns=1000000", {"-smp", "4"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(read_counts(result.out).size(), 4u) << result.out;
}

// --- exceptions in the middle of a block ---------------------------------------------------------------

struct faults {
    unsigned long long aborts = 0, calls = 0, reads = 0, traps = 0;
};

// Time goes by one tick of the guest's counter for each instruction that is counted, and no quantum ends.
faults count_faults(const std::string &counting)
{
    const test::finished result =
        run_qemu(",insn_per_second=62500000,quantum_ns=10000000000,idle=warp,counting=" + counting,
                 {"-smp", "1"}, FAULTS_ELF);
    EXPECT_EQ(result.code, 0) << result.err;
    faults all;
    EXPECT_EQ(sscanf(result.out.c_str(), "aborts %llu calls %llu reads %llu traps %llu", &all.aborts,
                     &all.calls, &all.reads, &all.traps),
              4)
        << result.out;
    return all;
}

TEST(plugin_alone, counting_by_instruction_is_exact_whatever_leaves_a_block)
{
    const faults counted = count_faults("instruction");
    EXPECT_EQ(counted.aborts, FAULTS_ABORTS_INSNS);
    EXPECT_EQ(counted.calls, FAULTS_CALLS_INSNS);
    EXPECT_EQ(counted.reads, FAULTS_READS_INSNS);
    EXPECT_EQ(counted.traps, FAULTS_TRAPS_INSNS);
}

TEST(plugin_alone, counting_by_block_takes_back_what_was_not_executed)
{
    const faults counted = count_faults("block");
    EXPECT_EQ(counted.aborts, FAULTS_ABORTS_INSNS);
    EXPECT_EQ(counted.calls, FAULTS_CALLS_INSNS);
    EXPECT_EQ(counted.reads, FAULTS_READS_INSNS) << "a device is read in a block of its own";
}

// What docs/time-model.md says that it costs: QEMU does not know where in the block a trapped register is.
TEST(plugin_alone, counting_by_block_counts_what_is_behind_a_trapped_register_twice)
{
    EXPECT_EQ(count_faults("block").traps, FAULTS_TRAPS_INSNS + FAULTS_BEHIND * FAULTS_TURNS);
}

// --- refusals ----------------------------------------------------------------------------------------

struct refusal {
    const char *name, *plugin_options;
    std::vector<std::string> more;
    const char *message;
};

class plugin_refuses : public testing::TestWithParam<refusal>
{
};

TEST_P(plugin_refuses, wrong_use)
{
    const test::finished result = run_qemu(GetParam().plugin_options, GetParam().more);
    EXPECT_GT(result.code, 0) << result.out;
    EXPECT_NE(result.err.find("icount: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(GetParam().message), std::string::npos) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    all, plugin_refuses,
    testing::Values(
        refusal{"zero_rate", ",insn_per_second=0", {}, "must be an integer from 1 to 1000000000000"},
        refusal{"absurd_rate",
                ",insn_per_second=1000000000001",
                {},
                "must be an integer from 1 to 1000000000000"},
        refusal{"negative_rate", ",insn_per_second=-5", {}, "must be an integer from 1"},
        refusal{"text_rate", ",insn_per_second=fast", {}, "must be an integer from 1"},
        refusal{"zero_quantum", ",quantum_ns=0", {}, "quantum_ns=0: must be an integer from 1"},
        refusal{"two_quanta", ",quantum_ns=5,quantum_insn=5", {}, "not both"},
        refusal{"idle", ",idle=sometimes", {}, "'wallclock' or 'warp'"},
        refusal{"counting", ",counting=sometimes", {}, "'block' or 'instruction'"},
        refusal{"unknown", ",speed=1", {}, "unknown option 'speed'"},
        refusal{"no_such_timeline", ",timeline=nowhere", {}, "none of that name"},
        refusal{"with_icount", "", {"-icount", "shift=0"}, "without -icount"},
        refusal{"single_thread", "", {"-accel", "tcg,thread=single"}, "a thread for each vCPU"},
        refusal{"not_tcg", "", {"-accel", "qtest"}, "needs TCG"}),
    [](const testing::TestParamInfo<refusal> &each) { return std::string(each.param.name); });

} // namespace
