// SPDX-License-Identifier: MIT
#include "gs_memory.h"
#include "test_modules.h"
#include "test_platform.h"
#include "timekeeper/systemc/memory_watch.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{

std::string memory(const std::string &params)
{
    return "platform = { c = { moduletype = 'test_initiator' },\n m = { moduletype = 'gs_memory', "
           "target_socket = { "
           "bind = '&c.socket' },\n " +
           params + " } }";
}

} // namespace

TEST(Memory, ReadsWhatWasWritten)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.write(4, 0x11223344);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_TRUE(cpu.dmi_hint);
    EXPECT_EQ(cpu.read(4), 0x11223344u);
    EXPECT_EQ(cpu.read(6, 1), 0x22u);
    EXPECT_EQ(cpu.read(3), 0x22334400u); // unaligned is fine
    EXPECT_EQ(cpu.delay, sc_core::SC_ZERO_TIME);
}

TEST(Memory, ByteEnables)
{
    const test::platform p(memory("size = 16, init_mem_val = 0xee"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    unsigned char data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    unsigned char enables[2] = {TLM_BYTE_ENABLED, TLM_BYTE_DISABLED}; // repeats, IEEE 1666-2011, 14.13
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_WRITE_COMMAND, 0, data, 8);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(2);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(cpu.read(0), 0xee03ee01u);
    EXPECT_EQ(cpu.read(4), 0xee07ee05u);

    unsigned char back[4] = {9, 9, 9, 9};
    test::fill(payload, tlm::TLM_READ_COMMAND, 0, back, 4);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(2);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(back[0], 1);
    EXPECT_EQ(back[1], 9);

    payload.set_byte_enable_length(0);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

TEST(Memory, Streaming)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    unsigned char data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_WRITE_COMMAND, 12, data, 8);
    payload.set_streaming_width(4); // the second word comes to the same place, IEEE 1666-2011, 14.12
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(cpu.read(12), 0x08070605u);
    payload.set_streaming_width(0);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST(Memory, BadLengthsAndAddresses)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    unsigned char data[4] = {};
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_READ_COMMAND, 0, data, 0);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_BURST_ERROR_RESPONSE);
    for (const uint64_t address : {uint64_t(13), uint64_t(16), UINT64_MAX, UINT64_MAX - 3}) {
        cpu.read(address);
        EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
        EXPECT_FALSE(cpu.dmi_hint);
    }
    cpu.read(12);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
}

TEST(Memory, ReadOnly)
{
    const test::platform p(memory("size = 16, read_only = true"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.write(0, 5);
    EXPECT_EQ(cpu.status, tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(cpu.read(0), 0u);
    unsigned char data[4] = {7, 0, 0, 0};
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0, data, 4), 4u);
    EXPECT_EQ(cpu.read(0), 7u);

    tlm::tlm_dmi dmi;
    EXPECT_FALSE(cpu.dmi(tlm::TLM_WRITE_COMMAND, 0, dmi));
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0, dmi));
    EXPECT_TRUE(dmi.is_read_allowed());
    EXPECT_FALSE(dmi.is_write_allowed());
}

TEST(Memory, Dmi)
{
    const test::platform p(memory("size = 0x1800, latency_ns = 8"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_WRITE_COMMAND, 0x100, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0u);
    EXPECT_EQ(dmi.get_end_address(), 0x17ffu);
    EXPECT_TRUE(dmi.is_read_write_allowed());
    EXPECT_EQ(dmi.get_read_latency(), sc_core::sc_time(2, sc_core::SC_NS));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(dmi.get_dmi_ptr()) % 4096, 0u);
    dmi.get_dmi_ptr()[0x100] = 0x5a;
    EXPECT_EQ(cpu.read(0x100, 1), 0x5au);
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1800, dmi));
}

TEST(Memory, DmiForbidden)
{
    const test::platform p(memory("size = 16, dmi_allow = false"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 0, dmi));
    cpu.read(0);
    EXPECT_FALSE(cpu.dmi_hint);
}

TEST(Memory, LatencyIsAddedToTheDelay)
{
    const test::platform p(memory("size = 16, latency_ns = 8"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.delay = sc_core::sc_time(1, sc_core::SC_PS);
    cpu.read(0);
    cpu.read(0);
    EXPECT_EQ(cpu.delay, sc_core::sc_time(16001, sc_core::SC_PS));
}

TEST(Memory, DebugAccessesAreCutAtTheEnd)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    unsigned char data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 12, data, 8), 4u);
    EXPECT_EQ(cpu.read(12), 0x04030201u);
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, 16, data, 8), 0u);
}

TEST(Memory, IgnoreMovesNoData)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    unsigned char data[4] = {1, 2, 3, 4};
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_IGNORE_COMMAND, 0, data, 4);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(data[0], 1);
    EXPECT_EQ(cpu.read(0), 0u);
}

