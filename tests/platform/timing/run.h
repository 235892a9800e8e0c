// SPDX-License-Identifier: MIT
//
// One run of a board (board.lua), and what came out of it.
#ifndef TESTS_TIMING_RUN_H
#define TESTS_TIMING_RUN_H

#include "support/program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace timing
{

struct rise {
    uint64_t time_ps;
    uint32_t taken_ns;
};

struct generator {
    std::vector<rise> rises;
    uint64_t raised = 0, acknowledged = 0, merged = 0;
};

struct standstill {
    uint64_t systemc_ps, global_ps, instructions, rate, moved;
};

struct outcome {
    test::finished end;
    nlohmann::json stats;
    std::string records_text;
    // Of each CPU and key.
    std::map<unsigned, std::map<unsigned, uint64_t>> records;
    std::map<unsigned, generator> interrupts;
    std::vector<standstill> pauses;
    nlohmann::json trace; // if run.json was asked for
    uint64_t ticks = 0;

    const nlohmann::json &vcpu(unsigned index) const { return stats.at("vcpus").at(index); }
    uint64_t of_vcpu(unsigned index, const char *key) const { return vcpu(index).at(key).get<uint64_t>(); }
    // All that a run with one CPU and warped idle time must have in common with any other such run; with
    // `waits`, also how often somebody had to wait: what deterministic runs have in common.
    std::string fingerprint(bool waits = false) const;
};

// Runs board { `spec` }: the entries as board.lua has them. `meanwhile` gets the program while it runs, which
// has these options besides.
outcome run(const std::string &spec, const std::function<void(test::program &)> &meanwhile = nullptr,
            const std::vector<std::string> &options = {});

// What holds for each run that ends well: code 0, clocks exact to the picosecond, SystemC not later than
// global time, skew and lag within the quantum and one block of the slowest CPU.
void expect_sound(const outcome &result);

// floor(instructions * 1e12 / rate)
uint64_t executed_ps(uint64_t instructions, uint64_t rate);

// The longest translation block that QEMU makes (TCG_MAX_INSNS), in ps at a rate.
constexpr uint64_t block_ps(uint64_t rate)
{
    return (512u * UINT64_C(1000000000000) + rate - 1) / rate;
}

std::string text(uint64_t number);

} // namespace timing

#endif
