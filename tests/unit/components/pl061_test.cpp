// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { ALL = 0x3fc, DIR = 0x400, IS = 0x404, IBE = 0x408, IEV = 0x40c, IE = 0x410 };
enum : uint32_t { RIS = 0x414, MIS = 0x418, IC = 0x41c, AFSEL = 0x420 };

struct Pl061 : testing::Test, test::device_bench {
    Pl061() : device_bench("moduletype = 'pl061'", {"irq", "out_0", "out_7"}, {"in_0", "in_7"}) {}
};

} // namespace

TEST_F(Pl061, ResetValues)
{
    for (const uint32_t offset : std::vector<uint32_t>{ALL, DIR, IS, IBE, IEV, IE, RIS, MIS, AFSEL}) {
        EXPECT_EQ(cpu.read(offset), 0u) << offset;
    }
    test::expect_identification(cpu, {0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1});
}

TEST_F(Pl061, Edges)
{
    test::expect_register_edges(cpu, 0xffc);
}

TEST_F(Pl061, TheAddressMasksTheData)
{
    cpu.write(DIR, 0xff);
    cpu.write(0x0f << 2, 0xff);
    EXPECT_EQ(cpu.read(ALL), 0x0fu);
    cpu.write(0x81 << 2, 0x80);
    EXPECT_EQ(cpu.read(ALL), 0x8eu);
    EXPECT_EQ(cpu.read(0x82 << 2), 0x82u);
    EXPECT_EQ(cpu.read(0), 0u);
    EXPECT_TRUE(level("out_7"));
    EXPECT_FALSE(level("out_0"));
}

TEST_F(Pl061, InputsAndOutputs)
{
    drive("in_0", true);
    drive("in_7", true);
    EXPECT_EQ(cpu.read(ALL), 0x81u);
    cpu.write(DIR, 0x80);
    EXPECT_EQ(cpu.read(ALL), 0x01u); // line 7 shows what it drives
    cpu.write(ALL, 0xff);
    EXPECT_EQ(cpu.read(ALL), 0x81u);
    EXPECT_TRUE(level("out_7"));
    EXPECT_FALSE(level("out_0")); // an input
}

TEST_F(Pl061, RisingEdge)
{
    cpu.write(IEV, 1);
    cpu.write(IE, 1);
    drive("in_0", true);
    EXPECT_TRUE(level("irq"));
    drive("in_0", false);
    EXPECT_TRUE(level("irq")); // until it is cleared
    EXPECT_EQ(cpu.read(MIS), 1u);
    cpu.write(IC, 1);
    EXPECT_FALSE(level("irq"));
    drive("in_7", true); // of a falling kind, and masked
    drive("in_7", false);
    EXPECT_EQ(cpu.read(RIS), 0x80u);
    EXPECT_EQ(cpu.read(MIS), 0u);
    EXPECT_FALSE(level("irq"));
}

TEST_F(Pl061, FallingAndBothEdges)
{
    cpu.write(IE, 0x81);
    cpu.write(IBE, 0x80);
    drive("in_0", true);
    EXPECT_FALSE(level("irq"));
    drive("in_0", false);
    EXPECT_EQ(cpu.read(MIS), 1u);
    drive("in_7", true);
    EXPECT_EQ(cpu.read(MIS), 0x81u);
    cpu.write(IC, 0xff);
    drive("in_7", false);
    EXPECT_EQ(cpu.read(MIS), 0x80u);
}

TEST_F(Pl061, Levels)
{
    cpu.write(IS, 0x81);
    cpu.write(IEV, 0x80);
    cpu.write(IE, 0x80);
    EXPECT_EQ(cpu.read(RIS), 0x01u); // line 0 is low, and low it is sensitive to
    drive("in_7", true);
    EXPECT_TRUE(level("irq"));
    cpu.write(IC, 0xff); // does not clear a level
    EXPECT_TRUE(level("irq"));
    drive("in_7", false);
    EXPECT_FALSE(level("irq"));
}

TEST_F(Pl061, AnOutputMakesEdgesToo)
{
    cpu.write(DIR, 1);
    cpu.write(IEV, 1);
    cpu.write(IE, 1);
    cpu.write(ALL, 1);
    EXPECT_TRUE(level("irq"));
}

// SystemC may be far behind the CPU that writes.
TEST_F(Pl061, ALineChangesAtTheInitiatorsLocalTime)
{
    cpu.write(DIR, 0xff);
    ahead_ns(500);
    cpu.write(ALL, 0x01);
    EXPECT_FALSE(level("out_0"));
    run_ns(499);
    EXPECT_FALSE(level("out_0"));
    run_ns(1);
    EXPECT_TRUE(level("out_0"));
}

TEST_F(Pl061, LinesThatChangeSeveralTimesDoSoInOrder)
{
    cpu.write(DIR, 0xff);
    ahead_ns(100);
    cpu.write(ALL, 0x01);
    ahead_ns(300);
    cpu.write(ALL, 0x80);
    run_ns(100);
    EXPECT_TRUE(level("out_0"));
    EXPECT_FALSE(level("out_7"));
    run_ns(200);
    EXPECT_FALSE(level("out_0"));
    EXPECT_TRUE(level("out_7"));
}

// What was said last holds in the end, whoever's clock is ahead.
TEST_F(Pl061, ALaterAccessOfAnInitiatorThatIsLessAheadHolds)
{
    cpu.write(DIR, 0xff);
    ahead_ns(300);
    cpu.write(ALL, 0x01);
    ahead_ns(200);
    cpu.write(ALL, 0x81);
    run_ns(299);
    EXPECT_FALSE(level("out_7"));
    run_ns(1);
    EXPECT_TRUE(level("out_0"));
    EXPECT_TRUE(level("out_7"));
}

TEST_F(Pl061, AResetDropsWhatIsUnderWay)
{
    cpu.write(DIR, 0xff);
    ahead_ns(300);
    cpu.write(ALL, 0x01);
    p.get<tk::module>("t").on_reset(tk::reset_kind::warm);
    run_ns(400);
    EXPECT_FALSE(level("out_0"));
}
