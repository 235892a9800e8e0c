// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/aliases.h"
#include "timekeeper/systemc/factory.h"

#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <sstream>

// Every alias must lead to something that is there, and must not be a name of ours.
TEST(Aliases, OfTypesLeadToTypes)
{
    const tk::module_factory &factory = tk::module_factory::instance();
    for (const std::string type : {"Container", "router", "gs_memory", "loader", "Pl011", "uart_16550",
                                   "sc_timer", "exiter", "keep_alive", "memory_dumper"}) {
        EXPECT_NE(factory.find(type), nullptr) << type;
        for (const std::string &alias : tk::aliases_of_type(type)) {
            ASSERT_NE(factory.find(alias), nullptr) << alias;
            EXPECT_EQ(factory.find(alias)->type, type) << alias;
        }
    }
    EXPECT_EQ(tk::alias_of_type("memory"), "gs_memory");
    EXPECT_EQ(tk::alias_of_type("gs_memory"), "");
}

TEST(Aliases, OfPortsHoldForTheirTypesOnly)
{
    EXPECT_EQ(tk::alias_of_port("Pl011", "mem"), "target_socket");
    EXPECT_EQ(tk::alias_of_port("router", "mem"), "mem");
    EXPECT_EQ(tk::alias_of_port("cpu_arm_cortexA76", "pmu_interrupt"), "irq_pmu_out");
    EXPECT_EQ(tk::alias_of_port("cpu_riscv64", "pmu_interrupt"), "pmu_interrupt");
}

TEST(Aliases, PutOurNamesIntoTheTable)
{
    tk::config_node cpu("cpu");
    cpu.get_or_make("psci_conduit").set_string("hvc");
    cpu.get_or_make("log_level").set_integer(3);
    cpu.get_or_make("pmu_interrupt").get_or_make("bind").set_string("&gic.ppi");
    EXPECT_TRUE(tk::apply_aliases(cpu, "cpu_arm_cortexA53").empty());
    EXPECT_EQ(cpu.find("psci_conduit")->as_uint64(), 2u);
    EXPECT_TRUE(cpu.find("log_level")->used());
    EXPECT_EQ(cpu.find("pmu_interrupt"), nullptr);
    ASSERT_NE(cpu.find("irq_pmu_out"), nullptr);
}

TEST(Aliases, AnUnknownWordStaysForTheParameterToRefuse)
{
    tk::config_node cpu("cpu");
    cpu.get_or_make("psci_conduit").set_string("sms");
    EXPECT_TRUE(tk::apply_aliases(cpu, "cpu_arm_cortexA53").empty());
    EXPECT_THROW(cpu.find("psci_conduit")->as_uint64(), tk::config_error);
}

TEST(Aliases, ANameTwiceIsRefused)
{
    EXPECT_EQ(test::build_error("platform = {\n m = { moduletype = 'memory', size = 4096,\n dmi = true,\n"
                                " dmi_allow = true } }"),
              "test.lua:3: platform.m: 'dmi' is another name of 'dmi_allow', which is given too; keep one of "
              "them");
}

TEST(Aliases, WhatChangesThePlatformIsNotDropped)
{
    EXPECT_EQ(
        test::build_error("platform = { s = { moduletype = 'char_backend_socket', nowait = false } }"),
        "test.lua:1: platform.s: 'nowait' = false is not possible; leave it out: the run never waits for "
        "a connection here");
}

// The router binds; the window stands at the other name.
TEST(Aliases, SocketsByTheirOtherNames)
{
    const test::platform p(
        "platform = { r = { moduletype = 'router', initiator_socket = { bind = '&u.mem' } },\n"
        " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n"
        " u = { moduletype = 'pl011', mem = { address = 0x1000, size = 0x1000 } } }");
    test::settle();
    EXPECT_EQ(p.get<test::initiator>("c").read(0x1fe0), 0x11u);
}

TEST(Aliases, OneOfQemusDevicesElsewhereHasItsInstanceAsArgument)
{
    EXPECT_EQ(
        test::build_error("platform = { r = { moduletype = 'router' },\n"
                          " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n"
                          " u = { moduletype = 'qemu_pl011', args = { 'instance' },\n"
                          " mem = { address = 0, size = 0x1000, bind = '&r.initiator_socket' } } }"),
        "");
}

// --- all mistakes at once ----------------------------------------------------------------------------

// What building it says, each line from the file's name on.
static std::string all_errors(const std::string &lua)
{
    std::istringstream text(test::build_error(lua));
    std::string all;
    for (std::string line; std::getline(text, line);) {
        all += line.substr(line.find("test.lua")) + "\n";
    }
    return all;
}

TEST(AllMistakes, OneLineEachAndNoneThatFollows)
{
    EXPECT_EQ(
        all_errors("platform = {\n a = { moduletype = 'nix' },\n"
                   " b = { moduletype = 'Pl011', args = { '&a' } },\n"
                   " c = { moduletype = 'gs_memory', size = 4096, colour = 1,\n"
                   "   target_socket = { bind = '&a.out' } },\n"
                   " d = { moduletype = 'gs_memory', size = 'big', target_socket = { bind = '&e.x' } },\n"
                   " e = { moduletype = 'test_initiator', socket = { bind = '&d.target_socket' } },\n"
                   " f = { moduletype = 'test_initiator', plug = { bind = '&e.socket' } } }"),
        "test.lua:2: platform.a: unknown moduletype 'nix'\n"
        "test.lua:6: platform.d: 'size' is a string (\"big\"); it must be an integer, not negative\n"
        "test.lua:8: platform.f: platform.f (test_initiator) has no socket 'plug'; it has socket\n"
        "test.lua:4: platform.c.colour: unknown parameter 'colour' of platform.c\n");
}

TEST(AllMistakes, SeveralOpenSockets)
{
    EXPECT_EQ(
        all_errors("platform = {\n a = { moduletype = 'Pl011' },\n b = { moduletype = 'Pl011' } }"),
        "test.lua:2: platform.a: 'target_socket' (TLM target socket) is bound to nothing; add target_socket "
        "= { bind = \"&module.socket\" }\n"
        "test.lua:3: platform.b: 'target_socket' (TLM target socket) is bound to nothing; add target_socket "
        "= { bind = \"&module.socket\" }\n");
}