TEST(Memory, LoadsAFile)
{
    const test::scratch directory;
    directory.write("rom.bin", "abcd");
    const test::platform p(directory, memory("size = 16, load = { bin_file = 'rom.bin', offset = 12 }"));
    test::settle();
    EXPECT_EQ(p.get<test::initiator>("c").read(12), 0x64636261u);
}

TEST(Memory, LoadErrors)
{
    const test::scratch directory;
    const std::string file = directory.write("rom.bin", "abcd");
    EXPECT_EQ(test::build_error(memory("size = 16, load = { bin_file = '" + file + "', offset = 13 }")),
              "test.lua:3: platform.m: " + file +
                  " has 4 bytes, which do not fit at offset 13; the memory has 16");
    EXPECT_EQ(test::build_error(memory("size = 16, load = { bin_file = '/nowhere/x' }")),
              "test.lua:3: platform.m: cannot read /nowhere/x: No such file or directory");
}

TEST(Memory, SizeComesFromTheWindow)
{
    const test::platform p(
        "platform = { r = { moduletype = 'router' },\n"
        " m = { moduletype = 'gs_memory', target_socket = { address = 0x1000, size = 0x20,\n"
        " bind = '&r.initiator_socket' } },\n"
        " n = { moduletype = 'gs_memory', target_socket = { address = 0x2000, size = 0x40 } },\n"
        " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } } }\n"
        "platform.r.initiator_socket = { bind = '&n.target_socket' }");
    EXPECT_EQ(p.get<components::gs_memory>("m").size(), 0x20u);
    EXPECT_EQ(p.get<components::gs_memory>("n").size(), 0x40u); // its window stands at its own socket
}

TEST(Memory, NoOrImpossibleSize)
{
    EXPECT_EQ(
        test::build_error(memory("")),
        "test.lua:2: platform.m: has no size; give size = ... in its target_socket table or of its own");
    EXPECT_NE(test::build_error(memory("size = 0xffffffffffffffff")), "");
    EXPECT_NE(test::build_error(memory("size = 0x4000000000000000")).find("the host cannot map"),
              std::string::npos);
}

TEST(Memory, LoadsWords)
{
    const test::platform p(memory("size = 16, load = { data = { 0x11223344, 0xff }, offset = 4 }"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    EXPECT_EQ(cpu.read(0), 0u);
    EXPECT_EQ(cpu.read(4), 0x11223344u);
    EXPECT_EQ(cpu.read(4, 1), 0x44u);
    EXPECT_EQ(cpu.read(8), 0xffu);
    EXPECT_EQ(cpu.read(12), 0u);
}

TEST(Memory, WordsThatDoNotFit)
{
    EXPECT_EQ(
        test::build_error(memory("size = 16, load = { data = { 1, 2 }, offset = 12 }")),
        "test.lua:3: platform.m: load.data has 8 bytes, which do not fit at offset 12; the memory has 16");
    EXPECT_EQ(test::build_error(memory("size = 16, load = { data = { 0x100000000 } }")),
              "test.lua:3: platform.m: a word of load.data is 4294967296; words have 32 bits");
}

TEST(Memory, InitMayBeSwitchedOff)
{
    const test::platform p(memory("size = 16, init_mem_val = 0xee, init_mem = false"));
    test::settle();
    EXPECT_EQ(p.get<test::initiator>("c").read(0), 0u);
}

// Reads, refused writes and ignored commands have written nothing.
TEST(Memory, TellsWhatTransactionsAndDebugAccessesWrote)
{
    struct watch : tk::memory_watch {
        void on_memory_written(const void *host, uint64_t size) override { told.emplace_back(host, size); }
        std::vector<std::pair<const void *, uint64_t>> told;
    } watch;
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    const unsigned char *const data = p.get<components::gs_memory>("m").data();
    unsigned char bytes[8] = {};
    test::settle();
    cpu.read(4);
    cpu.write(14, 1); // beyond the end
    cpu.write(4, 1);
    cpu.write(15, 1, 1);
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, 0, bytes, 8), 8u);
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 12, bytes, 8), 4u);
    EXPECT_EQ(watch.told, (std::vector<std::pair<const void *, uint64_t>>{
                              {data + 4, 4}, {data + 15, 1}, {data + 12, 4}}));
}

// What is refused beyond the end says nothing about the memory itself.
TEST(Memory, DmiBeyondTheEndIsRefusedForWhatIsThere)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 20, dmi));
    EXPECT_EQ(dmi.get_start_address(), 16u);
    EXPECT_EQ(dmi.get_end_address(), UINT64_MAX);
}

TEST(Memory, LatencyEndsWithTime)
{
    const test::platform p(memory("size = 16, latency_ns = 8"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.delay = sc_core::sc_time::from_value(UINT64_MAX - 1);
    cpu.read(0);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(cpu.delay.value(), UINT64_MAX);
}

TEST(Memory, ADebugAccessOfNothingNeedsNoData)
{
    const test::platform p(memory("size = 16"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0, nullptr, 0), 0u);
}
