// SPDX-License-Identifier: MIT
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace
{

// A router with two initiators c and d, and what `targets` adds.
std::string routed(const std::string &targets)
{
    return "platform = { r = { moduletype = 'router' },\n"
           " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n"
           " d = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n" +
           targets + " }";
}

std::string target(const std::string &name, const std::string &window)
{
    return " " + name + " = { moduletype = 'test_target', socket = { " + window +
           ", bind = '&r.initiator_socket' } },\n";
}

} // namespace

TEST(Router, RoutesByAddressAndTranslates)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100") +
                                  target("b", "address = 0x2000, size = 0x100, relative_addresses = false")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(0x1004);
    cpu.read(0x2008);
    p.get<test::initiator>("d").read(0x10fc);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(p.get<test::target>("a").addresses, (std::vector<uint64_t>{0x4, 0xfc}));
    EXPECT_EQ(p.get<test::target>("b").addresses, std::vector<uint64_t>{0x2008});
}

TEST(Router, TheInitiatorFindsItsAddressUnchanged)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100")));
    test::settle();
    unsigned char data[4];
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_READ_COMMAND, 0x1004, data, 4);
    p.get<test::initiator>("c").transport(payload);
    EXPECT_EQ(payload.get_address(), 0x1004u);
}

TEST(Router, NothingThereIsAnAddressError)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    for (const uint64_t address : {uint64_t(0), uint64_t(0xfff), uint64_t(0x1100), UINT64_MAX}) {
        cpu.read(address);
        EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    }
    cpu.read(0x10fd); // begins inside and leaves
    EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_TRUE(p.get<test::target>("a").addresses.empty());
}

TEST(Router, AWindowMayReachTheEndOfAddresses)
{
    const test::platform p(routed(target("a", "address = 0xfffffffffffff000, size = 0x1000")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(UINT64_MAX, 1);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(p.get<test::target>("a").addresses, std::vector<uint64_t>{0xfff});
}

TEST(Router, ButNotBeyondIt)
{
    EXPECT_EQ(
        test::build_error(routed(target("a", "address = 0xfffffffffffff000, size = 0x1001"))),
        "test.lua:4: platform.a.socket: 'size' is 4097; the window must hold a byte and end below 2^64");
}

TEST(Router, TheLowerPriorityValueWins)
{
    const test::platform p(routed(target("low", "address = 0, size = 0x1000, priority = 5") +
                                  target("high", "address = 0x400, size = 0x100, priority = 1")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(0x3fc);
    cpu.read(0x400);
    cpu.read(0x4fc);
    cpu.read(0x500);
    EXPECT_EQ(p.get<test::target>("low").addresses, (std::vector<uint64_t>{0x3fc, 0x500}));
    EXPECT_EQ(p.get<test::target>("high").addresses, (std::vector<uint64_t>{0, 0xfc}));
    cpu.read(0x3fe); // across the edge
    EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST(Router, OverlapsOfEqualPriorityAreRefused)
{
    EXPECT_EQ(test::build_error(routed(target("a", "address = 0, size = 0x1000") +
                                       target("b", "address = 0xfff, size = 1"))),
              "test.lua:5: platform.b.socket: its window 0xfff..0xfff overlaps that of platform.a.socket, "
              "0x0..0xfff, at "
              "platform.r; move one, or give one of them a lower priority value to win");
    EXPECT_EQ(test::build_error(routed(target("a", "address = 0, size = 0x1000") +
                                       target("b", "address = 0x1000, size = 1"))),
              "");
}

TEST(Router, AWindowNeedsAddressAndSize)
{
    EXPECT_EQ(test::build_error(routed(target("a", "address = 0"))),
              "test.lua:4: platform.a: 'socket' has no size; a target behind a router needs address = ..., "
              "size = ...");
    EXPECT_EQ(test::build_error(routed(target("a", "size = 4"))),
              "test.lua:4: platform.a: 'socket' has no address; a target behind a router needs address = "
              "..., size = "
              "...");
    EXPECT_NE(test::build_error(routed(target("a", "address = 0, size = 0"))), "");
    EXPECT_NE(test::build_error(routed(target("a", "address = 0, size = 4, prioriti = 1"))), "");
}

TEST(Router, DmiIsTranslatedAndClippedToTheWindow)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100")));
    auto &cpu = p.get<test::initiator>("c");
    auto &a = p.get<test::target>("a");
    static unsigned char storage[0x400];
    test::settle();
    a.grant = true;
    a.dmi_data = storage;
    a.dmi_last = 0x3ff; // more than the window shows
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1010, dmi));
    EXPECT_EQ(a.addresses, std::vector<uint64_t>{0x10});
    EXPECT_EQ(dmi.get_start_address(), 0x1000u);
    EXPECT_EQ(dmi.get_end_address(), 0x10ffu);
    EXPECT_EQ(dmi.get_dmi_ptr(), storage);

    a.dmi_first = 0x20; // and less
    a.dmi_last = 0x3f;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1030, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x1020u);
    EXPECT_EQ(dmi.get_end_address(), 0x103fu);
    EXPECT_EQ(dmi.get_dmi_ptr(), storage);
}

TEST(Router, DmiLeavesOutWhatAHigherPriorityHides)
{
    const test::platform p(routed(target("low", "address = 0x1000, size = 0x1000, priority = 5") +
                                  target("high", "address = 0x1400, size = 0x100, priority = 1")));
    auto &cpu = p.get<test::initiator>("c");
    auto &low = p.get<test::target>("low");
    static unsigned char storage[0x1000];
    test::settle();
    low.grant = true;
    low.dmi_data = storage;
    low.dmi_last = 0xfff;
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1000, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x1000u);
    EXPECT_EQ(dmi.get_end_address(), 0x13ffu);
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1ffc, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x1500u);
    EXPECT_EQ(dmi.get_end_address(), 0x1fffu);
    EXPECT_EQ(dmi.get_dmi_ptr(), storage + 0x500);
}

