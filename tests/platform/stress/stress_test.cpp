// SPDX-License-Identifier: MIT
//
// All CPUs hammer atomics, TLB shoot-downs and interrupts between them, while SystemC interrupts them:
// nothing hangs, and nothing is lost. The guest judges.
//
// TIMEKEEPER_STRESS_ROUNDS: how many rounds.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace
{

std::string rounds(unsigned otherwise)
{
    const char *given = getenv("TIMEKEEPER_STRESS_ROUNDS");
    return given ? given : std::to_string(otherwise);
}

struct stress_case {
    const char *name, *spec;
    unsigned rounds;
};

void PrintTo(const stress_case &each, std::ostream *out)
{
    *out << each.spec;
}

class stress : public testing::TestWithParam<stress_case>
{
};

TEST_P(stress, of_four_cpus_loses_nothing)
{
    const test::scratch where;
    const std::string count = rounds(GetParam().rounds);
    where.write("p.lua", "dofile(\"" BOARD "\")\nplatform = board { cpus = 4, rounds = " + count + ", " +
                             GetParam().spec + " }\n");
    const test::finished result = test::run(VP_PROGRAM, {"p.lua"}, where.path());
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find(count + " rounds, 0 wrong"), std::string::npos) << result.out;
    std::cout << result.out;
}

INSTANTIATE_TEST_SUITE_P(
    quanta, stress,
    testing::Values(stress_case{"10_us", "quantum_ns = 10000, least_ns = 20000", 3000},
                    stress_case{"1_ms", "quantum_ns = 1000000, least_ns = 20000", 3000},
                    stress_case{"10_ms", "quantum_ns = 10000000, least_ns = 20000", 1000},
                    stress_case{"deterministic",
                                "quantum_ns = 10000, least_ns = 50000, mode = \"deterministic\"", 400}),
    [](const testing::TestParamInfo<stress_case> &each) { return std::string(each.param.name); });

} // namespace
