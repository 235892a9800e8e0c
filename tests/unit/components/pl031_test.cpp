// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { DR = 0, MR = 4, LR = 8, CR = 0xc, IMSC = 0x10, RIS = 0x14, MIS = 0x18, ICR = 0x1c };
constexpr uint64_t SECOND = 1000000000; // ns

struct Pl031 : testing::Test, test::device_bench {
    Pl031() : device_bench("moduletype = 'pl031', start_seconds = 1000", {"irq"}) {}
};

} // namespace

TEST_F(Pl031, ResetValues)
{
    EXPECT_EQ(cpu.read(DR), 1000u);
    EXPECT_EQ(cpu.read(MR), 0u);
    EXPECT_EQ(cpu.read(CR), 1u);
    EXPECT_EQ(cpu.read(IMSC), 0u);
    EXPECT_EQ(cpu.read(RIS), 0u);
    test::expect_identification(cpu, {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1});
}

TEST_F(Pl031, Edges)
{
    test::expect_register_edges(cpu, 0xffc);
}

TEST_F(Pl031, CountsSystemcsSeconds)
{
    run_ns(SECOND - 1);
    EXPECT_EQ(cpu.read(DR), 1000u);
    ahead_ns(1);
    EXPECT_EQ(cpu.read(DR), 1001u); // the initiator's local time counts
    ahead_ns(0);
    run_ns(SECOND);
    EXPECT_EQ(cpu.read(DR), 1001u);
    cpu.write(CR, 0); // cannot be stopped
    EXPECT_EQ(cpu.read(CR), 1u);
}

TEST_F(Pl031, Load)
{
    run_ns(SECOND / 2);
    cpu.write(LR, 5);
    EXPECT_EQ(cpu.read(DR), 5u);
    EXPECT_EQ(cpu.read(LR), 5u);
    run_ns(SECOND / 2);
    EXPECT_EQ(cpu.read(DR), 6u);
    cpu.write(LR, 0xffffffff);
    run_ns(SECOND);
    EXPECT_EQ(cpu.read(DR), 0u);
}

TEST_F(Pl031, Match)
{
    cpu.write(MR, 1002);
    cpu.write(IMSC, 1);
    run_ns(3 * SECOND);
    EXPECT_EQ(out("irq").edges, (test::edges{{ns(2 * SECOND), true}}));
    EXPECT_EQ(cpu.read(RIS), 1u);
    EXPECT_EQ(cpu.read(MIS), 1u);
    cpu.write(IMSC, 0);
    EXPECT_FALSE(level("irq"));
    EXPECT_EQ(cpu.read(RIS), 1u);
    cpu.write(ICR, 0); // clears nothing
    EXPECT_EQ(cpu.read(RIS), 1u);
    cpu.write(ICR, 1);
    EXPECT_EQ(cpu.read(RIS), 0u);
    run_ns(5 * SECOND);
    EXPECT_EQ(cpu.read(RIS), 0u);
}

TEST_F(Pl031, AMatchWithNowIsImmediate)
{
    cpu.write(IMSC, 1);
    cpu.write(MR, 1000);
    EXPECT_TRUE(level("irq"));
}

TEST_F(Pl031, ALoadMovesTheMatch)
{
    cpu.write(IMSC, 1);
    cpu.write(MR, 50);
    run_ns(SECOND / 2);
    cpu.write(LR, 49);
    run_ns(SECOND);
    EXPECT_EQ(out("irq").edges, (test::edges{{ns(SECOND), true}}));
}

TEST_F(Pl031, NoMatchBeforeOneIsAskedFor)
{
    cpu.write(IMSC, 1);
    cpu.write(LR, 0xffffffff);
    run_ns(3 * SECOND); // through 0, which RTCMR holds
    EXPECT_EQ(cpu.read(RIS), 0u);
}

TEST_F(Pl031, ANewMatchInTheSameSecondDoesNotClearTheInterrupt)
{
    run_ns(SECOND / 5);
    cpu.write(MR, 1000); // at once
    EXPECT_EQ(cpu.read(RIS), 1u);
    run_ns(SECOND / 5);
    cpu.write(MR, 2000);
    EXPECT_EQ(cpu.read(RIS), 1u);
    cpu.write(ICR, 1);
    EXPECT_EQ(cpu.read(RIS), 0u);
}
