// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { LOAD = 0, VALUE = 4, CONTROL = 8, INT_CLR = 0xc, RIS = 0x10, MIS = 0x14, LOCK = 0xc00 };
enum : uint32_t { INTEN = 1, RESEN = 2, KEY = 0x1acce551 };

// 1 MHz: a tick is 1000 ns.
struct Sp805 : testing::Test, test::device_bench {
    Sp805() : device_bench("moduletype = 'sp805', clock_hz = 1000000, reset_ns = 500", {"irq", "reset"}) {}
};

} // namespace

TEST_F(Sp805, ResetValues)
{
    EXPECT_EQ(cpu.read(LOAD), 0xffffffffu);
    EXPECT_EQ(cpu.read(VALUE), 0xffffffffu);
    EXPECT_EQ(cpu.read(CONTROL), 0u);
    EXPECT_EQ(cpu.read(LOCK), 0u);
    test::expect_identification(cpu, {0x05, 0x18, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1});
    run_ns(1000000);
    EXPECT_EQ(cpu.read(VALUE), 0xffffffffu); // it does not count
}

TEST_F(Sp805, Edges)
{
    test::expect_register_edges(cpu, 0xffc);
}

TEST_F(Sp805, FirstInterruptThenReset)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN | RESEN);
    run_ns(9000);
    EXPECT_TRUE(level("irq"));
    EXPECT_EQ(cpu.read(RIS), 1u);
    EXPECT_EQ(cpu.read(MIS), 1u);
    EXPECT_EQ(cpu.read(VALUE), 0u);
    run_ns(1000);
    EXPECT_EQ(cpu.read(VALUE), 9u); // reloaded
    run_ns(100000);
    EXPECT_EQ(out("reset").edges, (test::edges{{ns(19000), true}, {ns(19500), false}}));
    EXPECT_EQ(out("irq").edges, (test::edges{{ns(9000), true}, {ns(19000), false}}));
    EXPECT_EQ(cpu.read(CONTROL), 0u); // it has been reset itself
    EXPECT_EQ(cpu.read(LOAD), 0xffffffffu);
}

TEST_F(Sp805, WhoeverFeedsItIsLeftAlone)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN | RESEN);
    for (int i = 0; i < 20; i++) {
        run_ns(9500);
        EXPECT_TRUE(level("irq")) << i;
        cpu.write(INT_CLR, 0);
        EXPECT_FALSE(level("irq")) << i;
    }
    EXPECT_TRUE(out("reset").edges.empty());
}

TEST_F(Sp805, WithoutResenItOnlyInterrupts)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN);
    run_ns(200000);
    EXPECT_TRUE(level("irq"));
    EXPECT_TRUE(out("reset").edges.empty());
}

TEST_F(Sp805, TheLockKeepsEverythingAsItIs)
{
    cpu.write(LOCK, 1);
    EXPECT_EQ(cpu.read(LOCK), 1u);
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN);
    EXPECT_EQ(cpu.read(LOAD), 0xffffffffu);
    EXPECT_EQ(cpu.read(CONTROL), 0u);
    cpu.write(LOCK, KEY);
    EXPECT_EQ(cpu.read(LOCK), 0u);
    cpu.write(LOAD, 9);
    EXPECT_EQ(cpu.read(LOAD), 9u);
}

TEST_F(Sp805, EnablingItReloads)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN);
    run_ns(4000);
    cpu.write(CONTROL, 0);
    run_ns(4000);
    EXPECT_EQ(cpu.read(VALUE), 5u);
    cpu.write(CONTROL, INTEN);
    EXPECT_EQ(cpu.read(VALUE), 9u);
    run_ns(8999);
    EXPECT_FALSE(level("irq"));
    run_ns(1);
    EXPECT_TRUE(level("irq"));
}

TEST_F(Sp805, FedAheadOfSystemcButTooLate)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN | RESEN);
    ahead_ns(19500); // the reset comes at 19000
    cpu.write(INT_CLR, 0);
    ahead_ns(0);
    run_ns(30000);
    EXPECT_EQ(out("reset").edges, (test::edges{{ns(19000), true}, {ns(19500), false}}));
}

TEST_F(Sp805, FedAheadOfSystemcInTime)
{
    cpu.write(LOAD, 9);
    cpu.write(CONTROL, INTEN | RESEN);
    ahead_ns(18000);
    cpu.write(INT_CLR, 0);
    ahead_ns(0);
    run_ns(26999);
    EXPECT_TRUE(out("irq").edges.empty()); // what would have come at 9000 was cleared at 18000
    run_ns(1);
    EXPECT_TRUE(level("irq"));
    EXPECT_TRUE(out("reset").edges.empty());
}
