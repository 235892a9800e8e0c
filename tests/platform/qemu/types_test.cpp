// SPDX-License-Identifier: MIT
//
// What vp says of QEMU's types: --list-qemu-types and --describe.
#include "scripted.h"

namespace
{

TEST(qemu_types, are_listed_by_a_part_of_the_name_or_a_pattern)
{
    const test::scratch directory;
    test::finished result = test::run(VP_PROGRAM, {"--list-qemu-types", "pl06"}, directory.file(""));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, "qemu_device pl061\nqemu_device pl061_luminary\n");
    result = test::run(VP_PROGRAM, {"--list-qemu-types=cortex-m?-arm-cpu"}, directory.file(""));
    EXPECT_NE(result.out.find("qemu_cpu cortex-m4-arm-cpu\n"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("cortex-m33"), std::string::npos) << result.out;
    result = test::run(VP_PROGRAM, {"--list-qemu-types", "zzz"}, directory.file(""));
    EXPECT_EQ(result.code, 2);
}

TEST(qemu_types, are_described_in_the_words_of_platform_files)
{
    const test::scratch directory;
    const test::finished result = test::run(VP_PROGRAM, {"--describe", "pl061"}, directory.file(""));
    EXPECT_EQ(result.code, 0) << result.err;
    for (const char *each : {"args = { \"&qemu_inst\", \"pl061\" }", "pullups = 255",
                             "gpio_in_0 to gpio_in_7", "irq_out_0", "mmio_0: TLM target; 4096 bytes"}) {
        EXPECT_NE(result.out.find(each), std::string::npos) << each << "\n" << result.out;
    }
}

class described_bus : public testing::TestWithParam<std::pair<const char *, const char *>>
{
};

// What has a bus says who fits, and who fits says what has the bus.
TEST_P(described_bus, names_both_ends)
{
    const test::scratch directory;
    const std::string owner = GetParam().first, device = GetParam().second;
    test::finished result = test::run(VP_PROGRAM, {"--describe", owner}, directory.file(""));
    EXPECT_EQ(result.code, 0) << result.err;
    const size_t at = result.out.find("for devices whose first argument is this module:\n");
    ASSERT_NE(at, std::string::npos) << result.out;
    EXPECT_NE(result.out.find(" " + device + " ", at), std::string::npos) << result.out;
    result = test::run(VP_PROGRAM, {"--describe", device}, directory.file(""));
    EXPECT_NE(result.out.find("args = { \"&device\", \"" + device + "\" }"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find(owner), std::string::npos) << result.out;
}

INSTANTIATE_TEST_SUITE_P(all, described_bus,
                         testing::Values(std::make_pair("virtio-mmio", "virtio-blk-device"),
                                         std::make_pair("gpex-pcihost", "nvme"),
                                         std::make_pair("pl181", "sd-card"),
                                         std::make_pair("versatile_i2c", "tmp105"),
                                         std::make_pair("pl022", "ssd0323")));

TEST(qemu_types, objects_are_listed_and_described_too)
{
    const test::scratch directory;
    test::finished result = test::run(VP_PROGRAM, {"--list-qemu-types", "rng-builtin"}, directory.file(""));
    EXPECT_EQ(result.out, "qemu_object rng-builtin\n");
    result = test::run(VP_PROGRAM, {"--describe", "rng-random"}, directory.file(""));
    EXPECT_NE(result.out.find("moduletype = \"qemu_object\""), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("filename"), std::string::npos) << result.out;
}

// It looks for a CPU when it is realized, and does not survive that there is none.
TEST(qemu_types, one_that_cannot_live_alone_is_described_as_far_as_it_goes)
{
    const test::scratch directory;
    const test::finished result = test::run(VP_PROGRAM, {"--describe", "arm-gicv3"}, directory.file(""));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("num_irq = 32"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("cannot be realized alone"), std::string::npos) << result.out;
}

TEST(qemu_types, an_unknown_one_is_a_usage_error_with_a_near_name)
{
    const test::scratch directory;
    const test::finished result = test::run(VP_PROGRAM, {"--describe", "pl06"}, directory.file(""));
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find("did you mean 'pl061'?"), std::string::npos) << result.err;
}

} // namespace
