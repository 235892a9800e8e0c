// SPDX-License-Identifier: MIT
#include "device_bench.h"
#include "gs_memory.h"

#include <algorithm>

namespace
{

void put(unsigned char *at, const std::string &text)
{
    std::copy(text.begin(), text.end(), at);
}

// `entries`: what is in the dumper's table, on a board without registers and lines.
std::string plain(const std::string &entries)
{
    return "platform = { ram = { moduletype = 'gs_memory', size = 0x1000 },\n"
           " t = { moduletype = 'memory_dumper', initiator_socket = { bind = '&ram.target_socket' },\n" +
           entries + " } }";
}

std::string board(const std::string &entries)
{
    return "platform = { c = { moduletype = 'test_initiator' }, d = { moduletype = 'test_driver' },\n"
           " ram = { moduletype = 'gs_memory', size = 0x1000 },\n"
           " t = { moduletype = 'memory_dumper', initiator_socket = { bind = '&ram.target_socket' },\n"
           " target_socket = { bind = '&c.socket' }, trigger = { bind = '&d.out' }, at_end = false,\n" +
           entries + " } }";
}

} // namespace

TEST(MemoryDumper, ByRegisterAtTheInitiatorsTime)
{
    const test::scratch files;
    const test::platform p(files, board("{ address = 0x10, size = 4, file = 'a' },\n"
                                        "{ address = 0x20, size = 2, file = 'b' }"));
    auto &cpu = p.get<test::initiator>("c");
    auto *ram = p.get<components::gs_memory>("ram").data();
    test::settle();
    put(ram + 0x10, "abcdefgh");
    put(ram + 0x20, "xyz");
    cpu.delay = sc_core::sc_time(100, sc_core::SC_NS);
    cpu.write(0, 1);
    test::settle();
    EXPECT_EQ(cpu.read(4), 0u);
    ram[0x10] = 'A'; // before the time is there
    test::device_bench::run_ns(101);
    EXPECT_EQ(cpu.read(4), 1u);
    EXPECT_EQ(cpu.read(8), 0u);
    EXPECT_EQ(files.read("a"), "Abcd");
    EXPECT_EQ(files.read("b"), "xy");
    test::expect_register_edges(cpu, 8);
}

// An initiator that is ahead asks for one at each of its times, and none is lost.
TEST(MemoryDumper, OnceForEachTimeThatItIsAskedFor)
{
    const test::scratch files;
    const test::platform p(files, board("{ address = 0, size = 3, file = 'a' }"));
    auto &cpu = p.get<test::initiator>("c");
    auto *ram = p.get<components::gs_memory>("ram").data();
    test::settle();
    put(ram, "one");
    for (const int at_ns : {300, 100}) {
        cpu.delay = sc_core::sc_time(at_ns, sc_core::SC_NS);
        cpu.write(0, 1);
    }
    test::device_bench::run_ns(200);
    EXPECT_EQ(cpu.read(4), 1u);
    EXPECT_EQ(files.read("a"), "one");
    put(ram, "two");
    test::device_bench::run_ns(200);
    EXPECT_EQ(cpu.read(4), 2u);
    EXPECT_EQ(files.read("a"), "two");
}

TEST(MemoryDumper, ByTriggerAndAnew)
{
    const test::scratch files;
    const test::platform p(files, board("{ address = 0, size = 3, file = 'a' }"));
    auto *ram = p.get<components::gs_memory>("ram").data();
    test::settle();
    put(ram, "one");
    p.get<test::driver>("d").drive(true);
    test::settle();
    EXPECT_EQ(files.read("a"), "one");
    put(ram, "two");
    p.get<test::driver>("d").drive(false);
    test::settle();
    EXPECT_EQ(files.read("a"), "one");
    p.get<test::driver>("d").drive(true);
    test::settle();
    EXPECT_EQ(files.read("a"), "two");
}

TEST(MemoryDumper, AtTheEndAndNotMoreThanThereIs)
{
    const test::scratch files;
    const test::platform p(files, plain("{ address = 0xffe, size = 10, file = 'a' }"));
    test::settle();
    put(p.get<components::gs_memory>("ram").data() + 0xffe, "zz");
    testing::internal::CaptureStderr();
    sc_core::sc_stop();
    EXPECT_EQ(files.read("a"), "zz");
    EXPECT_NE(testing::internal::GetCapturedStderr().find("has only 2 of 10 bytes"), std::string::npos);
}

TEST(MemoryDumper, EntriesAreChecked)
{
    EXPECT_NE(test::build_error(plain("")).find("has nothing to dump"), std::string::npos);
    EXPECT_NE(test::build_error(plain("{ address = 0, size = 4 }")).find("entry 1 is not complete"),
              std::string::npos);
    EXPECT_NE(test::build_error(plain("{ address = 0, size = 0, file = 'a' }")).find("'size' is 0"),
              std::string::npos);
    EXPECT_NE(test::build_error(plain("5")).find("entry 1 is an integer"), std::string::npos);
    EXPECT_NE(test::build_error(plain("{ address = 0, size = 4, file = 'a', mode = 1 }")).find("mode"),
              std::string::npos);
}
