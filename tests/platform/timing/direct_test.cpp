// SPDX-License-Identifier: MIT
//
// The direct lane: the same times and values as in the thread lane, to the picosecond.
#include "run.h"

using namespace timing;

namespace
{

// All that a guest and SystemC can tell of a run. How late SystemC was at a transaction is not among it: in
// the direct lane the whole distance is the transaction's delay.
std::string seen(const outcome &result)
{
    std::string all = result.end.out + result.records_text;
    for (const auto &vcpu : result.stats.at("vcpus")) {
        for (const char *key : {"instructions", "local_time_ps", "idle_ps", "annotated_ps"}) {
            all += std::string(key) + " " + vcpu.at(key).dump() + "\n";
        }
    }
    for (const auto &each : result.interrupts) {
        for (const rise &one : each.second.rises) {
            all += text(one.time_ps) + " " + text(one.taken_ns) + "\n";
        }
    }
    return all + result.stats.at("sim_time_ps").dump();
}

// One CPU, and idle time that warps: nothing depends on the host.
void expect_same(const std::string &direct, const std::string &thread)
{
    const outcome one = run(direct), other = run(thread);
    expect_sound(one);
    expect_sound(other);
    EXPECT_EQ(seen(one), seen(other));
}

std::string slow(const std::string &direct, unsigned annotate_ns)
{
    return "slow = { direct = " + direct + ", annotate_ns = " + text(annotate_ns) +
           " }, cpus = { { rate = 333333333, \"access\", 3000, 0 } }";
}

TEST(direct_lane, reads_take_what_they_take_in_the_thread_lane)
{
    expect_same(slow("true", 37), slow("false", 37));
    expect_same(slow("true", 0), slow("false", 0));
}

TEST(direct_lane, a_timer_set_in_it_fires_at_its_time)
{
    for (const char *ahead_ns : {"500", "37000", "2000000"}) {
        const std::string cpus =
            std::string(", quantum_ns = 100000, cpus = { { \"program\", ") + ahead_ns + ", 200 } }";
        expect_same("direct = true" + cpus, "direct = false" + cpus);
    }
}

TEST(direct_lane, delays_beyond_a_quantum_hold_the_cpu_back)
{
    const outcome result = run("quantum_ns = 10000, slow = { direct = true, annotate_ns = 40000 }, cpus = {\n"
                               "{ \"access\", 60, 0 }, { \"compute\" }, { \"atomics\" } }");
    expect_sound(result);
    EXPECT_EQ(result.of_vcpu(0, "annotated_ps"), 60u * UINT64_C(40000000));
    for (unsigned c = 1; c < 3; c++) {
        EXPECT_GE(result.of_vcpu(c, "local_time_ps") + 10000000 + block_ps(1000000000),
                  60u * UINT64_C(40000000));
    }
}

// The first access is in the thread lane, because nobody knows yet that the target is direct; later ones are
// in the direct lane when SystemC's kernel waits in the keeper.
TEST(direct_lane, a_target_that_waits_all_the_same_is_named)
{
    for (const char *before : {"0", "3000"}) {
        const outcome result = run(std::string("slow = { direct = true, accesses_before_wait = ") + before +
                                   " }, cpus = { { \"access\", 3010, 4 } }");
        EXPECT_EQ(result.end.code, 3) << before;
        EXPECT_NE(result.end.err.find("platform.slow.target_socket: called wait()"), std::string::npos)
            << before << ": " << result.end.err;
    }
}

// Alone 10000 rounds, beside another CPU and atomic instructions fewer: each costs far more there.
TEST(direct_lane, loses_no_interrupt_that_is_acknowledged_in_it)
{
    for (const bool company : {false, true}) {
        const unsigned rounds = company ? 1000 : 10000, cpus = company ? 2 : 1;
        const auto generator = [&](unsigned c) {
            return "[" + text(c) + "] = { direct = true, count = " + text(rounds) +
                   ", least_ns = 0, most_ns = 15000, from_acknowledge = true, seed = " + text(c + 5) + " }, ";
        };
        std::string roles, generators;
        for (unsigned c = 0; c < cpus; c++) {
            roles += "{ rate = " + text(1000000000 - 200000000 * c) + ", \"race\", " + text(rounds) + ", " +
                     text(c + 5) + " }, ";
            generators += generator(c);
        }
        const outcome result =
            run("quantum_ns = 10000, cpus = { " + roles + (company ? "{ \"atomics\" }" : "") +
                " }, interrupts = { " + generators + " }");
        expect_sound(result);
        for (unsigned c = 0; c < cpus; c++) {
            EXPECT_EQ(result.interrupts.at(c).raised, rounds);
            EXPECT_EQ(result.interrupts.at(c).acknowledged, rounds);
            EXPECT_EQ(result.interrupts.at(c).merged, 0u);
        }
    }
}

} // namespace
