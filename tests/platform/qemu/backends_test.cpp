// SPDX-License-Identifier: MIT
//
// What stands behind devices: chardevs, netdevs, drives, of an instance and of a single device.
#include "scripted.h"

namespace
{

using test::expect_good;
using test::expect_mistake;
using test::scripted;

// PL011 (Arm DDI 0183, chapter 3): data at 0, control at 0x30.
constexpr const char *uart =
    "    uart = { moduletype = 'qemu_device', args = { '&q', 'pl011' }, mmio_0 = at(0x10000),\n"
    "        properties = { chardev = 'con' } },\n";
constexpr const char *say_hi = "{ write = 0x10030, value = 0x301 }, { write = 0x10000, value = 0x48 },\n"
                               "{ write = 0x10000, value = 0x69 },\n";

class chardevs : public testing::TestWithParam<const char *>
{
};

TEST_P(chardevs, of_an_instance_are_named_by_a_property)
{
    const test::scratch directory;
    const test::finished result = test::run_vp(directory, scripted(uart, say_hi, GetParam()));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(directory.read("said,all.txt"), "Hi");
}

INSTANTIATE_TEST_SUITE_P(written, chardevs,
                         testing::Values("chardevs = { con = 'file,path=said,,all.txt' }",
                                         "chardevs = { con = { backend = 'file', path = 'said,all.txt' } }"));

TEST(netdevs, of_an_instance_are_named_by_a_property)
{
    // Virtio 1.1, 5.1.4: the configuration space begins with the MAC address.
    expect_good(scripted("    slot = { moduletype = 'virtio_mmio', args = { '&q' }, mem = at(0x10000) },\n"
                         "    net = { moduletype = 'qemu_device', args = { '&slot', 'virtio-net-device' },\n"
                         "        properties = { netdev = 'net0', mac = '52:54:00:12:34:56' } },\n",
                         "{ read = 0x10008, expect = 1 }, { read = 0x10100, expect = 0x12005452 },\n",
                         "netdevs = { net0 = { type = 'user', restrict = true, dns = '10.0.2.7',\n"
                         "    hostfwd = { 'tcp:127.0.0.1:0-:22', 'tcp:127.0.0.1:0-:23' } } }"));
}

TEST(netdevs, of_a_single_device_stand_in_its_parameter)
{
    expect_good(scripted(
        "    net = { moduletype = 'virtio_mmio_net', args = { '&q' }, mem = at(0x10000),\n"
        "        netdev_str = 'type=user,restrict=on', properties = { mac = '52:54:00:12:34:56' } },\n"
        "    other = { moduletype = 'virtio_mmio_net', args = { '&q' }, mem = at(0x20000) },\n",
        "{ read = 0x10008, expect = 1 }, { read = 0x10100, expect = 0x12005452 },\n"
        "{ read = 0x20008, expect = 1 },\n"));
}

TEST(drives, of_a_single_device_stand_in_its_parameter)
{
    const test::scratch directory;
    directory.write("disk.img", std::string(512 * 300, 'x'));
    // Virtio 1.1, 5.2.4: the configuration space begins with the capacity, in sectors.
    const test::finished result = test::run_vp(
        directory,
        scripted("    disk = { moduletype = 'virtio_mmio_blk', args = { '&q' }, mem = at(0x10000),\n"
                 "        blkdev_str = 'file=disk.img,format=raw,if=none' },\n",
                 "{ read = 0x10008, expect = 2 }, { read = 0x10100, expect = 300 },\n"));
    EXPECT_EQ(result.code, 0) << result.err;
}

struct mistake {
    const char *name, *instance, *words;
};

void PrintTo(const mistake &each, std::ostream *out)
{
    *out << each.instance;
}

class backend_mistakes : public testing::TestWithParam<mistake>
{
};

TEST_P(backend_mistakes, are_one_line_that_says_where_and_what_is_right)
{
    expect_mistake(scripted("", "", GetParam().instance), "p.lua:7: platform.q", GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    all, backend_mistakes,
    testing::Values(
        mistake{"file", "drives = { d = { file = 'none.img', format = 'raw' } }",
                "cannot make drive 'd': QEMU says: Could not open 'none.img'"},
        mistake{"type", "netdevs = { n = 'usr' }", "cannot make netdev 'n': QEMU says: "},
        mistake{"option", "netdevs = { n = 'user,restrct=on' }", "'restrct'"},
        mistake{"chardev", "chardevs = { c = 'fil,path=x' }", "cannot make chardev 'c': QEMU says: "},
        mistake{"id", "chardevs = { c = 'null,id=d' }", "it has the id 'c'"},
        mistake{"no_id", "chardevs = { ['1'] = 'null', ['2'] = 'null' }", "expects an identifier"},
        mistake{"table", "netdevs = { n = { type = 'user', dns = { ip = 1 } } }", "'dns' is a table"},
        mistake{"no_table", "netdevs = 5", "write netdevs = { some_id = "}),
    [](const testing::TestParamInfo<mistake> &each) { return std::string(each.param.name); });

TEST(backends, that_do_not_exist_are_a_mistake_of_the_device)
{
    expect_mistake(scripted("    x = { moduletype = 'qemu_device', args = { '&q', 'pl011' }, properties = { "
                            "chardev = 'no' } },\n",
                            ""),
                   "p.lua:8: platform.x: ", "can't find value 'no'");
}

} // namespace
