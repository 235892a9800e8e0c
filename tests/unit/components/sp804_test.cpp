// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { LOAD = 0, VALUE = 4, CONTROL = 8, INT_CLR = 0xc, RIS = 0x10, MIS = 0x14, BG_LOAD = 0x18 };
enum : uint32_t { SECOND = 0x20, ITCR = 0xf00 };
enum : uint32_t { ONE_SHOT = 1, BITS_32 = 2, BY_16 = 4, BY_256 = 8, IRQ = 0x20, PERIODIC = 0x40, ON = 0x80 };

// 1 MHz: a tick is 1000 ns.
struct Sp804 : testing::Test, test::device_bench {
    Sp804() : device_bench("moduletype = 'sp804', clock_hz = 1000000", {"irq", "irq_1", "irq_2"}) {}
};

struct Sp804Odd : testing::Test, test::device_bench {
    Sp804Odd() : device_bench("moduletype = 'sp804', clock_hz = 32768", {"irq"}) {}
};

} // namespace

TEST_F(Sp804, ResetValues)
{
    for (const uint32_t bank : std::vector<uint32_t>{0, SECOND}) {
        EXPECT_EQ(cpu.read(bank + LOAD), 0u);
        EXPECT_EQ(cpu.read(bank + VALUE), 0xffffu); // 0xffffffff, and 16 bits of it count
        EXPECT_EQ(cpu.read(bank + CONTROL), 0x20u);
        EXPECT_EQ(cpu.read(bank + RIS), 0u);
        EXPECT_EQ(cpu.read(bank + MIS), 0u);
    }
    test::expect_identification(cpu, {0x04, 0x18, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1});
    EXPECT_FALSE(level("irq"));
}

TEST_F(Sp804, Edges)
{
    test::expect_register_edges(cpu, 0xffc);
}

TEST_F(Sp804, CountsDownAndWraps)
{
    cpu.write(CONTROL, BITS_32 | ON);
    cpu.write(LOAD, 10);
    run_ns(4999);
    EXPECT_EQ(cpu.read(VALUE), 6u);
    run_ns(5001);
    EXPECT_EQ(cpu.read(VALUE), 0u);
    EXPECT_EQ(cpu.read(RIS), 1u);
    EXPECT_EQ(cpu.read(MIS), 0u); // IRQ was not asked for
    EXPECT_FALSE(level("irq"));
    run_ns(1000);
    EXPECT_EQ(cpu.read(VALUE), 0xffffffffu); // free-running
}

TEST_F(Sp804, SixteenBits)
{
    cpu.write(LOAD, 0x12345);
    cpu.write(CONTROL, ON | IRQ);
    EXPECT_EQ(cpu.read(VALUE), 0x2345u);
    run_ns((0x2345 + 1) * UINT64_C(1000));
    EXPECT_EQ(cpu.read(VALUE), 0xffffu);
    EXPECT_TRUE(level("irq_1"));
    cpu.write(INT_CLR, 0);
    run_ns(65535 * UINT64_C(1000));
    EXPECT_TRUE(level("irq_1")); // a whole round
}

TEST_F(Sp804, PeriodicWithoutDrift)
{
    cpu.write(LOAD, 3);
    cpu.write(CONTROL, BITS_32 | PERIODIC | IRQ | ON);
    for (int i = 1; i <= 5; i++) {
        run_ns(2999);
        EXPECT_FALSE(level("irq_1")) << i;
        EXPECT_EQ(cpu.read(VALUE), 1u);
        run_ns(1);
        EXPECT_TRUE(level("irq_1")) << i;
        EXPECT_EQ(cpu.read(VALUE), 3u);
        cpu.write(INT_CLR, 0);
        EXPECT_FALSE(level("irq_1")) << i;
    }
    ASSERT_EQ(out("irq").edges.size(), 10u);
    EXPECT_EQ(out("irq").edges[8], (std::pair<sc_core::sc_time, bool>{ns(15000), true}));
    EXPECT_TRUE(out("irq_2").edges.empty());
}

TEST_F(Sp804, OneShotHaltsAtZero)
{
    cpu.write(SECOND + LOAD, 2);
    cpu.write(SECOND + CONTROL, BITS_32 | ONE_SHOT | IRQ | ON);
    run_ns(10000);
    EXPECT_EQ(cpu.read(SECOND + VALUE), 0u);
    EXPECT_EQ(out("irq_2").edges, (test::edges{{ns(2000), true}}));
    cpu.write(SECOND + INT_CLR, 1);
    run_ns(100000);
    EXPECT_FALSE(level("irq_2"));
    cpu.write(SECOND + LOAD, 2); // again
    run_ns(2000);
    EXPECT_TRUE(level("irq_2"));
    EXPECT_TRUE(level("irq"));
    EXPECT_FALSE(level("irq_1"));
}

