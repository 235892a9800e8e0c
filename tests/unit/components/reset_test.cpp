// SPDX-License-Identifier: MIT
//
// What memory and what loads it do at resets: of the whole system, and by lines of their own.
#include "test_modules.h"
#include "test_platform.h"
#include "timekeeper/systemc/reset.h"

#include <gtest/gtest.h>

namespace
{

struct memory_reset : testing::Test {
    static constexpr uint32_t filled = 0x5a5a5a5a, loaded = 0x11223344, own = 0x55667788;

    void SetUp() override
    {
        test::settle();
        expect(filled, loaded, own);
        for (const uint64_t address : {0, 0x100, 0x200}) {
            cpu.write(address, 7);
        }
    }
    void drive(const char *name, bool level)
    {
        p.get<test::driver>(name).drive(level);
        test::settle();
    }
    void expect(uint32_t at_0, uint32_t at_100, uint32_t at_200)
    {
        EXPECT_EQ(cpu.read(0), at_0);
        EXPECT_EQ(cpu.read(0x100), at_100);
        EXPECT_EQ(cpu.read(0x200), at_200);
    }

    test::platform p{
        "platform = { router = { moduletype = 'router' },\n"
        "ram = { moduletype = 'gs_memory', init_mem_val = 0x5a, load = { data = { 0x55667788 }, offset = "
        "0x200 },\n"
        "  target_socket = { address = 0, size = 0x1000, bind = '&router.initiator_socket' } },\n"
        "load = { moduletype = 'loader', initiator_socket = { bind = '&router.target_socket' },\n"
        "  { data = { 0x11223344 }, address = 0x100 } },\n"
        "gpio = { moduletype = 'reset_gpio' },\n"
        "of_gpio = { moduletype = 'test_line', ['in'] = { bind = '&gpio.reset' } },\n"
        "to_ram = { moduletype = 'test_driver', out = { bind = '&ram.reset' } },\n"
        "to_load = { moduletype = 'test_driver', out = { bind = '&load.reset' } },\n"
        "cpu = { moduletype = 'test_initiator', socket = { bind = '&router.target_socket' } } }"};
    test::initiator &cpu = p.get<test::initiator>("cpu");
};

} // namespace

TEST_F(memory_reset, WarmKeepsWhatItHolds)
{
    tk::system_reset::instance()->request(tk::reset_kind::warm);
    test::settle();
    expect(7, 7, 7);
}

TEST_F(memory_reset, ColdIsAsAtTheStart)
{
    tk::system_reset::instance()->request(tk::reset_kind::cold);
    test::settle();
    expect(filled, loaded, own);
}

TEST_F(memory_reset, AskedForBothItIsCold)
{
    tk::system_reset::instance()->request(tk::reset_kind::cold);
    tk::system_reset::instance()->request(tk::reset_kind::warm);
    test::settle();
    expect(filled, loaded, own);
    EXPECT_EQ(tk::system_reset::instance()->count(), 1u);
}

TEST_F(memory_reset, LinesOfTheirOwn)
{
    drive("to_ram", true);
    expect(filled, filled, own);
    drive("to_load", true);
    expect(filled, filled, own);
    drive("to_load", false);
    expect(filled, loaded, own);
}

TEST_F(memory_reset, AGpioShowsEachOfTheSystem)
{
    drive("to_ram", true);
    const size_t before = p.get<test::line>("of_gpio").edges.size();
    tk::system_reset::instance()->request(tk::reset_kind::warm);
    test::settle();
    EXPECT_EQ(p.get<test::line>("of_gpio").edges.size(), before + 2); // up and down
    EXPECT_FALSE(p.get<test::line>("of_gpio").level());
}
