// SPDX-License-Identifier: MIT
//
// Times of a CPU's accesses, as a probe saw them.
#ifndef TESTS_CONFORMANCE_ASSERTIONS_H
#define TESTS_CONFORMANCE_ASSERTIONS_H

#include "models.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace conformance
{

// Each took what the target takes.
inline void expect_takes(const journal &calls, const latencies &takes)
{
    for (const event &each : calls) {
        EXPECT_EQ(each.took_ps(), takes.of(each)) << each;
    }
}

// Between one access's end and the next one's begin the CPU executes script::step instructions.
inline void expect_steps(const journal &calls, const scenario &what)
{
    const uint64_t step_ps = script::step * (1000000000000 / what.insn_per_second);

    for (size_t i = 1; i < calls.size(); i++) {
        EXPECT_EQ(calls[i].begin_ps - calls[i - 1].end_ps, step_ps) << calls[i - 1] << "\n" << calls[i];
    }
}

// How many non-blocking calls came with that phase.
inline size_t count(const journal &calls, call kind, tlm::tlm_phase_enum phase)
{
    return static_cast<size_t>(std::count_if(calls.begin(), calls.end(), [&](const event &each) {
        return each.kind == kind && each.phase == static_cast<uint32_t>(phase);
    }));
}

} // namespace conformance

#endif