TEST(Router, DmiRefusalsSayForWhichAddresses)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x1010, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x1000u);
    EXPECT_EQ(dmi.get_end_address(), 0x10ffu);
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x5000, dmi));
}

TEST(Router, InvalidationsGoBackToAllInitiators)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100") +
                                  target("b", "address = 0x2000, size = 0x100, relative_addresses = false")));
    test::settle();
    p.get<test::target>("a").invalidate(0x10, 0x1f);
    p.get<test::target>("a").invalidate(0, UINT64_MAX);
    p.get<test::target>("a").invalidate(0x100, 0x1ff); // not visible through the window
    p.get<test::target>("b").invalidate(0, 0x20ff);
    const std::vector<std::pair<uint64_t, uint64_t>> expected = {
        {0x1010, 0x101f}, {0x1000, 0x10ff}, {0x2000, 0x20ff}};
    EXPECT_EQ(p.get<test::initiator>("c").invalidated, expected);
    EXPECT_EQ(p.get<test::initiator>("d").invalidated, expected);
}

TEST(Router, DebugAccessesAreSplitAtEdges)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100") +
                                  target("b", "address = 0x1100, size = 0x100")));
    auto &cpu = p.get<test::initiator>("c");
    unsigned char data[0x20];
    test::settle();
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0x10f0, data, 0x20), 0x20u);
    EXPECT_EQ(p.get<test::target>("a").debugged, (std::vector<std::pair<uint64_t, unsigned>>{{0xf0, 0x10}}));
    EXPECT_EQ(p.get<test::target>("b").debugged, (std::vector<std::pair<uint64_t, unsigned>>{{0, 0x10}}));
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0x11f0, data, 0x20), 0x10u); // nothing behind
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0x3000, data, 0x20), 0u);
}

