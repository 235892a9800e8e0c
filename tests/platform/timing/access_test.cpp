// SPDX-License-Identifier: MIT
//
// What TLM targets add to an access, or wait for, is in the CPU's local time.
#include "run.h"

using namespace timing;

namespace
{

TEST(annotated_delay, of_37_ns_an_access_adds_up_exactly)
{
    for (const uint64_t rate : {UINT64_C(333333333), UINT64_C(1000000000)}) {
        for (const unsigned count : {1u, 1000u}) {
            const outcome result = run("slow = { annotate_ns = 37 }, cpus = { { rate = " + text(rate) +
                                       ", \"access\", " + text(count) + ", 0 } }");
            expect_sound(result);
            EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), count * UINT64_C(37000));
            // And the guest sees it, beside what its instructions take.
            EXPECT_GE(result.records.at(0).at(0), count * 37u);
        }
    }
}

TEST(annotated_delay, of_several_cpus_is_each_ones_own)
{
    const outcome result =
        run("slow = { annotate_ns = 37 }, cpus = { { \"access\", 500, 0 }, { \"access\", 300, 0 },\n"
            "{ \"compute\" }, { rate = 100000000, \"access\", 100, 0 } }");
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), UINT64_C(500) * 37000);
    EXPECT_EQ(result.of_vcpu(1, "annotated_ps"), UINT64_C(300) * 37000);
    EXPECT_EQ(result.of_vcpu(2, "annotated_ps"), 0u);
    EXPECT_EQ(result.of_vcpu(3, "annotated_ps"), UINT64_C(100) * 37000);
}

struct company {
    const char *name, *others;
};

class waiting_target : public testing::TestWithParam<company>
{
};

// 400 us under a quantum of 100 us. Time goes on meanwhile, also for those who compute.
TEST_P(waiting_target, takes_longer_than_a_quantum)
{
    constexpr uint64_t count = 50, wait_ns = 400000;
    const outcome result =
        run("quantum_ns = 100000, slow = { wait_ns = " + text(wait_ns) + " }, cpus = { { \"access\", " +
            text(count) + ", 4 }, " + GetParam().others + " }");
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), count * wait_ns * 1000);
    EXPECT_GE(result.records.at(0).at(0) + 100000 + 1, count * wait_ns);
    for (unsigned c = 1; c < result.stats.at("vcpus").size(); c++) {
        // Company came along: it executed all the time that CPU 0 waited, but for a quantum.
        EXPECT_GE(result.of_vcpu(c, "local_time_ps") + 100000000 + block_ps(1000000000),
                  count * wait_ns * 1000)
            << c;
        EXPECT_EQ(result.of_vcpu(c, "annotated_ps"), 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(company, waiting_target,
                         testing::Values(company{"alone", ""}, company{"computing", "{ \"compute\" }"},
                                         company{"atomics", "{ \"atomics\" }"},
                                         company{"three",
                                                 "{ \"compute\" }, { \"atomics\" }, { rate = 100000000, "
                                                 "\"atomics\" }"}),
                         [](const auto &each) { return std::string(each.param.name); });

TEST(waiting_targets, of_two_cpus_at_once)
{
    const outcome result =
        run("quantum_ns = 100000, cpus = { { \"access\", 20, 4 }, { \"access\", 30, 4 }, { \"atomics\" } }");
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), 20u * UINT64_C(400000000));
    EXPECT_EQ(result.of_vcpu(1, "annotated_ps"), 30u * UINT64_C(400000000));
}

} // namespace
