// SPDX-License-Identifier: MIT
//
// All CPUs hammer atomics, TLB shoot-downs and interrupts between them, while SystemC interrupts them:
// nothing hangs, and nothing is lost. The guest judges.
//
// TIMEKEEPER_STRESS_ROUNDS: how many rounds.
#include "support/program.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>

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
    std::string file = testing::TempDir() + "timekeeper-stress-XXXXXX.lua";
    const int fd = mkstemps(file.data(), 4);
    ASSERT_GE(fd, 0);
    close(fd);
    const std::string count = rounds(GetParam().rounds);
    std::ofstream(file) << "dofile(\"" BOARD "\")\nplatform = board { cpus = 4, rounds = " << count << ", "
                        << GetParam().spec << " }\n";
    const test::finished result = test::run(VP_PROGRAM, {file}, "/");
    std::remove(file.c_str());
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
