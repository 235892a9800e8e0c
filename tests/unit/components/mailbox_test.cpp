// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { SEND = 0, RECEIVE = 4, STATUS = 8, IRQ_ENABLE = 0xc, IRQ_STATUS = 0x10, ID = 0x14 };
enum : uint32_t { AVAILABLE = 1, FULL = 2, OVERRUN = 4 };

struct Mailbox : testing::Test, test::device_bench {
    Mailbox()
        : device_bench("moduletype = 'mailbox', depth = 3", {"irq_0", "irq_1"}, {},
                       {"target_socket_0", "target_socket_1"}),
          other(p.get<test::initiator>("target_socket_1"))
    {
    }
    test::initiator &other;
};

constexpr uint32_t status(uint32_t flags, uint32_t count, uint32_t room)
{
    return flags | count << 8 | room << 16;
}

} // namespace

TEST_F(Mailbox, ResetValues)
{
    for (test::initiator *each : {&cpu, &other}) {
        EXPECT_EQ(each->read(RECEIVE), 0u);
        EXPECT_EQ(each->read(STATUS), status(0, 0, 3));
        EXPECT_EQ(each->read(IRQ_ENABLE), 0u);
        EXPECT_EQ(each->read(ID), 0x544b4d42u);
    }
}

TEST_F(Mailbox, Edges)
{
    test::expect_register_edges(cpu, ID);
    test::expect_register_edges(other, ID);
}

TEST_F(Mailbox, InOrderAndBothWays)
{
    cpu.write(SEND, 1);
    cpu.write(SEND, 2);
    other.write(SEND, 77);
    EXPECT_EQ(cpu.read(STATUS), status(AVAILABLE, 1, 1));
    EXPECT_EQ(other.read(STATUS), status(AVAILABLE, 2, 2));
    EXPECT_EQ(cpu.read(RECEIVE), 77u);
    EXPECT_EQ(other.read(RECEIVE), 1u);
    EXPECT_EQ(other.read(RECEIVE), 2u);
    EXPECT_EQ(other.read(RECEIVE), 0u);
    EXPECT_EQ(other.read(STATUS), status(0, 0, 3));
}

TEST_F(Mailbox, WhatDoesNotFitIsLostAndSaid)
{
    for (uint32_t i = 1; i <= 4; i++) {
        cpu.write(SEND, i);
    }
    EXPECT_EQ(cpu.read(STATUS), status(FULL | OVERRUN, 0, 0));
    cpu.write(STATUS, OVERRUN);
    EXPECT_EQ(cpu.read(STATUS), status(FULL, 0, 0));
    for (uint32_t i = 1; i <= 3; i++) {
        EXPECT_EQ(other.read(RECEIVE), i);
    }
    EXPECT_EQ(other.read(STATUS), status(0, 0, 3));
}

TEST_F(Mailbox, Interrupts)
{
    other.write(IRQ_ENABLE, 1);
    cpu.write(SEND, 5);
    EXPECT_TRUE(level("irq_1"));
    EXPECT_FALSE(level("irq_0"));
    EXPECT_EQ(other.read(IRQ_STATUS), 1u);
    other.read(RECEIVE);
    EXPECT_FALSE(level("irq_1"));

    cpu.write(IRQ_ENABLE, 2); // there is room
    EXPECT_TRUE(level("irq_0"));
    for (uint32_t i = 0; i < 3; i++) {
        cpu.write(SEND, i);
    }
    EXPECT_FALSE(level("irq_0"));
    EXPECT_TRUE(level("irq_1"));
    other.read(RECEIVE);
    EXPECT_TRUE(level("irq_0"));
}

TEST_F(Mailbox, AWordIsThereFromTheTimeItIsSent)
{
    other.write(IRQ_ENABLE, 1);
    ahead_ns(300);
    cpu.write(SEND, 9);
    EXPECT_EQ(other.read(STATUS), status(0, 0, 3)); // at time 0
    EXPECT_EQ(other.read(RECEIVE), 0u);
    other.delay = ns(299);
    EXPECT_EQ(other.read(RECEIVE), 0u);
    other.delay = ns(300);
    EXPECT_EQ(other.read(STATUS), status(AVAILABLE, 1, 3));
    run_ns(1000);
    EXPECT_EQ(out("irq_1").edges, (test::edges{{ns(300), true}}));
    EXPECT_EQ(other.read(RECEIVE), 9u);
}

TEST_F(Mailbox, AWordDoesNotOvertakeAnother)
{
    ahead_ns(300);
    cpu.write(SEND, 1);
    ahead_ns(100);
    cpu.write(SEND, 2); // of a CPU that is behind
    other.delay = ns(200);
    EXPECT_EQ(other.read(STATUS), status(0, 0, 3));
    other.delay = ns(300);
    EXPECT_EQ(other.read(RECEIVE), 1u);
    EXPECT_EQ(other.read(RECEIVE), 2u);
}
