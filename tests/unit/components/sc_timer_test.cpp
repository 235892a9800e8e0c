// SPDX-License-Identifier: MIT
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

using sc_core::SC_NS;
using sc_core::SC_PS;
using sc_core::sc_time;

namespace
{

enum : uint32_t {
    COUNT_LO = 0x00,
    COUNT_HI = 0x04,
    CTRL = 0x08,
    STATUS = 0x0c,
    PERIOD_LO = 0x10,
    PERIOD_HI = 0x14,
    EXPIRIES = 0x18,
    ID = 0x1c
};
enum : uint32_t { ENABLE = 1, IRQ = 2, ONE_SHOT = 4 };

class Timer : public testing::Test
{
  protected:
    Timer()
        : m_platform("platform = { c = { moduletype = 'test_initiator' }, l = { moduletype = 'test_line' },\n"
                     " t = { moduletype = 'sc_timer', target_socket = { bind = '&c.socket' },\n"
                     " irq = { bind = '&l.in' } } }"),
          cpu(m_platform.get<test::initiator>("c")), irq(m_platform.get<test::line>("l"))
    {
        test::settle();
    }

    static void run(double ns) { sc_core::sc_start(sc_time(ns, SC_NS)); }
    // Sets how far the initiator is ahead of SystemC.
    void ahead(double ns) { cpu.delay = sc_time(ns, SC_NS); }

    test::platform m_platform;
    test::initiator &cpu;
    test::line &irq;
};

using edges = std::vector<std::pair<sc_time, bool>>;

} // namespace

TEST_F(Timer, ResetValues)
{
    for (const uint32_t offset : {COUNT_LO, COUNT_HI, CTRL, STATUS, PERIOD_LO, PERIOD_HI, EXPIRIES}) {
        EXPECT_EQ(cpu.read(offset), 0u) << offset;
    }
    EXPECT_EQ(cpu.read(ID), 0x544b544du);
    EXPECT_FALSE(irq.level());
}

TEST_F(Timer, CountsTheInitiatorsLocalTime)
{
    run(1000);
    ahead(234.5);
    EXPECT_EQ(cpu.read(COUNT_LO), 1234u);
    EXPECT_EQ(cpu.delay, sc_time(234.5, SC_NS)); // it takes no time itself
}

TEST_F(Timer, TheHighWordIsLatched)
{
    sc_core::sc_start(sc_time::from_value(0x1ffffffffull * 1000));
    EXPECT_EQ(cpu.read(COUNT_HI), 0u); // not latched yet
    EXPECT_EQ(cpu.read(COUNT_LO), 0xffffffffu);
    run(1); // the low word wraps
    EXPECT_EQ(cpu.read(COUNT_HI), 1u);
    EXPECT_EQ(cpu.read(COUNT_LO), 0u);
    EXPECT_EQ(cpu.read(COUNT_HI), 2u);
}

TEST_F(Timer, PeriodicWithoutDrift)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | IRQ);
    EXPECT_EQ(cpu.read(CTRL), ENABLE | IRQ);
    run(99);
    EXPECT_EQ(cpu.read(STATUS), 0u);
    run(2);
    EXPECT_EQ(cpu.read(STATUS), 1u);
    EXPECT_TRUE(irq.level());
    cpu.write(STATUS, 1);
    run(1);
    EXPECT_FALSE(irq.level());
    run(10 * 100);
    EXPECT_EQ(cpu.read(EXPIRIES), 11u);
    EXPECT_EQ(
        irq.edges,
        (edges{{sc_time(100, SC_NS), true}, {sc_time(101, SC_NS), false}, {sc_time(200, SC_NS), true}}));
}

TEST_F(Timer, OneShot)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | ONE_SHOT);
    run(500);
    EXPECT_EQ(cpu.read(EXPIRIES), 1u);
    EXPECT_EQ(cpu.read(CTRL), ONE_SHOT);
    EXPECT_EQ(cpu.read(STATUS), 1u);
    EXPECT_FALSE(irq.level()); // not asked for
    cpu.write(CTRL, ONE_SHOT | IRQ);
    run(1);
    EXPECT_TRUE(irq.level()); // an old expiry, now enabled
}

TEST_F(Timer, AStartAheadOfSystemcCountsFromThere)
{
    cpu.write(PERIOD_LO, 100);
    ahead(30);
    cpu.write(CTRL, ENABLE | IRQ);
    run(129);
    EXPECT_FALSE(irq.level());
    run(2);
    EXPECT_EQ(irq.edges, (edges{{sc_time(130, SC_NS), true}}));
}

TEST_F(Timer, ReadsAheadOfSystemcSeeWhatWillHaveHappened)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | IRQ);
    ahead(250);
    EXPECT_EQ(cpu.read(EXPIRIES), 2u);
    EXPECT_EQ(cpu.read(STATUS), 1u);
    EXPECT_TRUE(irq.edges.empty()); // but SystemC is not there yet
    cpu.write(STATUS, 1);
    EXPECT_EQ(cpu.read(STATUS), 0u);
    run(299);
    EXPECT_TRUE(irq.edges.empty()); // the two were cleared by then
    run(2);
    EXPECT_EQ(irq.edges, (edges{{sc_time(300, SC_NS), true}}));
    ahead(0);
    EXPECT_EQ(cpu.read(EXPIRIES), 3u);
}

