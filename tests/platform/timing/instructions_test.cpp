// SPDX-License-Identifier: MIT
//
// Known numbers of instructions take known times.
#include "run.h"

#include "calibrated.h"

using namespace timing;

namespace
{

constexpr unsigned stretches = 16;
// All CPUs start at reset, which is time 0, and execute fewer than this before the first reading.
constexpr uint64_t boot_insns = 256;

// Turns for a stretch of `ns` at a rate.
uint32_t turns_for(uint64_t ns, uint64_t rate)
{
    return static_cast<uint32_t>(ns * (rate / 1000) / 1000000 / CALIBRATED_LOOP_INSNS);
}

std::string runner(uint64_t rate, uint64_t ns)
{
    return "{ rate = " + text(rate) + ", \"run\", " + text(turns_for(ns, rate)) + ", " + text(stretches) +
           " },";
}

class one_cpu : public testing::TestWithParam<uint64_t>
{
};

// Each reading is floor(time in ns): exact means within 1 ns of the first plus instructions / rate.
TEST_P(one_cpu, time_is_instructions_by_rate)
{
    const uint64_t rate = GetParam(), ns = 1234567;
    const outcome result = run("cpus = { " + runner(rate, ns) + " }");
    expect_sound(result);
    const auto &readings = result.records.at(0);
    const uint64_t insns = CALIBRATED_INSNS(static_cast<uint64_t>(turns_for(ns, rate)));
    for (unsigned i = 1; i <= stretches; i++) {
        const uint64_t right = executed_ps(i * insns, rate) / 1000;
        const uint64_t passed = readings.at(i) - readings.at(0);
        EXPECT_GE(passed + 1, right) << i;
        EXPECT_LE(passed, right + 1) << i;
    }
    // One CPU that never sleeps: global time is its clock.
    EXPECT_EQ(result.of_vcpu(0, "idle_ps"), 0u);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), 0u);
    EXPECT_GE(result.of_vcpu(0, "instructions"), stretches * insns);
}

INSTANTIATE_TEST_SUITE_P(rates, one_cpu, testing::Values(100000000, 333333333, 1000000000, 2000000000),
                         testing::PrintToStringParamName());

struct mix {
    const char *name;
    std::vector<uint64_t> rates;
    uint64_t quantum_ns;
};

class several : public testing::TestWithParam<mix>
{
};

// The counter is global time: within a quantum of the CPU's own clock, and one block of whoever drives it.
TEST_P(several, each_counter_is_within_a_quantum_of_the_cpus_own_clock)
{
    const uint64_t ns = 1234567;
    std::string cpus;
    uint64_t slowest = UINT64_MAX;
    for (const uint64_t rate : GetParam().rates) {
        cpus += runner(rate, ns);
        slowest = std::min(slowest, rate);
    }
    const outcome result = run("quantum_ns = " + text(GetParam().quantum_ns) + ", cpus = { " + cpus + " }");
    expect_sound(result);
    const uint64_t apart = GetParam().quantum_ns + (block_ps(slowest) + 999) / 1000;
    for (unsigned c = 0; c < GetParam().rates.size(); c++) {
        const uint64_t rate = GetParam().rates[c];
        const uint64_t insns = CALIBRATED_INSNS(static_cast<uint64_t>(turns_for(ns, rate)));
        const auto &readings = result.records.at(c);
        for (unsigned i = 0; i <= stretches; i++) {
            const uint64_t least = executed_ps(i * insns, rate) / 1000;
            const uint64_t most = executed_ps(i * insns + boot_insns, rate) / 1000 + 1;
            EXPECT_GE(readings.at(i) + apart, least) << c << " " << i;
            EXPECT_LE(readings.at(i), most + apart) << c << " " << i;
        }
    }
    EXPECT_LE(result.stats.at("max_skew_ps").get<uint64_t>(),
              GetParam().quantum_ns * 1000 + block_ps(slowest));
}

INSTANTIATE_TEST_SUITE_P(
    rates, several,
    testing::Values(mix{"two_alike", {1000000000, 1000000000}, 100000},
                    mix{"two", {100000000, 2000000000}, 100000},
                    mix{"two_fine", {333333333, 1000000000}, 10000},
                    mix{"four", {100000000, 333333333, 1000000000, 2000000000}, 100000},
                    mix{"four_coarse", {2000000000, 333333333, 1000000000, 100000000}, 1000000}),
    [](const auto &each) { return std::string(each.param.name); });

} // namespace
