// SPDX-License-Identifier: MIT
//
// Virtio devices behind the memory-mapped transport, driven by a script as a guest would (virtio 1.1,
// chapter 4.2.2 for the registers, 2.6 for the queue). What such a device does, QEMU's own threads do, in
// host time: the script waits for 10 ns of simulated time, and finds it done.
#include "scripted.h"

namespace
{

using test::scripted;

std::string number(uint64_t value)
{
    return std::to_string(value);
}

std::string put(uint64_t address, uint64_t value)
{
    return "{ write = " + number(address) + ", value = " + number(value) + " },\n";
}

std::string expect(uint64_t address, uint64_t value)
{
    return "{ read = " + number(address) + ", expect = " + number(value) + " },\n";
}

constexpr uint64_t device = 0x10000, descriptors = 0x80001000, available = 0x80002000, used = 0x80003000;
constexpr uint64_t is_next = 1, device_writes = 2;

// Queue 0 of 8 entries, and the driver is ready.
std::string set_up()
{
    std::string all;
    for (const uint64_t status : {0, 1, 3}) {
        all += put(device + 0x70, status);
    }
    all += put(device + 0x24, 1) + put(device + 0x20, 1) + put(device + 0x70, 0xb); // VIRTIO_F_VERSION_1
    all += put(device + 0x30, 0) + put(device + 0x38, 8) + put(device + 0x80, descriptors) +
           put(device + 0x84, 0) + put(device + 0x90, available) + put(device + 0x94, 0) +
           put(device + 0xa0, used) + put(device + 0xa4, 0) + put(device + 0x44, 1) + put(device + 0x70, 0xf);
    return all;
}

std::string descriptor(unsigned index, uint64_t address, uint64_t length, uint64_t flags)
{
    const uint64_t at = descriptors + 16 * index;
    return put(at, address) + put(at + 4, 0) + put(at + 8, length) + put(at + 12, flags | (index + 1) << 16);
}

// Hands the chain that begins with descriptor 0 over, as the n-th, counted from 1.
std::string offer(unsigned n)
{
    return put(available + 4 + 2 * (n - 1), 0) + put(available, n << 16) + put(device + 0x50, 0) +
           "{ wait_ns = 10 },\n" + expect(used, n << 16);
}

std::string sector_of(unsigned index)
{
    std::string text;
    for (unsigned i = 0; i < 128; i++) {
        const uint32_t word = 0x01010101u * index + i;
        text.append(reinterpret_cast<const char *>(&word), 4);
    }
    return text;
}

// Reads `sector` (virtio 1.1, 5.2.6: type 0 is to read), the n-th time.
std::string read_sector(unsigned sector, unsigned n)
{
    return put(0x80004000, 0) + put(0x80004004, 0) + put(0x80004008, sector) + put(0x8000400c, 0) +
           put(0x80006000, 0xff) + descriptor(0, 0x80004000, 16, is_next) +
           descriptor(1, 0x80005000, 512, is_next | device_writes) +
           descriptor(2, 0x80006000, 1, device_writes) + offer(n) + expect(0x80006000, 0) +
           expect(0x80005000, 0x01010101u * sector) + expect(0x800051fc, 0x01010101u * sector + 127);
}

constexpr const char *of_memory = "mem = { bind = '&router.target_socket' }";

// Reads that the host makes slow: 10 a second, by its own clock.
TEST(virtio, a_disk_is_read_in_no_simulated_time_however_long_it_takes)
{
    const test::scratch directory;
    std::string image;
    for (unsigned i = 0; i < 16; i++) {
        image += sector_of(i);
    }
    directory.write("disk.img", image);
    const test::finished result = test::run_vp(
        directory,
        scripted(
            "    slot = { moduletype = 'virtio_mmio', args = { '&q' }, mem = at(0x10000) },\n"
            "    disk = { moduletype = 'qemu_device', args = { '&slot', 'virtio-blk-device' },\n"
            "        properties = { drive = 'd' } },\n",
            set_up() + read_sector(3, 1) + read_sector(9, 2) + read_sector(15, 3),
            std::string(of_memory) +
                ", drives = { d = { file = 'disk.img', format = 'raw', readonly = true, iops_rd = 10 } }"));
    EXPECT_EQ(result.code, 0) << result.out << result.err;
}

TEST(virtio, a_disk_in_memory_that_is_not_direct)
{
    const test::scratch directory;
    directory.write("disk.img", sector_of(0) + sector_of(1) + sector_of(2) + sector_of(3));
    std::string lua =
        scripted("    disk = { moduletype = 'virtio_mmio_blk', args = { '&q' }, mem = at(0x10000),\n"
                 "        blkdev_str = 'file=disk.img,format=raw' },\n",
                 set_up() + read_sector(2, 1) + read_sector(1, 2), of_memory);
    lua.replace(lua.find("moduletype = 'gs_memory'"), 0, "dmi_allow = false, ");
    const test::finished result = test::run_vp(directory, lua);
    EXPECT_EQ(result.code, 0) << result.out << result.err;
}

// A bottom half answers.
TEST(virtio, an_entropy_source_links_to_an_object)
{
    test::expect_good(
        scripted("    bytes = { moduletype = 'qemu_object', args = { '&q', 'rng-builtin' } },\n"
                 "    rng = { moduletype = 'virtio_mmio_rng', args = { '&q' }, mem = at(0x10000),\n"
                 "        properties = { rng = '&bytes' } },\n",
                 set_up() + descriptor(0, 0x80005000, 16, device_writes) + offer(1) + expect(used + 8, 16),
                 of_memory));
}

// Virtio 1.1, 5.3.2: queue 5 is port 1's to the device, 0 and 1 are port 0's; a console is port 0.
TEST(virtio, a_console_sits_on_the_bus_of_a_serial_device)
{
    const test::scratch directory;
    std::string steps = set_up() + put(0x80005000, 0x6948) + descriptor(0, 0x80005000, 2, 0);
    // what set_up() does with queue 0, for queue 1
    steps.replace(steps.find(put(device + 0x30, 0)), put(device + 0x30, 0).size(), put(device + 0x30, 1));
    std::string hand_over = offer(1);
    hand_over.replace(hand_over.find(put(device + 0x50, 0)), put(device + 0x50, 0).size(),
                      put(device + 0x50, 1));
    const test::finished result = test::run_vp(
        directory,
        scripted("    slot = { moduletype = 'virtio_mmio', args = { '&q' }, mem = at(0x10000) },\n"
                 "    serial = { moduletype = 'qemu_device', args = { '&slot', 'virtio-serial-device' } },\n"
                 "    console = { moduletype = 'qemu_device', args = { '&serial', 'virtconsole' },\n"
                 "        properties = { chardev = 'con' } },\n",
                 steps + hand_over, std::string(of_memory) + ", chardevs = { con = 'file,path=said.txt' }"));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(directory.read("said.txt"), "Hi");
}

} // namespace
