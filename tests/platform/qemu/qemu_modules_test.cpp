// SPDX-License-Identifier: MIT
//
// QEMU's devices by QEMU's own names: properties, regions, lines, bus masters, buses; in one QEMU and in two.
#include "scripted.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace
{

using test::expect_good;
using test::scripted;

// PL061 (Arm DDI 0190, chapter 3): GPIODATA of all lines at 0x3fc, GPIODIR at 0x400.
constexpr const char *two_gpios =
    "    a = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, mmio_0 = at(0x10000),\n"
    "        properties = { pullups = 0x08, pulldowns = 0xf7 }, gpio_out_3 = { bind = '&b.gpio_in_2' } },\n"
    "    b = { moduletype = 'qemu_device', args = { '&Q', 'pl061' }, mmio_0 = at(0x20000),\n"
    "        properties = { pullups = 0, pulldowns = 0xff } },\n";

std::string gpios_in(const std::string &second_qemu)
{
    std::string modules = two_gpios;
    modules.replace(modules.find("&Q"), 2, "&" + second_qemu);
    return modules;
}

// Line 3 is pulled up until it is driven low, high, low.
constexpr const char *drive_line_3 =
    "{ wait_ns = 10 }, { read = 0x203fc, expect = 0x04 },\n"
    "{ write = 0x10400, value = 0x08 }, { wait_ns = 10 }, { read = 0x203fc, expect = 0 },\n"
    "{ write = 0x103fc, value = 0x08 }, { wait_ns = 10 }, { read = 0x203fc, expect = 0x04 },\n"
    "{ write = 0x103fc, value = 0 }, { wait_ns = 10 }, { read = 0x203fc, expect = 0 },\n";

TEST(qemu_modules, a_device_of_no_row_has_its_properties_region_and_lines)
{
    expect_good(scripted(gpios_in("q"), drive_line_3));
}

TEST(qemu_modules, a_line_leads_from_one_qemu_to_another_of_the_same_target)
{
    expect_good(scripted("    r = { moduletype = 'QemuInstance', args = { 'AARCH64' } },\n" + gpios_in("r"),
                         drive_line_3));
}

TEST(qemu_modules, four_instances_live_together)
{
    std::string modules = gpios_in("t");
    for (const char *each : {"r", "s", "t"}) {
        modules += std::string("    ") + each + " = { moduletype = 'QemuInstance', args = { 'AARCH64' } },\n";
    }
    expect_good(scripted(modules, drive_line_3));
}

// PL080 (Arm DDI 0196, chapter 3): channel 0 at 0x100; four words from 0x80000000 to 0x80000100, memory to
// memory.
TEST(qemu_modules, a_bus_master_reaches_systemc_memory)
{
    expect_good(scripted(
        "    dma = { moduletype = 'qemu_device', args = { '&q', 'pl080' }, mmio_0 = at(0x10000),\n"
        "        bus_downstream = { bind = '&router.target_socket' } },\n",
        "{ write = 0x80000000, value = 0x11111111 }, { write = 0x8000000c, value = 0x44444444 },\n"
        "{ write = 0x10030, value = 1 }, { write = 0x10100, value = 0x80000000 },\n"
        "{ write = 0x10104, value = 0x80000100 }, { write = 0x1010c, value = 0x0c480004 },\n"
        "{ write = 0x10110, value = 1 }, { wait_ns = 10 },\n"
        "{ read = 0x80000100, expect = 0x11111111 }, { read = 0x8000010c, expect = 0x44444444 },\n"));
}

// Virtio 1.1, 4.2.2: magic value at 0, device ID at 8; 4 is an entropy source.
TEST(qemu_modules, a_device_sits_on_another_ones_bus)
{
    expect_good(
        scripted("    slot = { moduletype = 'virtio_mmio', args = { '&q' }, mem = at(0x10000) },\n"
                 "    rng = { moduletype = 'qemu_device', args = { '&slot', 'virtio-rng-device' } },\n",
                 "{ read = 0x10000, expect = 0x74726976 }, { read = 0x10008, expect = 4 },\n"));
}

// hw/misc/mps2-scc.c in QEMU: an array of frequencies, read by a command (Arm DAI 0385, SYS_CFGCTRL).
TEST(qemu_modules, an_array_is_a_property)
{
    expect_good(scripted(
        "    scc = { moduletype = 'qemu_device', args = { '&q', 'mps2-scc' }, mmio_0 = at(0x10000),\n"
        "        properties = { scc_id = 0x41040000, oscclk = { 11, 22, 33 } } },\n",
        "{ read = 0x10ffc, expect = 0x41040000 },\n"
        "{ write = 0x100a8, value = 0x80100002 }, { read = 0x100a0, expect = 33 },\n"
        "{ write = 0x100a8, value = 0x80100000 }, { read = 0x100a0, expect = 11 },\n"));
}

// --- reset and halt ----------------------------------------------------------------------------------

class qemu_cpu_line : public testing::TestWithParam<const char *>
{
};

// The timer raises the line 20 ns after the start, before the guest reads its counter, and the script lowers
// it at 10 ms: the guest's counter (62.5 MHz) must then show that the CPU has not executed meanwhile, and
// that time has gone on.
TEST_P(qemu_cpu_line, holds_the_cpu_while_time_goes_on)
{
    const test::scratch directory;
    directory.write("p.lua",
                    std::string("dofile('" CONF_DIR "/hello.lua')\n"
                                "platform.timer = { moduletype = 'sc_timer', irq = { bind = '&cpu_0.") +
                        GetParam() +
                        "' },\n"
                        "    target_socket = { address = 0x0a100000, size = 0x1000, bind = "
                        "'&router.initiator_socket' } }\n"
                        "platform.script = { moduletype = 'test_script', socket = { bind = "
                        "'&router.target_socket' },\n"
                        "    { write = 0x0a100010, value = 20 }, { write = 0x0a100008, value = 7 },\n"
                        "    { wait_ns = 10000000 }, { write = 0x0a10000c, value = 1 } }\n");
    const test::finished result = test::run(VP_PROGRAM, {"p.lua"}, directory.file(""));
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    unsigned long counter = 0;
    ASSERT_EQ(sscanf(result.out.c_str(), "Hello from qemu-timekeeper: CNTVCT %lu,", &counter), 1)
        << result.out;
    EXPECT_GE(counter, 625000u) << result.out;
    EXPECT_LE(counter, 625000u + 62500u) << result.out; // a quantum
}

INSTANTIATE_TEST_SUITE_P(lines, qemu_cpu_line, testing::Values("reset", "halt"));

// --- mistakes ----------------------------------------------------------------------------------------

struct mistake {
    const char *name, *modules, *words;
};

void PrintTo(const mistake &each, std::ostream *out)
{
    *out << each.modules;
}

class qemu_module_mistakes : public testing::TestWithParam<mistake>
{
};

TEST_P(qemu_module_mistakes, are_one_line_that_says_where_and_what_is_right)
{
    test::expect_mistake(scripted(GetParam().modules, ""), "p.lua:8: platform.x: ", GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    all, qemu_module_mistakes,
    testing::Values(
        mistake{"type", "x = { moduletype = 'qemu_device', args = { '&q', 'pl06' } },\n",
                "no device 'pl06'; did you mean 'pl061'?"},
        mistake{
            "property",
            "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, properties = { pullup = 1 } },\n",
            "no property 'pullup'; did you mean 'pullups'?"},
        mistake{
            "value",
            "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, properties = { pullups = 'x' } },\n",
            "cannot set property 'pullups' to 'x'"},
        mistake{"range", "x = { moduletype = 'arm_gicv2', args = { '&q' }, num_cpus = 9 },\n",
                "'num_cpus' is 9; it must be from 1 to 8"},
        mistake{"region",
                "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, mmio_1 = at(0x5000) },\n",
                "no region 1"},
        mistake{"line",
                "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, irq_out_1 = { bind = "
                "'&x.gpio_in_0' } },\n",
                "has no output 1"},
        mistake{"list",
                "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, foo_out_1 = { bind = "
                "'&x.gpio_in_0' } },\n",
                "no list of outputs 'foo'"},
        mistake{"link",
                "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, properties = { pullups = '&ram' "
                "} },\n",
                "'&ram' is no QEMU object"},
        mistake{"bus", "x = { moduletype = 'qemu_device', args = { '&q', 'virtio-rng-device' } },\n",
                "sits on a bus of type 'virtio-bus'"},
        mistake{"clock",
                "x = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, clocks = { core = 1 } },\n",
                "no clock 'core'"}),
    [](const testing::TestParamInfo<mistake> &each) { return std::string(each.param.name); });

} // namespace
