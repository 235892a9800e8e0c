// SPDX-License-Identifier: MIT
//
// A line out of QEMU into SystemC: each edge comes at the time at which QEMU makes it, in order; none is lost or
// merged with another.
#include "stores.h"

#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/keeper.h"

#include <gtest/gtest.h>

#include <iostream>

using namespace crossings;

namespace
{

constexpr uint64_t direction = gpio_base + 0x400;
constexpr uint64_t pin(unsigned line)
{
    return gpio_base + (4u << line);
}

void expect_edges(const std::vector<edge> &seen, const std::vector<edge> &expected)
{
    ASSERT_EQ(seen.size(), expected.size()) << testing::PrintToString(seen);
    for (size_t i = 0; i < seen.size(); i++) {
        EXPECT_EQ(seen[i], expected[i]) << "edge " << i;
    }
}

class lines : public testing::TestWithParam<uint64_t>
{
  protected:
    lines() { tk::register_installed_models(); }
};

} // namespace

TEST_P(lines, are_driven_at_the_instruction_of_a_store)
{
    core cpu;
    std::vector<edge> expected;
    cpu.does.store(0, direction, 0xff);
    expected.push_back({cpu.does.store(1000, pin(0), 1), true});
    expected.push_back({cpu.does.store(25000, pin(0), 0), false});
    for (const uint32_t turns : {100, 1, 0, 0, 3000}) {
        expected.push_back({cpu.does.store(turns, pin(0), 1), true});
        expected.push_back({cpu.does.store(0, pin(0), 0), false});
    }
    bool level = true;
    for (const uint64_t each : cpu.does.burst(pin(0), 1)) {
        expected.push_back({each, level});
        level = !level;
    }
    cpu.does.store(10, exiter_base, 0);
    const auto s = soc({cpu}, {{"quantum_ns", GetParam()}, {"idle", "warp"}});
    probe seen("seen");
    s->bind("gpio.gpio_out_0", seen.line);
    sc_core::sc_start();
    expect_edges(seen.edges, expected);
}

INSTANTIATE_TEST_SUITE_P(quanta_ns, lines, testing::Values(1000, 100000, 100000000),
                         testing::PrintToStringParamName());