TEST(Router, RoutersMayFollowEachOther)
{
    const test::platform p(
        routed(target("a", "address = 0x1000, size = 0x100") +
               " s = { moduletype = 'router', target_socket = { address = 0x100000, size = 0x100000,\n"
               "   bind = '&r.initiator_socket' } },\n"
               " t = { moduletype = 'test_target', socket = { address = 0x40, size = 0x10,\n"
               "   bind = '&s.initiator_socket' } },\n"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(0x100044);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(p.get<test::target>("t").addresses, std::vector<uint64_t>{4});
    p.get<test::target>("t").invalidate(0, 3);
    EXPECT_EQ(cpu.invalidated, (std::vector<std::pair<uint64_t, uint64_t>>{{0x100040, 0x100043}}));
}

TEST(Router, ManyWindowsAndTheLastHit)
{
    std::string targets;
    for (int i = 0; i < 20; i++) {
        char window[64];
        snprintf(window, sizeof(window), "address = 0x%x, size = 0x10", i * 0x20);
        targets += target("t" + std::to_string(i), window);
    }
    const test::platform p(routed(targets));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    for (int round = 0; round < 2; round++) {
        for (int i = 19; i >= 0; i--) {
            cpu.read(static_cast<uint64_t>(i) * 0x20 + 4);
            EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE) << i;
            cpu.read(static_cast<uint64_t>(i) * 0x20 + 0x10);
            EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << i;
        }
    }
    for (int i = 0; i < 20; i++) {
        EXPECT_EQ(p.get<test::target>("t" + std::to_string(i)).addresses, (std::vector<uint64_t>{4, 4})) << i;
    }
}

// --- aliases -----------------------------------------------------------------------------------------

TEST(Router, AliasesShowOneTargetInSeveralWindows)
{
    const test::platform p(routed(target("a", "address = 0x1000, size = 0x100, aliases = {\n"
                                              "{ address = 0x8000 },\n"
                                              "{ address = 0x9000, size = 0x10 } }")));
    auto &cpu = p.get<test::initiator>("c");
    auto &a = p.get<test::target>("a");
    test::settle();
    for (const uint64_t address : {0x1004, 0x8008, 0x80fc, 0x900c}) {
        cpu.read(address);
        EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE) << address;
    }
    EXPECT_EQ(a.addresses, (std::vector<uint64_t>{4, 8, 0xfc, 0xc}));
    for (const uint64_t address : {0x1100, 0x8100, 0x9010}) {
        cpu.read(address);
        EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    }
    a.invalidate(8, 0x1f);
    EXPECT_EQ(cpu.invalidated, (std::vector<std::pair<uint64_t, uint64_t>>{
                                   {0x1008, 0x101f}, {0x8008, 0x801f}, {0x9008, 0x900f}}));
}

