// SPDX-License-Identifier: MIT
#include "device_bench.h"

namespace
{

enum : uint32_t { DATA = 0, IER = 4, IIR = 8, FCR = 8, LCR = 12, MCR = 16, LSR = 20, MSR = 24, SCR = 28 };
enum : uint32_t { DLAB = 0x80, LOOP = 0x10 };

std::string board(const std::string &more = "")
{
    return "platform = { c = { moduletype = 'test_initiator' }, l = { moduletype = 'test_line' },\n"
           " s = { moduletype = 'test_stream' }, u = { moduletype = 'uart_16550',\n"
           " mem = { bind = '&c.socket' }, irq_out = { bind = '&l.in' },\n"
           " backend_socket = { bind = '&s.stream' }" +
           more + " } }";
}

struct Uart16550 : testing::Test {
    Uart16550() : p(board()), cpu(p.get<test::initiator>("c")), far(p.get<test::stream>("s"))
    {
        test::settle();
    }
    bool irq()
    {
        test::settle();
        return p.get<test::line>("l").level();
    }
    test::platform p;
    test::initiator &cpu;
    test::stream &far;
};

} // namespace

TEST_F(Uart16550, ResetValues)
{
    EXPECT_EQ(cpu.read(IER), 0u);
    EXPECT_EQ(cpu.read(IIR), 1u);
    EXPECT_EQ(cpu.read(LCR), 0u);
    EXPECT_EQ(cpu.read(MCR), 0u);
    EXPECT_EQ(cpu.read(LSR), 0x60u);
    EXPECT_EQ(cpu.read(MSR), 0xb0u);
    EXPECT_EQ(cpu.read(SCR), 0u);
    EXPECT_FALSE(irq());
}

TEST_F(Uart16550, Edges)
{
    test::expect_register_edges(cpu, SCR);
}

TEST_F(Uart16550, DivisorLatchAndScratch)
{
    cpu.write(LCR, DLAB | 3);
    cpu.write(DATA, 0x12);
    cpu.write(IER, 0x34);
    EXPECT_EQ(cpu.read(DATA), 0x12u);
    EXPECT_EQ(cpu.read(IER), 0x34u);
    cpu.write(LCR, 3);
    EXPECT_EQ(cpu.read(IER), 0u);
    EXPECT_EQ(far.received, "");
    cpu.write(SCR, 0x5a);
    EXPECT_EQ(cpu.read(SCR), 0x5au);
}

TEST_F(Uart16550, Sends)
{
    for (const char each : std::string("hello")) {
        cpu.write(DATA, static_cast<uint32_t>(each), 1);
    }
    EXPECT_EQ(far.received, "hello");
    EXPECT_EQ(cpu.read(LSR), 0x60u);
}

TEST_F(Uart16550, WaitsForTheBackEnd)
{
    cpu.write(FCR, 1);
    far.room = 0;
    cpu.write(DATA, 'a');
    cpu.write(DATA, 'b');
    EXPECT_EQ(cpu.read(LSR), 0u); // neither THRE nor TEMT
    cpu.write(IER, 2);
    EXPECT_FALSE(irq());
    far.make_room(10);
    EXPECT_EQ(far.received, "ab");
    EXPECT_EQ(cpu.read(LSR), 0x60u);
    EXPECT_TRUE(irq());
}

TEST_F(Uart16550, TheTransmitterInterruptsUntilSomebodyKnows)
{
    cpu.write(IER, 2);
    EXPECT_TRUE(irq());
    EXPECT_EQ(cpu.read(IIR), 2u);
    EXPECT_FALSE(irq());
    EXPECT_EQ(cpu.read(IIR), 1u);
    cpu.write(DATA, 'x'); // empty again at once
    EXPECT_TRUE(irq());
}

TEST_F(Uart16550, ReceivesOneWithoutFifos)
{
    EXPECT_EQ(far.send("ab"), 1u);
    cpu.write(IER, 1);
    EXPECT_TRUE(irq());
    EXPECT_EQ(cpu.read(IIR), 4u);
    EXPECT_EQ(cpu.read(LSR), 0x61u);
    EXPECT_EQ(cpu.read(DATA), 'a');
    EXPECT_EQ(far.room_calls > 0, true);
    EXPECT_FALSE(irq());
    EXPECT_EQ(cpu.read(LSR), 0x60u);
    EXPECT_EQ(cpu.read(DATA), 0u);
}

TEST_F(Uart16550, FifosAndTrigger)
{
    cpu.write(FCR, 0x81); // 8 of 16
    cpu.write(IER, 1);
    EXPECT_EQ(far.send("1234567"), 7u);
    EXPECT_EQ(cpu.read(IIR), 0xccu); // below the trigger: timeout
    EXPECT_EQ(far.send("890123456789"), 9u);
    EXPECT_EQ(cpu.read(IIR), 0xc4u);
    for (int i = 0; i < 9; i++) {
        cpu.read(DATA);
    }
    EXPECT_EQ(cpu.read(IIR), 0xccu);
    cpu.write(FCR, 0x83); // resets the receiver
    EXPECT_EQ(cpu.read(IIR), 0xc1u);
    EXPECT_EQ(cpu.read(LSR), 0x60u);
}

TEST_F(Uart16550, Loopback)
{
    cpu.write(MCR, LOOP | 0x0f);
    EXPECT_EQ(cpu.read(MSR), 0xf0u);
    cpu.write(MCR, LOOP | 0x02);
    EXPECT_EQ(cpu.read(MSR), 0x10u);
    EXPECT_EQ(far.send("z"), 0u); // nothing from outside
    cpu.write(DATA, 'l');
    EXPECT_EQ(cpu.read(LSR) & 1, 1u);
    cpu.write(IER, 4);
    cpu.write(DATA, 'm'); // overruns
    EXPECT_TRUE(irq());
    EXPECT_EQ(cpu.read(IIR), 6u);
    EXPECT_EQ(cpu.read(LSR), 0x63u);
    EXPECT_EQ(cpu.read(LSR), 0x61u); // reading has cleared it
    EXPECT_FALSE(irq());
    EXPECT_EQ(cpu.read(DATA), 'm');
    EXPECT_EQ(far.received, "");
}

TEST_F(Uart16550, DebugReadsTakeNothing)
{
    unsigned char byte = 0;
    far.send("q");
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, DATA, &byte, 1), 1u);
    EXPECT_EQ(byte, 'q');
    EXPECT_EQ(cpu.read(DATA), 'q');
}

TEST(Uart16550Layout, RegistersSideBySide)
{
    const test::platform p(board(", regshift = 0"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.write(7, 0x77, 1);
    EXPECT_EQ(cpu.read(7, 1), 0x77u);
    EXPECT_EQ(cpu.read(5, 1), 0x60u);
    cpu.read(4, 2); // two registers at once
    EXPECT_EQ(cpu.status, tlm::TLM_BURST_ERROR_RESPONSE);
    test::expect_register_edges(cpu, 7, 1);
}

TEST(Uart16550Layout, ArgumentsOfAQemuDeviceAreTaken)
{
    EXPECT_EQ(test::build_error(board(", args = { 'instance' }, baudbase = 38400000")), "");
}
