// SPDX-License-Identifier: MIT
#include "test_modules.h"
#include "test_platform.h"
#include "timekeeper/systemc/memory_watch.h"

#include "device_bench.h"
#include "dma.h"
#include "gs_memory.h"

#include <gtest/gtest.h>

namespace
{

enum : uint32_t {
    CTRL = 0x00,
    STATUS = 0x04,
    SRC = 0x08,
    DST = 0x10,
    LENGTH = 0x18,
    CHAIN = 0x1c,
    MOVED = 0x24,
    FAULT = 0x2c,
    ID = 0x34
};
enum : uint32_t { START = 1, IRQ = 2, ABORT = 4, BUSY = 1, DONE = 2, ERROR = 4, ABORTED = 8 };
constexpr uint64_t RAM = 0x1000, OTHER = 0x20000;

// The memory is at RAM of the router, another one behind it at OTHER; the engine moves a byte in a
// nanosecond.
struct Dma : testing::Test {
    Dma()
        : p("platform = { r = { moduletype = 'router' }, c = { moduletype = 'test_initiator' },\n"
            " l = { moduletype = 'test_line' },\n"
            " ram = { moduletype = 'gs_memory', latency_ns = 5,\n"
            "  target_socket = { address = 0x1000, size = 0x10000, bind = '&r.initiator_socket' } },\n"
            " other = { moduletype = 'gs_memory',\n"
            "  target_socket = { address = 0x20000, size = 0x10000, bind = '&r.initiator_socket' } },\n"
            " t = { moduletype = 'dma', burst_bytes = 256, target_socket = { bind = '&c.socket' },\n"
            "  initiator_socket = { bind = '&r.target_socket' }, irq = { bind = '&l.in' } } }"),
          cpu(p.get<test::initiator>("c")), irq(p.get<test::line>("l")),
          ram(p.get<components::gs_memory>("ram").data()), other(p.get<components::gs_memory>("other").data())
    {
        test::settle();
    }
    void program(uint64_t source, uint64_t destination, uint32_t length)
    {
        cpu.write(SRC, static_cast<uint32_t>(source));
        cpu.write(SRC + 4, static_cast<uint32_t>(source >> 32));
        cpu.write(DST, static_cast<uint32_t>(destination));
        cpu.write(DST + 4, static_cast<uint32_t>(destination >> 32));
        cpu.write(LENGTH, length);
    }
    static void run_ns(uint64_t ns) { test::device_bench::run_ns(ns); }
    void descriptor(uint64_t offset, uint64_t source, uint64_t destination, uint32_t length, uint32_t flags,
                    uint64_t next)
    {
        memcpy(ram + offset, &source, 8);
        memcpy(ram + offset + 8, &destination, 8);
        memcpy(ram + offset + 16, &length, 4);
        memcpy(ram + offset + 20, &flags, 4);
        memcpy(ram + offset + 24, &next, 8);
    }
    uint32_t status() { return cpu.read(STATUS); }

    test::platform p;
    test::initiator &cpu;
    test::line &irq;
    unsigned char *ram, *other;
};

} // namespace

TEST_F(Dma, ResetValues)
{
    for (uint32_t offset = 0; offset < ID; offset += 4) {
        EXPECT_EQ(cpu.read(offset), 0u) << offset;
    }
    EXPECT_EQ(cpu.read(ID), 0x544b444du);
}

TEST_F(Dma, Edges)
{
    test::expect_register_edges(cpu, ID);
}

TEST_F(Dma, CopiesFromUnalignedToUnaligned)
{
    for (int i = 0; i < 2000; i++) {
        ram[100 + i] = static_cast<unsigned char>(i * 7);
    }
    program(RAM + 100, OTHER + 33, 2000);
    cpu.write(CTRL, START | IRQ);
    EXPECT_EQ(status(), BUSY);
    EXPECT_EQ(cpu.read(CTRL), IRQ);
    run_ns(100000);
    EXPECT_EQ(status(), DONE);
    EXPECT_EQ(cpu.read(MOVED), 2000u);
    EXPECT_EQ(memcmp(ram + 100, other + 33, 2000), 0);
    EXPECT_EQ(other[32], 0);
    EXPECT_EQ(other[2033], 0);
    EXPECT_TRUE(irq.level());
    cpu.write(STATUS, DONE);
    test::settle();
    EXPECT_FALSE(irq.level());
    EXPECT_EQ(status(), 0u);
}

// 512 bytes in two bursts: 512 ns of the engine's, and 5 ns of the memory's for each of two reads.
TEST_F(Dma, TakesTimeAndShowsHowFarItIs)
{
    program(RAM, OTHER, 512);
    cpu.delay = test::device_bench::ns(1000); // begins where the initiator is
    cpu.write(CTRL, START | IRQ);
    run_ns(1000 + 256 + 5);
    test::settle();
    EXPECT_EQ(cpu.read(MOVED), 256u);
    EXPECT_EQ(status(), BUSY);
    run_ns(1000);
    EXPECT_EQ(irq.edges, (test::edges{{test::device_bench::ns(1000 + 512 + 10), true}}));
}

TEST_F(Dma, NothingToCopyIsDoneAtOnce)
{
    cpu.write(CTRL, START);
    test::settle();
    EXPECT_EQ(status(), DONE);
    EXPECT_EQ(cpu.read(MOVED), 0u);
}

