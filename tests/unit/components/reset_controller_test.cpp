// SPDX-License-Identifier: MIT
#include "device_bench.h"

#include "timekeeper/systemc/reset.h"

namespace
{

enum : uint32_t {
    ASSERTED = 0,
    SET = 4,
    CLEAR = 8,
    PULSE = 0xc,
    PULSE_NS = 0x10,
    LEVELS = 0x14,
    CAUSE = 0x18,
    REQUESTED = 0x1c,
    ID = 0x20,
    SYSTEM = 0x24,
    RESETS = 0x28
};

struct ResetController : testing::Test, test::device_bench {
    ResetController()
        : device_bench("moduletype = 'reset_controller', num_lines = 4, asserted = 6, pulse_ns = 100",
                       {"reset_0", "reset_1", "reset_3"}, {"request", "cold_reset", "reset"})
    {
    }
};

} // namespace

TEST_F(ResetController, ResetValues)
{
    EXPECT_EQ(cpu.read(ASSERTED), 6u);
    EXPECT_EQ(cpu.read(LEVELS), 6u);
    EXPECT_EQ(cpu.read(PULSE_NS), 100u);
    EXPECT_EQ(cpu.read(CAUSE), 0u);
    EXPECT_EQ(cpu.read(REQUESTED), 0xfu);
    EXPECT_EQ(cpu.read(ID), 0x544b5243u);
    EXPECT_FALSE(level("reset_0"));
    EXPECT_TRUE(level("reset_1"));
}

TEST_F(ResetController, Edges)
{
    test::expect_register_edges(cpu, RESETS);
}

TEST_F(ResetController, HoldsAndLetsGo)
{
    cpu.write(CLEAR, 2);
    cpu.write(SET, 0xf1); // four lines
    EXPECT_EQ(cpu.read(ASSERTED), 5u);
    EXPECT_TRUE(level("reset_0"));
    EXPECT_FALSE(level("reset_1"));
    cpu.write(ASSERTED, 8);
    EXPECT_EQ(cpu.read(LEVELS), 8u);
    EXPECT_TRUE(level("reset_3"));
    EXPECT_FALSE(level("reset_0"));
}

TEST_F(ResetController, Pulses)
{
    run_ns(1000);
    cpu.write(PULSE, 3); // line 1 was held: it is let go too
    EXPECT_EQ(cpu.read(LEVELS), 7u);
    run_ns(1000);
    EXPECT_EQ(cpu.read(ASSERTED), 4u);
    EXPECT_EQ(out("reset_0").edges, (test::edges{{ns(1000), true}, {ns(1100), false}}));
    EXPECT_FALSE(level("reset_1"));
}

TEST_F(ResetController, ASecondPulseLastsFromItsOwnBeginning)
{
    cpu.write(PULSE, 1);
    run_ns(60);
    cpu.write(PULSE, 1);
    run_ns(1000);
    EXPECT_EQ(out("reset_0").edges, (test::edges{{ns(0), true}, {ns(160), false}}));
}

TEST_F(ResetController, AheadOfSystemc)
{
    ahead_ns(500);
    cpu.write(PULSE, 1);
    EXPECT_FALSE(level("reset_0"));
    run_ns(1000);
    EXPECT_EQ(out("reset_0").edges, (test::edges{{ns(500), true}, {ns(600), false}}));
}

TEST_F(ResetController, AnImpossibleLengthIsNotTaken)
{
    cpu.write(PULSE_NS, 0);
    EXPECT_EQ(cpu.read(PULSE_NS), 100u);
    cpu.write(PULSE_NS, 1000000001);
    EXPECT_EQ(cpu.read(PULSE_NS), 100u);
    cpu.write(PULSE_NS, 7);
    cpu.write(PULSE, 8);
    run_ns(50);
    EXPECT_EQ(out("reset_3").edges, (test::edges{{ns(0), true}, {ns(7), false}}));
}

TEST_F(ResetController, OnRequest)
{
    cpu.write(ASSERTED, 0);
    cpu.write(REQUESTED, 1);
    run_ns(10);
    drive("request", true);
    EXPECT_EQ(cpu.read(CAUSE), 1u);
    EXPECT_EQ(cpu.read(LEVELS), 1u);
    run_ns(1000); // the request is still high: one pulse
    EXPECT_EQ(out("reset_0").edges, (test::edges{{ns(10), true}, {ns(110), false}}));
    EXPECT_EQ(out("reset_3").edges, test::edges{});
    cpu.write(CAUSE, 1);
    EXPECT_EQ(cpu.read(CAUSE), 0u);
    drive("request", false);
    EXPECT_EQ(cpu.read(CAUSE), 0u);
}

// Of the whole system; there is only this module in it.
TEST_F(ResetController, ResetsTheSystem)
{
    cpu.write(CLEAR, 2);
    cpu.write(PULSE_NS, 7);
    cpu.write(SYSTEM, 1);
    EXPECT_TRUE(level("reset_1"));
    EXPECT_EQ(cpu.read(ASSERTED), 6u);
    EXPECT_EQ(cpu.read(PULSE_NS), 100u);
    EXPECT_EQ(cpu.read(CAUSE), 8u);
    EXPECT_EQ(cpu.read(RESETS), 1u);
    cpu.write(CAUSE, 8);
    cpu.write(SYSTEM, 0); // nothing
    drive("cold_reset", true);
    drive("cold_reset", false);
    EXPECT_EQ(cpu.read(CAUSE), 4u);
    EXPECT_EQ(cpu.read(RESETS), 2u);
}

TEST_F(ResetController, ResetsTheSystemAtTheInitiatorsTime)
{
    ahead_ns(50);
    cpu.write(SYSTEM, 2);
    ahead_ns(0);
    run_ns(49);
    EXPECT_EQ(cpu.read(RESETS), 0u);
    run_ns(1);
    test::settle();
    EXPECT_EQ(cpu.read(RESETS), 1u);
}

TEST_F(ResetController, SaysThatSomebodyElseHasResetTheSystem)
{
    tk::system_reset::instance()->request(tk::reset_kind::warm);
    test::settle();
    EXPECT_EQ(cpu.read(CAUSE), 16u);
    EXPECT_EQ(cpu.read(RESETS), 1u);
}

TEST_F(ResetController, IsResetByALineOfItsOwn)
{
    cpu.write(PULSE, 1);
    EXPECT_TRUE(level("reset_0"));
    drive("reset", true);
    EXPECT_FALSE(level("reset_0"));
    EXPECT_EQ(cpu.read(RESETS), 0u);
    EXPECT_EQ(cpu.read(CAUSE), 0u);
}
