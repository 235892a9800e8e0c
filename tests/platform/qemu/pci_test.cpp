// SPDX-License-Identifier: MIT
//
// PCI Express: a host bridge, its windows, interrupts and bus masters behind it, from Lua alone. The card is
// QEMU's `edu` (docs/specs/edu.rst in QEMU): registers at BAR 0, 4 KiB of memory at its address 0x40000, a
// DMA engine.
#include "scripted.h"

namespace
{

using test::expect_good;
using test::scripted;

// Slot 1's configuration space is at 0x20008000 (ECAM: PCIe Base 5.0, 7.2.2). Its INTA is the bridge's
// irq_out_1.
std::string bridge(const std::string &device, const std::string &more = "")
{
    return "    pcie = { moduletype = 'gpex_pcihost', args = { '&q' }, irq_out_1 = { bind = "
           "'&gpio.gpio_in_2' },\n"
           "        ecam_iface = { address = 0x20000000, size = 0x1000000, bind = '&router.initiator_socket' "
           "},\n"
           "        mmio_iface = { address = 0x40000000, size = 0x10000000, relative_addresses = false,\n"
           "            bind = '&router.initiator_socket' } },\n"
           "    gpio = { moduletype = 'qemu_device', args = { '&q', 'pl061' }, mmio_0 = at(0x10000),\n"
           "        properties = { pullups = 0, pulldowns = 0xff } },\n"
           "    card = { moduletype = 'qemu_device', args = { '&pcie', '" +
           device + "' }, properties = { addr = '1.0'" + more + " } },\n";
}

// The command register: 2 is memory, 4 is bus master (PCI 3.0, 6.2.2).
std::string switch_on(const std::string &command)
{
    return "{ write = 0x20008010, value = 0x40000000 }, { write = 0x20008004, value = " + command + " },\n";
}

constexpr const char *dma_mask = ", dma_mask = 0xffffffff";
constexpr const char *of_memory = "mem = { bind = '&router.target_socket' }";

TEST(pci, devices_are_in_the_configuration_space_and_in_the_window)
{
    expect_good(scripted(
        bridge("edu"),
        "{ read = 0x20008000, expect = 0x11e81234 }, { read = 0x20010000, expect = 0xffffffff },\n" +
            switch_on("2") +
            "{ read = 0x40000000, expect = 0x010000ed }, { write = 0x40000004, value = 0x12345678 },\n"
            "{ read = 0x40000004, expect = 0xedcba987 },\n"));
}

TEST(pci, interrupts_come_to_the_bridges_lines)
{
    expect_good(scripted(
        bridge("edu"), switch_on("2") + "{ wait_ns = 10 }, { read = 0x103fc, expect = 0 },\n"
                                        "{ write = 0x40000060, value = 1 }, { wait_ns = 10 },\n"
                                        "{ read = 0x103fc, expect = 4 }, { write = 0x40000064, value = 1 },\n"
                                        "{ wait_ns = 10 }, { read = 0x103fc, expect = 0 },\n"));
}

// 8 bytes to the card and back to another place; each transfer takes 100 ms, by QEMU's timer.
std::string transfers(const std::string &expected)
{
    return "{ write = 0x80000000, value = 0x11223344 }, { write = 0x80000004, value = 0x55667788 },\n"
           "{ write = 0x40000080, value = 0x80000000 }, { write = 0x40000088, value = 0x40000 },\n"
           "{ write = 0x40000090, value = 8 }, { write = 0x40000098, value = 1 }, { wait_ns = 100001000 },\n"
           "{ write = 0x40000080, value = 0x40000 }, { write = 0x40000088, value = 0x80000100 },\n"
           "{ write = 0x40000098, value = 3 }, { wait_ns = 100001000 },\n"
           "{ read = 0x80000104, expect = " +
           expected + " },\n";
}

TEST(pci, a_bus_master_reaches_the_memory)
{
    expect_good(scripted(bridge("edu", dma_mask), switch_on("6") + transfers("0x55667788"), of_memory));
}

TEST(pci, a_device_that_may_not_be_bus_master_does_not_reach_it)
{
    expect_good(scripted(bridge("edu", dma_mask), switch_on("2") + transfers("0"), of_memory));
}

// Without direct access each is a transaction, which QEMU's timer thread waits for.
TEST(pci, a_bus_master_reaches_memory_that_is_not_direct)
{
    std::string lua = scripted(bridge("edu", dma_mask), switch_on("6") + transfers("0x55667788"), of_memory);
    lua.replace(lua.find("moduletype = 'gs_memory'"), 0, "dmi_allow = false, ");
    expect_good(lua);
}

struct card {
    const char *type, *id;
};

class pci_cards : public testing::TestWithParam<card>
{
};

TEST_P(pci_cards, are_there)
{
    const test::scratch directory;
    directory.write("disk.img", std::string(512 * 300, 'x'));
    const std::string type = GetParam().type;
    const char *more = type == "nvme"             ? ", drive = 'd', serial = 'tk'"
                       : type == "virtio-blk-pci" ? ", drive = 'd'"
                       : type == "virtio-rng-pci" ? ""
                                                  : ", netdev = 'n'";
    const test::finished result = test::run_vp(
        directory,
        scripted(bridge(GetParam().type, more),
                 std::string("{ read = 0x20008000, expect = ") + GetParam().id + " },\n",
                 std::string(of_memory) +
                     ", netdevs = { n = 'user' }, drives = { d = { file = 'disk.img', format = 'raw' } }"));
    EXPECT_EQ(result.code, 0) << result.err;
}

// Device and vendor: docs/specs/pci-ids.rst in QEMU; virtio 1.1, 4.1.2.
INSTANTIATE_TEST_SUITE_P(types, pci_cards,
                         testing::Values(card{"virtio-net-pci", "0x10001af4"},
                                         card{"virtio-blk-pci", "0x10011af4"},
                                         card{"virtio-rng-pci", "0x10051af4"}, card{"e1000", "0x100e8086"},
                                         card{"nvme", "0x00101b36"}),
                         [](const testing::TestParamInfo<card> &each) {
                             std::string name = each.param.type;
                             for (char &c : name) {
                                 c = c == '-' ? '_' : c;
                             }
                             return name;
                         });

TEST(pci, a_card_without_a_bridge_is_a_mistake)
{
    test::expect_mistake(scripted("    x = { moduletype = 'qemu_device', args = { '&q', 'edu' } },\n", ""),
                         "p.lua:8: platform.x: ", "sits on a bus of type 'PCI'");
}

} // namespace