TEST_F(Dma, AnErrorEndsItAndSaysWhere)
{
    program(RAM + 0xff00, OTHER, 0x200); // the second burst is behind the memory
    cpu.write(CTRL, START | IRQ);
    run_ns(10000);
    EXPECT_EQ(status(), ERROR);
    EXPECT_EQ(cpu.read(FAULT), RAM + 0x10000);
    EXPECT_EQ(cpu.read(MOVED), 0x100u);
    EXPECT_TRUE(irq.level());
    program(RAM, 0x1234567800000000, 4);
    cpu.write(CTRL, START);
    run_ns(10000);
    EXPECT_EQ(status(), ERROR);
    EXPECT_EQ(cpu.read(FAULT + 4), 0x12345678u);
}

TEST_F(Dma, ABusyEngineTakesNoSecondStart)
{
    program(RAM, OTHER, 0x1000);
    ram[0] = 1;
    cpu.write(CTRL, START);
    program(RAM, OTHER + 0x8000, 4); // for the next time
    cpu.write(CTRL, START);
    run_ns(100000);
    EXPECT_EQ(cpu.read(MOVED), 0x1000u);
    EXPECT_EQ(other[0], 1);
    EXPECT_EQ(other[0x8000], 0);
    cpu.write(CTRL, START);
    run_ns(100000);
    EXPECT_EQ(other[0x8000], 1);
}

TEST_F(Dma, AbortEndsItAfterTheBurst)
{
    program(RAM, OTHER, 0x1000);
    cpu.write(CTRL, START | IRQ);
    run_ns(300);
    cpu.write(CTRL, ABORT | IRQ);
    run_ns(10000);
    EXPECT_EQ(status(), ABORTED);
    EXPECT_EQ(cpu.read(MOVED), 512u);
    EXPECT_TRUE(irq.level());
    cpu.write(CTRL, ABORT); // there is nothing to abort
    cpu.write(CTRL, START);
    run_ns(10000);
    EXPECT_EQ(status(), DONE);
}

TEST_F(Dma, Chain)
{
    ram[0x500] = 5;
    ram[0x600] = 6;
    descriptor(0x100, RAM + 0x500, OTHER, 4, 0, RAM + 0x200);
    descriptor(0x200, RAM + 0x600, OTHER + 0x600, 300, 0, 0);
    cpu.write(CHAIN, RAM + 0x100);
    cpu.write(LENGTH, 999); // the chain holds, not this
    cpu.write(CTRL, START);
    run_ns(10000);
    EXPECT_EQ(status(), DONE);
    EXPECT_EQ(cpu.read(MOVED), 304u);
    EXPECT_EQ(other[0], 5);
    EXPECT_EQ(other[0x600], 6);
}

TEST_F(Dma, ADescriptorMayTellBeforeTheEnd)
{
    descriptor(0x100, RAM, OTHER, 16, 1, RAM + 0x200);
    descriptor(0x200, RAM, OTHER, 4096, 0, 0);
    cpu.write(CHAIN, RAM + 0x100);
    cpu.write(CTRL, START | IRQ);
    run_ns(500);
    EXPECT_EQ(status(), BUSY | DONE);
    EXPECT_TRUE(irq.level());
    cpu.write(STATUS, DONE);
    run_ns(10000);
    EXPECT_EQ(status(), DONE);
}

TEST_F(Dma, ADescriptorThatIsNotThere)
{
    cpu.write(CHAIN, 0x100);
    cpu.write(CTRL, START);
    run_ns(1000);
    EXPECT_EQ(status(), ERROR);
    EXPECT_EQ(cpu.read(FAULT), 0x100u);
}

TEST_F(Dma, ACircleThatCopiesNothingLetsTimePassAndCanBeAborted)
{
    descriptor(0x100, 0, 0, 0, 0, RAM + 0x100);
    cpu.write(CHAIN, RAM + 0x100);
    cpu.write(CTRL, START);
    run_ns(1000);
    EXPECT_EQ(status(), BUSY);
    cpu.write(CTRL, ABORT);
    run_ns(1000);
    EXPECT_EQ(status(), ABORTED);
}

TEST_F(Dma, WhoHasDirectAccessLearnsWhatWasWritten)
{
    struct watch : tk::memory_watch {
        void on_memory_written(const void *host, uint64_t size) override { told.emplace_back(host, size); }
        std::vector<std::pair<const void *, uint64_t>> told;
    } watch;
    program(RAM, OTHER + 0x80, 0x100);
    cpu.write(CTRL, START);
    run_ns(10000);
    EXPECT_EQ(watch.told,
              (std::vector<std::pair<const void *, uint64_t>>{{other + 0x80, 0x80}, {other + 0x100, 0x80}}));
    unsigned char byte = 1;
    watch.told.clear();
    tlm::tlm_generic_payload payload;
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0, &byte, 1), 0u); // the engine's registers are no memory
    EXPECT_TRUE(watch.told.empty());
}

// Its start waits for the burst of a run that was reset before; the second reset takes it back.
TEST_F(Dma, AStartThatAResetTookBackDoesNotHappen)
{
    auto &engine = p.get<components::dma>("t");
    program(RAM, OTHER, 0x100);
    cpu.write(CTRL, START);
    run_ns(10);
    engine.on_reset(tk::reset_kind::warm);
    program(RAM, OTHER + 0x1000, 0x100);
    memset(ram, 0x5a, 0x100);
    cpu.delay = test::device_bench::ns(1000);
    cpu.write(CTRL, START);
    cpu.delay = sc_core::SC_ZERO_TIME;
    run_ns(500);
    engine.on_reset(tk::reset_kind::warm);
    run_ns(2000);
    EXPECT_EQ(other[0x1000], 0);
}
