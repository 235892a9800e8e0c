// SPDX-License-Identifier: MIT
//
// Rates that change while the platform runs: no time is lost or invented.
#include "run.h"

#include "calibrated.h"

using namespace timing;

namespace
{

// The sum of instructions / rate over all stretches of one rate, in 2^-32 ps.
class exact_sum
{
  public:
    void add(uint64_t instructions, uint64_t rate)
    {
        m_sum += (static_cast<unsigned __int128>(instructions) * 1000000000000u << 32) / rate;
        m_terms++;
    }
    // Each division has lost less than one unit, and so has the core at each change.
    uint64_t least_ps() const { return static_cast<uint64_t>((m_sum - m_terms) >> 32); }
    uint64_t most_ps() const { return static_cast<uint64_t>((m_sum + m_terms) >> 32); }

  private:
    unsigned __int128 m_sum = 0;
    unsigned m_terms = 0;
};

// local = sum of instructions at each rate + idle + annotated, to the picosecond.
void expect_exact(const outcome &result)
{
    exact_sum executed;
    uint64_t before = 0;
    ASSERT_EQ(result.end.code, 0) << result.end.err;
    ASSERT_GE(result.pauses.size(), 1u);
    for (const standstill &each : result.pauses) {
        EXPECT_EQ(each.moved, 0u);
        executed.add(each.instructions - before, each.rate);
        before = each.instructions;
    }
    executed.add(result.of_vcpu(0, "instructions") - before, result.of_vcpu(0, "insn_per_second"));
    const uint64_t local =
        result.of_vcpu(0, "local_time_ps") - result.of_vcpu(0, "idle_ps") - result.of_vcpu(0, "annotated_ps");
    EXPECT_GE(local, executed.least_ps());
    EXPECT_LE(local, executed.most_ps());
}

const std::string rates = "rates = { \"333333333\", \"2000000000\", \"7\", \"999999999\", \"100000000\", "
                          "\"1000000000000\", \"123456789\", \"1000000000\" }";

TEST(changed_rate, of_a_cpu_that_computes)
{
    const outcome result = run("quantum_ns = 10000, pauser = { at_ns = 50000, gap_ns = 50000, count = 8, " +
                               rates + " }, cpus = { { \"run\", 20000, 16 } }");
    expect_exact(result);
    ASSERT_EQ(result.pauses.size(), 8u);
    EXPECT_EQ(result.pauses.at(0).rate, 1000000000u);
    EXPECT_EQ(result.pauses.at(1).rate, 333333333u);
    EXPECT_EQ(result.of_vcpu(0, "insn_per_second"), 1000000000u);
    EXPECT_GE(result.of_vcpu(0, "instructions"), CALIBRATED_INSNS(UINT64_C(20000)) * 16);
}

TEST(changed_rate, of_a_cpu_that_sleeps_computes_and_waits_for_targets_beside_others)
{
    const outcome result = run(
        "quantum_ns = 100000, slow = { annotate_ns = 37 }, pauser = { at_ns = 20000, gap_ns = 30000, by = "
        "\"thread\", count = 6, rates = { \"333333333\", \"2000000000\", \"999999999\", \"400000000\", "
        "\"123456789\", \"1000000000\" } }, cpus = { { \"timer\", 37000, 100, 1 }, { \"compute\" }, { rate "
        "= 333333333, \"access\", 300, 0 } }");
    expect_exact(result); // how many changes depends on how soon the host runs the thread
    EXPECT_GE(result.records.at(0).at(64), 100u); // a slow one may be in its handler when the next is due
    EXPECT_EQ(result.records.at(0).at(65), 0u) << "no timer came early";
    EXPECT_EQ(result.of_vcpu(2, "annotated_ps"), 300u * 37000u);
}

} // namespace
