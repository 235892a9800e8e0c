// SPDX-License-Identifier: MIT
//
// SystemC raises an interrupt at pseudo-random times after the last one was acknowledged, while the guest
// goes to sleep, computes, is held back by the others, and comes to the end of its budget, whatever is under
// way at that moment. A lost wake-up would leave a CPU asleep with its line high: the run would end with code
// 3, or not at all.
//
// TIMEKEEPER_RACE_ROUNDS: how many rounds in all, for each number of CPUs.
#include "run.h"

#include <cstdlib>
#include <iostream>

using namespace timing;

namespace
{

uint64_t rounds()
{
    const char *given = getenv("TIMEKEEPER_RACE_ROUNDS");
    return given ? strtoull(given, nullptr, 10) : 100000;
}

class race : public testing::TestWithParam<unsigned>
{
};

TEST_P(race, loses_no_interrupt)
{
    const unsigned cpus = GetParam();
    const uint64_t each = (rounds() + cpus - 1) / cpus;
    std::string roles, generators;
    for (unsigned c = 0; c < cpus; c++) {
        // Rates of their own, so that there is always one that the others are held back for.
        roles += "{ rate = " + text(1000000000 - c * 200000000) + ", \"race\", " + text(each) + ", " +
                 text(c + 1) + " }, ";
        generators += "[" + text(c) + "] = { count = " + text(each) +
                      ", least_ns = 0, most_ns = 15000, from_acknowledge = true, seed = " + text(c + 1) +
                      " }, ";
    }
    const outcome result =
        run("quantum_ns = 10000, cpus = { " + roles + " }, interrupts = { " + generators + " }");
    expect_sound(result);
    for (unsigned c = 0; c < cpus; c++) {
        EXPECT_EQ(result.interrupts.at(c).raised, each) << c;
        EXPECT_EQ(result.interrupts.at(c).acknowledged, each) << c;
        EXPECT_EQ(result.interrupts.at(c).merged, 0u) << c;
        EXPECT_EQ(result.records.at(c).at(64), each) << c;
        std::cout << "    CPU " << c << ": " << each << " rounds, " << result.vcpu(c).at("pauses")
                  << " pauses, idle " << result.of_vcpu(c, "idle_ps") / 1000000 << " of "
                  << result.of_vcpu(c, "local_time_ps") / 1000000 << " us\n";
    }
    std::cout << "    " << result.stats.at("wall_s") << " s, " << result.stats.at("token_handovers")
              << " handovers\n";
}

INSTANTIATE_TEST_SUITE_P(cpus, race, testing::Values(1, 2, 4), testing::PrintToStringParamName());

} // namespace