TEST_F(Sp804, Prescaler)
{
    cpu.write(CONTROL, BITS_32 | ON | BY_16);
    cpu.write(LOAD, 100);
    run_ns(16 * UINT64_C(7000) - 1);
    EXPECT_EQ(cpu.read(VALUE), 94u);
    cpu.write(CONTROL, BITS_32 | ON | BY_256); // goes on from there
    EXPECT_EQ(cpu.read(VALUE), 94u);
    run_ns(UINT64_C(256000));
    EXPECT_EQ(cpu.read(VALUE), 93u);
}

TEST_F(Sp804, StopsAndGoesOn)
{
    cpu.write(CONTROL, BITS_32 | ON | IRQ);
    cpu.write(LOAD, 10);
    run_ns(4000);
    cpu.write(CONTROL, BITS_32 | IRQ);
    run_ns(50000);
    EXPECT_EQ(cpu.read(VALUE), 6u);
    EXPECT_FALSE(level("irq"));
    cpu.write(CONTROL, BITS_32 | ON | IRQ);
    run_ns(5999);
    EXPECT_FALSE(level("irq"));
    run_ns(1);
    EXPECT_TRUE(level("irq"));
}

TEST_F(Sp804, BackgroundLoadHoldsFromTheNextReloadOn)
{
    cpu.write(LOAD, 4);
    cpu.write(CONTROL, BITS_32 | PERIODIC | IRQ | ON);
    run_ns(1000);
    cpu.write(BG_LOAD, 7);
    EXPECT_EQ(cpu.read(VALUE), 3u);
    EXPECT_EQ(cpu.read(LOAD), 7u);
    run_ns(3000);
    EXPECT_TRUE(level("irq"));
    cpu.write(INT_CLR, 0);
    run_ns(6999);
    EXPECT_FALSE(level("irq"));
    run_ns(1);
    EXPECT_TRUE(level("irq"));
}

TEST_F(Sp804, ALoadOfZeroInterruptsAtOnce)
{
    cpu.write(CONTROL, BITS_32 | PERIODIC | IRQ | ON);
    cpu.write(LOAD, 0);
    EXPECT_TRUE(level("irq"));
    cpu.write(INT_CLR, 0);
    run_ns(100000);
    EXPECT_FALSE(level("irq"));
}

TEST_F(Sp804, AheadOfSystemc)
{
    ahead_ns(5000);
    cpu.write(LOAD, 10);
    cpu.write(CONTROL, BITS_32 | ON | IRQ); // from 5000 on
    ahead_ns(16000);
    EXPECT_EQ(cpu.read(RIS), 1u);
    EXPECT_FALSE(level("irq")); // SystemC is not there yet
    ahead_ns(0);
    EXPECT_EQ(cpu.read(RIS), 0u);
    run_ns(20000);
    EXPECT_EQ(out("irq").edges, (test::edges{{ns(15000), true}}));
}

TEST_F(Sp804, AnInterruptThatIsClearedAheadOfSystemcDoesNotCome)
{
    cpu.write(LOAD, 10);
    cpu.write(CONTROL, BITS_32 | PERIODIC | ON | IRQ);
    ahead_ns(10500);
    cpu.write(INT_CLR, 0);
    ahead_ns(0);
    run_ns(19999);
    EXPECT_TRUE(out("irq").edges.empty());
    run_ns(1);
    EXPECT_TRUE(level("irq"));
    EXPECT_EQ(out("irq").edges, (test::edges{{ns(20000), true}}));
}

TEST_F(Sp804, TheTestRegisterIsKept)
{
    cpu.write(ITCR, 3);
    EXPECT_EQ(cpu.read(ITCR), 1u);
    EXPECT_EQ(cpu.read(0x40), 0u);
}

// 32768 Hz does not divide a second into whole picoseconds: after many periods nothing has been lost.
TEST_F(Sp804Odd, AnOddClockDoesNotDrift)
{
    cpu.write(LOAD, 1);
    cpu.write(CONTROL, BITS_32 | PERIODIC | IRQ | ON);
    sc_core::sc_start(sc_core::sc_time(99999, sc_core::SC_MS));
    cpu.write(INT_CLR, 0);
    cpu.write(LOAD, 32768);
    run_ns(999999999);
    EXPECT_FALSE(level("irq"));
    run_ns(1);
    EXPECT_TRUE(level("irq"));
}
