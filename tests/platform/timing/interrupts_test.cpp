// SPDX-License-Identifier: MIT
//
// Interrupts are taken when they are due, whatever the quantum: generic timers, events of SystemC, and timers
// of SystemC that the CPU has just programmed.
#include "run.h"

#include <algorithm>
#include <iostream>

using namespace timing;

namespace
{

// What a CPU at 1 GHz may be late, in ns. It is counted block by block: an interrupt that is due inside of a
// block is taken at its end. The guest's blocks between interrupts are at most `longest_block` instructions
// (calibrated_run, from its first MRS to the loop's end, and the loop around it). From the vector to the
// reading of the counter there are `entry_insns` (vectors.S 17, irq_handler's first ones, and the reading: 22
// or 23).
constexpr uint64_t longest_block = 20;
constexpr uint64_t entry_insns = 24;
constexpr uint64_t latest_ns = longest_block + entry_insns;

enum { bins = 64, key_taken = 64, key_early = 65, key_latest = 66, bin_ns = 8 };

void print_histogram(const std::map<unsigned, uint64_t> &records)
{
    for (unsigned bin = 0; bin < bins; bin++) {
        if (records.count(bin)) {
            std::cout << "    " << bin * bin_ns << ".." << (bin + 1) * bin_ns - 1
                      << " ns: " << records.at(bin) << "\n";
        }
    }
    std::cout << "    latest: " << records.at(key_latest) << " ns\n";
}

// --- generic timers ----------------------------------------------------------------------------------

class generic_timer : public testing::TestWithParam<uint64_t>
{
};

TEST_P(generic_timer, of_37_us_is_taken_at_most_a_block_late)
{
    const outcome result =
        run("quantum_ns = " + text(GetParam()) + ", cpus = { { \"timer\", 37000, 10000, 0 } }");
    expect_sound(result);
    const auto &records = result.records.at(0);
    print_histogram(records);
    EXPECT_EQ(records.at(key_taken), 10000u);
    EXPECT_EQ(records.at(key_early), 0u);
    EXPECT_LE(records.at(key_latest), latest_ns);
}

TEST_P(generic_timer, wakes_a_cpu_on_time)
{
    const outcome result =
        run("quantum_ns = " + text(GetParam()) + ", cpus = { { \"timer\", 37000, 1000, 1 } }");
    expect_sound(result);
    const auto &records = result.records.at(0);
    print_histogram(records);
    EXPECT_EQ(records.at(key_taken), 1000u);
    EXPECT_EQ(records.at(key_early), 0u);
    EXPECT_LE(records.at(key_latest), latest_ns);
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, generic_timer, testing::Values(10000, 1000000, 10000000),
                         testing::PrintToStringParamName());

// --- SystemC's events --------------------------------------------------------------------------------

struct lateness {
    uint64_t least = UINT64_MAX, most = 0;
};

// From the rise on SystemC's side to the guest's reading.
lateness lateness_of(const generator &from)
{
    lateness result;
    for (const rise &each : from.rises) {
        const uint64_t late =
            static_cast<uint32_t>(each.taken_ns - static_cast<uint32_t>(each.time_ps / 1000));
        result.least = std::min(result.least, late);
        result.most = std::max(result.most, late);
    }
    std::cout << "    " << from.rises.size() << " interrupts, " << result.least << " to " << result.most
              << " ns late\n";
    return result;
}

class systemc_event : public testing::TestWithParam<uint64_t>
{
};

TEST_P(systemc_event, is_taken_at_most_a_block_late)
{
    const uint64_t min_window_ns = GetParam() / 100;
    for (const char *sleep : {"0", "1"}) {
        // The handler takes some 1000 instructions: the next one must not be due before.
        const uint64_t least_ns = std::max<uint64_t>(min_window_ns, 5000);
        const outcome result =
            run("quantum_ns = " + text(GetParam()) + ", cpus = { { \"line\", 2000, " + sleep + " } },\n" +
                "interrupts = { [0] = { count = 2000, least_ns = " + text(least_ns) +
                ", most_ns = " + text(2 * least_ns) + " } }");
        expect_sound(result);
        const generator &from = result.interrupts.at(0);
        EXPECT_EQ(from.raised, 2000u);
        EXPECT_EQ(from.acknowledged, 2000u);
        EXPECT_EQ(from.merged, 0u);
        EXPECT_LE(lateness_of(from).most, latest_ns) << sleep;
    }
}

TEST_P(systemc_event, beside_a_clock_of_100_MHz_at_most_min_window_later)
{
    const uint64_t min_window_ns = GetParam() / 100;
    const uint64_t least_ns = std::max<uint64_t>(min_window_ns, 5000);
    const outcome result = run(
        "quantum_ns = " + text(GetParam()) + ", ticker_ps = 10000,\n" +
        "cpus = { { \"line\", 50, 0 } },\ninterrupts = { [0] = { count = 50, least_ns = " + text(least_ns) +
        ", most_ns = " + text(2 * least_ns) + " } }");
    expect_sound(result);
    const generator &from = result.interrupts.at(0);
    EXPECT_EQ(from.acknowledged, 50u);
    EXPECT_EQ(from.merged, 0u);
    EXPECT_LE(lateness_of(from).most, min_window_ns + latest_ns);
    EXPECT_EQ(result.ticks, (result.stats.at("sim_time_ps").get<uint64_t>() + 10000) / 10000);
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, systemc_event, testing::Values(10000, 1000000, 10000000),
                         testing::PrintToStringParamName());

// Classic quanta: the CPU runs past SystemC's event, at most a quantum. QEMU's timers stay exact.
TEST(without_deadlines, an_event_is_taken_at_most_a_quantum_late)
{
    constexpr uint64_t quantum_ns = 100000;
    const outcome result = run(
        "deadlines = false, quantum_ns = " + text(quantum_ns) + ", cpus = { { \"line\", 500, 0 } },\n" +
        "interrupts = { [0] = { count = 500, least_ns = 5000, most_ns = 90000, from_acknowledge = true } }");
    expect_sound(result);
    const generator &from = result.interrupts.at(0);
    EXPECT_EQ(from.acknowledged, 500u);
    EXPECT_EQ(from.merged, 0u);
    const lateness late = lateness_of(from);
    EXPECT_LE(late.most, quantum_ns + latest_ns);
    EXPECT_GT(late.most, latest_ns) << "or the parameter has no effect";

    const outcome timer = run("deadlines = false, quantum_ns = " + text(quantum_ns) +
                              ", cpus = { { \"timer\", 37000, 1000, 0 } }");
    expect_sound(timer);
    EXPECT_LE(timer.records.at(0).at(key_latest), latest_ns);
}

// --- a timer of SystemC that the CPU has just programmed -----------------------------------------------

class programmed_timer : public testing::TestWithParam<uint64_t>
{
};

// One CPU: nobody is ahead of it when it programs the timer, so it is exact, unless it is due within
// min_window_ns.
TEST_P(programmed_timer, is_taken_at_most_a_block_late)
{
    constexpr uint64_t quantum_ns = 1000000, min_window_ns = quantum_ns / 100;
    // Between the guest's reading and the start of the timer: the writes of the period.
    constexpr uint64_t programming_insns = 16;
    const outcome result = run("quantum_ns = " + text(quantum_ns) + ", cpus = { { \"program\", " +
                               text(GetParam()) + ", 500 } }");
    const uint64_t window_ns = GetParam() < min_window_ns ? min_window_ns - GetParam() : 0;
    expect_sound(result);
    const auto &records = result.records.at(0);
    print_histogram(records);
    EXPECT_EQ(records.at(key_taken), 500u);
    EXPECT_EQ(records.at(key_early), 0u);
    EXPECT_LE(records.at(key_latest), latest_ns + programming_insns + window_ns);
}

INSTANTIATE_TEST_SUITE_P(ahead_ns, programmed_timer, testing::Values(1000, 37000, 2000000),
                         testing::PrintToStringParamName());

} // namespace
