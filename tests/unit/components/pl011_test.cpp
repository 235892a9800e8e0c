// SPDX-License-Identifier: MIT
//
// Register semantics of the Pl011 (Arm DDI 0183, chapter 3).
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

namespace
{

enum : uint32_t {
    DR = 0x00,
    RSR = 0x04,
    FR = 0x18,
    IBRD = 0x24,
    FBRD = 0x28,
    LCR_H = 0x2c,
    CR = 0x30,
    IFLS = 0x34,
    IMSC = 0x38,
    RIS = 0x3c,
    MIS = 0x40,
    ICR = 0x44,
    DMACR = 0x48
};
enum : uint32_t { RXFE = 0x10, TXFF = 0x20, RXFF = 0x40, TXFE = 0x80, BUSY = 0x08 };
enum : uint32_t { RX = 0x10, TX = 0x20, RT = 0x40, OE = 0x400 };
enum : uint32_t { FEN = 0x10, ON = 0x301, LOOPBACK = 0x80 };

class Pl011 : public testing::Test
{
  protected:
    Pl011()
        : m_platform(
              "platform = { c = { moduletype = 'test_initiator' }, l = { moduletype = 'test_line' },\n"
              " b = { moduletype = 'test_stream' },\n"
              " u = { moduletype = 'Pl011', mem = { bind = '&c.socket' }, irq_out = { bind = '&l.in' },\n"
              " backend_socket = { bind = '&b.stream' } } }"),
          cpu(m_platform.get<test::initiator>("c")), irq(m_platform.get<test::line>("l")),
          backend(m_platform.get<test::stream>("b"))
    {
        test::settle();
    }

    bool line()
    {
        test::settle();
        return irq.level();
    }

    test::platform m_platform;
    test::initiator &cpu;
    test::line &irq;
    test::stream &backend;
};

} // namespace

TEST_F(Pl011, ResetValues)
{
    EXPECT_EQ(cpu.read(FR) & 0xf8, RXFE | TXFE);
    EXPECT_EQ(cpu.read(CR), 0x300u);
    EXPECT_EQ(cpu.read(IFLS), 0x12u);
    for (const uint32_t offset : {RSR, IBRD, FBRD, LCR_H, IMSC, RIS, MIS, DMACR}) {
        EXPECT_EQ(cpu.read(offset), 0u) << offset;
    }
    EXPECT_FALSE(line());
}

TEST_F(Pl011, Identification)
{
    const uint32_t expected[8] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    for (uint32_t i = 0; i < 8; i++) {
        EXPECT_EQ(cpu.read(0xfe0 + 4 * i), expected[i]) << i;
    }
}

TEST_F(Pl011, RegistersKeepTheirBits)
{
    const struct {
        uint32_t offset, mask;
    } registers[] = {{0x20, 0xff}, {IBRD, 0xffff}, {FBRD, 0x3f},  {LCR_H, 0xff},
                     {CR, 0xff87}, {IFLS, 0x3f},   {IMSC, 0x7ff}, {DMACR, 7}};
    for (const auto &each : registers) {
        cpu.write(each.offset, 0xffffffff);
        EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(cpu.read(each.offset), each.mask) << each.offset;
    }
}

TEST_F(Pl011, SendsAtOnce)
{
    cpu.write(DR, 'h');
    cpu.write(DR, 'i', 1);
    EXPECT_EQ(backend.received, "hi");
    EXPECT_EQ(cpu.read(FR) & (TXFE | TXFF | BUSY), TXFE);
}

TEST_F(Pl011, SendingRaisesTxWhichIsClearedByIcr)
{
    cpu.write(IMSC, TX);
    EXPECT_FALSE(line()); // not before something was sent
    cpu.write(DR, 'x');
    EXPECT_EQ(cpu.read(RIS), TX);
    EXPECT_EQ(cpu.read(MIS), TX);
    EXPECT_TRUE(line());
    cpu.write(ICR, TX);
    EXPECT_EQ(cpu.read(RIS), 0u);
    EXPECT_FALSE(line());
}

TEST_F(Pl011, ABackEndWithoutRoomFillsTheFifo)
{
    cpu.write(LCR_H, FEN);
    backend.room = 0;
    for (char c = 'a'; c < 'a' + 16; c++) {
        EXPECT_EQ(cpu.read(FR) & TXFF, 0u) << c;
        cpu.write(DR, static_cast<uint32_t>(c));
    }
    EXPECT_EQ(cpu.read(FR) & (TXFE | TXFF | BUSY), TXFF | BUSY);
    EXPECT_EQ(cpu.read(RIS) & TX, 0u);
    cpu.write(DR, '!'); // full: lost
    backend.make_room(14);
    EXPECT_EQ(backend.received, "abcdefghijklmn");
    EXPECT_EQ(cpu.read(RIS) & TX, TX); // 2 are left, which is 1/8
    backend.make_room(9);
    EXPECT_EQ(backend.received, "abcdefghijklmnop");
    EXPECT_EQ(cpu.read(FR) & (TXFE | TXFF | BUSY), TXFE);
}