TEST_F(Timer, OneShotAheadOfSystemc)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | ONE_SHOT);
    ahead(99);
    EXPECT_EQ(cpu.read(CTRL) & ENABLE, ENABLE);
    ahead(1000);
    EXPECT_EQ(cpu.read(CTRL) & ENABLE, 0u);
    EXPECT_EQ(cpu.read(EXPIRIES), 1u);
}

TEST_F(Timer, AStopAheadOfSystemcLetsExpireWhatIsDueByThen)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE);
    ahead(200);
    cpu.write(CTRL, 0);
    EXPECT_EQ(cpu.read(CTRL), 0u);
    run(1000);
    ahead(0);
    EXPECT_EQ(cpu.read(EXPIRIES), 2u);
}

TEST_F(Timer, RestartAheadOfSystemcKeepsTheOldExpiries)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE);
    ahead(150);
    cpu.write(CTRL, 0);
    ahead(160);
    cpu.write(CTRL, ENABLE);
    run(261);
    ahead(0);
    EXPECT_EQ(cpu.read(EXPIRIES), 2u); // at 100 and at 260
}

// A restart is when the old run's expiries are accounted for; their interrupts come when they expire.
TEST_F(Timer, RestartAheadOfSystemcLeavesInterruptsWhereTheyAre)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | IRQ | ONE_SHOT);
    ahead(300);
    cpu.write(CTRL, ENABLE | IRQ | ONE_SHOT);
    EXPECT_TRUE(irq.edges.empty());
    run(350);
    EXPECT_EQ(irq.edges, (edges{{sc_time(100, SC_NS), true}}));
}

TEST_F(Timer, RestartAheadOfSystemcTurnsTheInterruptOnAndOffThen)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | ONE_SHOT);
    ahead(300);
    cpu.write(CTRL, ENABLE | IRQ | ONE_SHOT);
    ahead(600);
    cpu.write(CTRL, ENABLE | ONE_SHOT);
    run(700);
    EXPECT_EQ(irq.edges, (edges{{sc_time(300, SC_NS), true}, {sc_time(600, SC_NS), false}}));
}

TEST_F(Timer, RestartAheadOfSystemcAfterTheInterruptWasAcknowledged)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE | IRQ);
    ahead(250);
    cpu.write(STATUS, 1);
    ahead(350);
    cpu.write(CTRL, IRQ);
    ahead(360);
    cpu.write(CTRL, ENABLE | IRQ);
    run(400);
    EXPECT_EQ(irq.edges, (edges{{sc_time(300, SC_NS), true}}));
}

TEST_F(Timer, ANewPeriodCountsFromTheNextStart)
{
    cpu.write(PERIOD_LO, 100);
    cpu.write(CTRL, ENABLE);
    cpu.write(PERIOD_LO, 10);
    cpu.write(CTRL, ENABLE); // runs already: no start
    run(301);
    EXPECT_EQ(cpu.read(EXPIRIES), 3u);
    cpu.write(CTRL, 0);
    cpu.write(CTRL, ENABLE);
    run(50);
    EXPECT_EQ(cpu.read(EXPIRIES), 8u);
}

TEST_F(Timer, NoPeriodNoStart)
{
    cpu.write(CTRL, ENABLE);
    EXPECT_EQ(cpu.read(CTRL), 0u);
    cpu.write(PERIOD_HI, 0xffffffff); // ends after SystemC's time does
    EXPECT_EQ(cpu.read(PERIOD_HI), 0xffffffffu);
    cpu.write(CTRL, ENABLE);
    EXPECT_EQ(cpu.read(CTRL), 0u);
    run(1000);
    EXPECT_EQ(cpu.read(EXPIRIES), 0u);
}

TEST_F(Timer, LongPeriods)
{
    cpu.write(PERIOD_HI, 1); // 2^32 ns
    cpu.write(CTRL, ENABLE);
    sc_core::sc_start(sc_time::from_value(0x100000000ull * 1000 - 1));
    EXPECT_EQ(cpu.read(EXPIRIES), 0u);
    sc_core::sc_start(sc_time(2, SC_PS));
    EXPECT_EQ(cpu.read(EXPIRIES), 1u);
}

TEST_F(Timer, ReadOnlyRegistersTakeWritesWithoutEffect)
{
    cpu.write(EXPIRIES, 5);
    cpu.write(ID, 5);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(cpu.read(EXPIRIES), 0u);
    EXPECT_EQ(cpu.read(ID), 0x544b544du);
}

// Not one by one: it would take years.
TEST_F(Timer, WhatHasExpiredBeforeANewStartIsCountedAtOnce)
{
    const uint64_t day_ps = UINT64_C(86400000000000000);
    cpu.write(PERIOD_LO, 1);
    cpu.write(CTRL, ENABLE);
    cpu.delay = sc_time::from_value(day_ps);
    cpu.write(CTRL, 0);
    cpu.write(CTRL, ENABLE);
    EXPECT_EQ(cpu.read(EXPIRIES), static_cast<uint32_t>(day_ps / 1000));
    EXPECT_EQ(cpu.read(STATUS), 1u);
}