TEST(Router, AliasesMayHaveNamesAndAPriorityOfTheirOwn)
{
    const test::platform p(routed(
        target("a",
               "address = 0x1000, size = 0x100, aliases = { low = { address = 0x2000, priority = 9 } }") +
        target("b", "address = 0x2000, size = 0x80")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(0x2010);
    cpu.read(0x2090);
    EXPECT_EQ(p.get<test::target>("b").addresses, std::vector<uint64_t>{0x10});
    EXPECT_EQ(p.get<test::target>("a").addresses, std::vector<uint64_t>{0x90});
}

TEST(Router, DmiOfAnAliasIsThatOfItsTarget)
{
    const test::platform p(routed(
        target("a", "address = 0x1000, size = 0x100, aliases = { { address = 0x8000, size = 0x40 } }")));
    auto &cpu = p.get<test::initiator>("c");
    auto &a = p.get<test::target>("a");
    static unsigned char storage[0x100];
    test::settle();
    a.grant = true;
    a.dmi_data = storage;
    a.dmi_last = 0xff;
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x8010, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x8000u);
    EXPECT_EQ(dmi.get_end_address(), 0x803fu);
    EXPECT_EQ(dmi.get_dmi_ptr(), storage);
}

TEST(Router, AliasesAreChecked)
{
    EXPECT_EQ(test::build_error(routed(target("a", "address = 0, size = 0x100, aliases = { { size = 4 } }"))),
              "test.lua:4: platform.a: 'socket', alias 1, has no address; an alias needs address = ...");
    EXPECT_EQ(
        test::build_error(routed(target("a", "address = 0, size = 0x100, aliases = { 0x1000 }"))),
        "test.lua:4: platform.a.socket.aliases: alias 1 is an integer; write aliases = { { address = ..., "
        "size = ... }, ... }");
    EXPECT_EQ(
        test::build_error(routed(target("a", "address = 0, size = 0x100, aliases = { { address = 0x80 } }"))),
        "test.lua:4: platform.a.socket: its window 0x80..0x17f overlaps that of platform.a.socket, "
        "0x0..0xff, at platform.r; move one, or give one of them a lower priority value to win");
    EXPECT_NE(test::build_error(
                  routed(target("a", "address = 0, size = 4, aliases = { { address = 0x80, offset = 4 } }"))),
              "");
}

// --- routers behind routers --------------------------------------------------------------------------

namespace
{

// `inner` is a router at 0x100000 of r, behind a window of 64 KiB; `hidden` hides 4 KiB of that.
std::string nested(const std::string &targets)
{
    return routed(" inner = { moduletype = 'router', target_socket = { address = 0x100000, size = 0x10000,\n"
                  "   priority = 4, bind = '&r.initiator_socket' } },\n" +
                  target("hidden", "address = 0x102000, size = 0x1000, priority = 1") + targets);
}

std::string inner_target(const std::string &name, const std::string &window)
{
    return " " + name + " = { moduletype = 'test_target', socket = { " + window +
           ", bind = '&inner.initiator_socket' } },\n";
}

} // namespace

TEST(Router, DmiThroughTwoRoutersIsClippedByBoth)
{
    const test::platform p(nested(inner_target("a", "address = 0x1000, size = 0x8000, priority = 2") +
                                  inner_target("b", "address = 0x4000, size = 0x1000")));
    auto &cpu = p.get<test::initiator>("c");
    auto &a = p.get<test::target>("a");
    static unsigned char storage[0x8000];
    test::settle();
    a.grant = true;
    a.dmi_data = storage;
    a.dmi_last = 0x7fff;
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x101010, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x101000u);
    EXPECT_EQ(dmi.get_end_address(), 0x101fffu); // the outer one hides what comes next
    EXPECT_EQ(dmi.get_dmi_ptr(), storage);
    ASSERT_TRUE(cpu.dmi(tlm::TLM_READ_COMMAND, 0x103800, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0x103000u);
    EXPECT_EQ(dmi.get_end_address(), 0x103fffu); // and the inner one what comes after that
    EXPECT_EQ(dmi.get_dmi_ptr(), storage + 0x2000);
}

TEST(Router, DebugAccessesGoAcrossTheWindowsOfTwoRouters)
{
    const test::platform p(nested(inner_target("a", "address = 0x1000, size = 0x1000, priority = 2") +
                                  inner_target("b", "address = 0x3000, size = 0x1000")));
    auto &cpu = p.get<test::initiator>("c");
    static unsigned char data[0x1800];
    test::settle();
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0x101c00, data, 0x1800), 0x1800u);
    using parts = std::vector<std::pair<uint64_t, unsigned>>;
    EXPECT_EQ(p.get<test::target>("a").debugged, (parts{{0xc00, 0x400}}));
    EXPECT_EQ(p.get<test::target>("hidden").debugged, (parts{{0, 0x1000}}));
    EXPECT_EQ(p.get<test::target>("b").debugged, (parts{{0, 0x400}}));
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0x103f00, data, 0x200), 0x100u); // the inner one's hole
}

TEST(Router, AHoleBehindTwoRoutersIsAnAddressError)
{
    const test::platform p(nested(inner_target("a", "address = 0x1000, size = 0x1000")));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.read(0x100800);
    EXPECT_EQ(cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    cpu.read(0x101800);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
}