TEST_F(Pl011, ReceivesWhenItIsOn)
{
    EXPECT_EQ(backend.send("a"), 0u);
    cpu.write(CR, ON);
    EXPECT_EQ(backend.room_calls, 1u); // the back end is told
    EXPECT_EQ(backend.send("ab"), 1u); // no FIFO: one holding register
    EXPECT_EQ(cpu.read(FR) & (RXFE | RXFF), RXFF);
    EXPECT_EQ(cpu.read(DR), uint32_t('a'));
    EXPECT_EQ(backend.room_calls, 2u);
    EXPECT_EQ(cpu.read(FR) & (RXFE | RXFF), RXFE);
    EXPECT_EQ(cpu.read(DR), 0u);
}

TEST_F(Pl011, ReceiveInterruptWithoutFifo)
{
    cpu.write(CR, ON);
    cpu.write(IMSC, RX);
    EXPECT_FALSE(line());
    backend.send("a");
    EXPECT_TRUE(line());
    cpu.read(DR);
    EXPECT_EQ(cpu.read(RIS), 0u);
    EXPECT_FALSE(line());
}

TEST_F(Pl011, ReceiveInterruptAtEachTriggerLevel)
{
    const size_t levels[] = {2, 4, 8, 12, 14};
    cpu.write(CR, ON);
    cpu.write(LCR_H, FEN);
    for (uint32_t code = 0; code < 5; code++) {
        cpu.write(IFLS, code << 3);
        cpu.write(ICR, 0x7ff);
        for (size_t count = 1; count <= levels[code]; count++) {
            EXPECT_EQ(cpu.read(RIS) & RX, 0u) << code << " " << count;
            EXPECT_EQ(backend.send("x"), 1u);
            EXPECT_EQ(cpu.read(RIS) & RT, RT);
        }
        EXPECT_EQ(cpu.read(RIS) & RX, RX) << code;
        cpu.read(DR);
        EXPECT_EQ(cpu.read(RIS) & (RX | RT), RT) << code; // below the level, but not empty
        while (!(cpu.read(FR) & RXFE)) {
            cpu.read(DR);
        }
        EXPECT_EQ(cpu.read(RIS) & (RX | RT), 0u) << code;
    }
}

TEST_F(Pl011, TheReceiveFifoHoldsSixteen)
{
    cpu.write(CR, ON);
    cpu.write(LCR_H, FEN);
    EXPECT_EQ(backend.send("0123456789abcdefg"), 16u);
    EXPECT_EQ(cpu.read(FR) & RXFF, RXFF);
    std::string text;
    while (!(cpu.read(FR) & RXFE)) {
        text.push_back(static_cast<char>(cpu.read(DR)));
    }
    EXPECT_EQ(text, "0123456789abcdef");
    EXPECT_EQ(cpu.read(RIS) & OE, 0u); // the back end waited
}

TEST_F(Pl011, LoopbackOverruns)
{
    cpu.write(CR, ON | LOOPBACK);
    cpu.write(IMSC, OE);
    cpu.write(DR, 'a');
    EXPECT_FALSE(line());
    cpu.write(DR, 'b');
    EXPECT_EQ(backend.received, "");
    EXPECT_EQ(cpu.read(RIS) & OE, OE);
    EXPECT_TRUE(line());
    EXPECT_EQ(cpu.read(RSR), 8u);
    EXPECT_EQ(cpu.read(DR), 0x800u | 'a');
    cpu.write(RSR, 0);
    EXPECT_EQ(cpu.read(RSR), 0u);
    cpu.write(ICR, OE);
    EXPECT_FALSE(line());
}

TEST_F(Pl011, DebugReadsTakeNothing)
{
    unsigned char data[4] = {};
    cpu.write(CR, ON);
    backend.send("a");
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, DR, data, 4), 4u);
    EXPECT_EQ(data[0], 'a');
    EXPECT_EQ(cpu.read(DR), uint32_t('a'));
}

TEST_F(Pl011, ReservedAndReadOnlyRegistersTakeWritesWithoutEffect)
{
    cpu.write(FR, 0xffffffff);
    cpu.write(RIS, 0xffffffff);
    cpu.write(0x08, 0xffffffff);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(cpu.read(RIS), 0u);
    EXPECT_EQ(cpu.read(0x08), 0u);
}
