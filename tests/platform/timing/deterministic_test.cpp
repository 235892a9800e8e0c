// SPDX-License-Identifier: MIT
//
// mode = "deterministic": four CPUs that interrupt each other's work in every way there is, and the same run
// to the last figure each time, whatever the host does.
#include "host.h"

#include <cstdlib>

using namespace timing;

namespace
{

// Interrupts from SystemC against WFI, generic timers, accesses to a slow SystemC target, and
// read-modify-write instructions that need QEMU's exclusive sections.
std::string board(const std::string &quantum_ns)
{
    return "mode = \"deterministic\", chatty = true, quantum_ns = " + quantum_ns +
           ", slow = { annotate_ns = 37, wait_ns = 2000 },\n"
           "cpus = { { \"race\", 150, 11 }, { rate = 333333333, \"timer\", 37000, 40, 0 },\n"
           "    { \"access\", 100, 0 }, { rate = 100000000, \"atomics\" } },\n"
           "interrupts = { [0] = { count = 150, least_ns = 100, most_ns = 20000, from_acknowledge = true } }";
}

int runs()
{
    const char *text = getenv("TIMEKEEPER_DETERMINISTIC_RUNS");
    return text ? atoi(text) : 6;
}

class deterministic : public ::testing::TestWithParam<const char *>
{
};

} // namespace

TEST_P(deterministic, is_the_same_run_on_any_host)
{
    const outcome first = run(board(GetParam()));
    expect_sound(first);
    EXPECT_EQ(first.interrupts.at(0).acknowledged, 150u);
    for (int i = 0; i < runs() && !HasFailure(); i += 3) {
        ASSERT_EQ(difference(first, run(board(GetParam())), true), "") << i;
        ASSERT_EQ(difference(first, run(board(GetParam()), stop_and_continue), true), "") << i;
        const load busy;
        ASSERT_EQ(difference(first, run(board(GetParam())), true), "") << i;
    }
}

INSTANTIATE_TEST_SUITE_P(quanta, deterministic, ::testing::Values("10000", "100000", "1000000"));
