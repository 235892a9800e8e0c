// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t {
    RAW = 0,
    PENDING = 4,
    ENABLE = 8,
    ENABLE_SET = 0xc,
    ENABLE_CLEAR = 0x10,
    SOFT = 0x14,
    SOFT_CLEAR = 0x18,
    FIRST = 0x1c,
    ID = 0x20
};

struct SimpleIntc : testing::Test, test::device_bench {
    SimpleIntc()
        : device_bench("moduletype = 'simple_intc', num_inputs = 10", {"irq"}, {"irq_in_0", "irq_in_9"})
    {
    }
};

} // namespace

TEST_F(SimpleIntc, ResetValues)
{
    for (uint32_t offset = RAW; offset < FIRST; offset += 4) {
        EXPECT_EQ(cpu.read(offset), 0u) << offset;
    }
    EXPECT_EQ(cpu.read(FIRST), 0xffffffffu);
    EXPECT_EQ(cpu.read(ID), 0x544b4943u);
}

TEST_F(SimpleIntc, Edges)
{
    test::expect_register_edges(cpu, ID);
}

TEST_F(SimpleIntc, LevelsThatAreEnabled)
{
    drive("irq_in_9", true);
    EXPECT_EQ(cpu.read(RAW), 0x200u);
    EXPECT_EQ(cpu.read(PENDING), 0u);
    EXPECT_FALSE(level("irq"));
    cpu.write(ENABLE, 0xffffffff);
    EXPECT_EQ(cpu.read(ENABLE), 0x3ffu); // there are ten
    EXPECT_TRUE(level("irq"));
    EXPECT_EQ(cpu.read(FIRST), 9u);
    drive("irq_in_0", true);
    EXPECT_EQ(cpu.read(FIRST), 0u);
    cpu.write(ENABLE_CLEAR, 0x201);
    EXPECT_EQ(cpu.read(ENABLE), 0x1feu);
    EXPECT_FALSE(level("irq"));
    cpu.write(ENABLE_SET, 0x201);
    EXPECT_TRUE(level("irq"));
    drive("irq_in_9", false);
    EXPECT_TRUE(level("irq"));
    drive("irq_in_0", false);
    EXPECT_FALSE(level("irq"));
}

TEST_F(SimpleIntc, BySoftware)
{
    cpu.write(ENABLE, 0x10);
    cpu.write(SOFT, 0xfffffc10);
    EXPECT_EQ(cpu.read(SOFT), 0x10u);
    EXPECT_EQ(cpu.read(PENDING), 0x10u);
    EXPECT_TRUE(level("irq"));
    cpu.write(SOFT_CLEAR, 0x10);
    EXPECT_EQ(cpu.read(RAW), 0u);
    EXPECT_FALSE(level("irq"));
}

TEST(SimpleIntcSize, AllThirtyTwo)
{
    const test::device_bench bench("moduletype = 'simple_intc'", {"irq"}, {"irq_in_31"});
    bench.cpu.write(ENABLE, 0xffffffff);
    EXPECT_EQ(bench.cpu.read(ENABLE), 0xffffffffu);
    bench.drive("irq_in_31", true);
    EXPECT_EQ(bench.cpu.read(FIRST), 31u);
    EXPECT_TRUE(bench.level("irq"));
}

TEST(SimpleIntcSize, NotMore)
{
    EXPECT_NE(test::build_error("platform = { c = { moduletype = 'test_initiator' },\n"
                                " t = { moduletype = 'simple_intc', num_inputs = 33,\n"
                                " target_socket = { bind = '&c.socket' } } }"),
              "");
}
