// SPDX-License-Identifier: MIT
//
// Guests that use the components: the guest itself says whether it saw what it should.
#include "support/program.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

test::finished run(const std::string &file, const std::vector<std::string> &more = {})
{
    std::vector<std::string> arguments = {std::string(HERE) + "/" + file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run(VP_PROGRAM, arguments, testing::TempDir());
}

TEST(bus, holes_are_external_aborts)
{
    const test::finished result = run("faults.lua");
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("0 failures"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("WRONG"), std::string::npos) << result.out;
}

class devices : public testing::TestWithParam<const char *>
{
};

TEST_P(devices, with_interrupts)
{
    const test::finished result = run("devices.lua", {"-p", GetParam()});
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    for (const char *each : {"timer: right", "dma: right", "mailbox: right", "0 wrong"}) {
        EXPECT_NE(result.out.find(each), std::string::npos) << result.out;
    }
}

INSTANTIATE_TEST_SUITE_P(quanta, devices,
                         testing::Values("platform.quantum_ns=10000", "platform.quantum_ns=10000000"),
                         [](const auto &each) { return "case_" + std::to_string(each.index); });

class dma_over_code : public testing::TestWithParam<const char *>
{
};

TEST_P(dma_over_code, is_executed_at_once)
{
    const test::finished result = run("dma_code.lua", {"-p", GetParam()});
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_EQ(result.out.find("100 rounds, 0 wrong"), 0u) << result.out;
}

INSTANTIATE_TEST_SUITE_P(bursts, dma_over_code,
                         testing::Values("platform.dma.burst_bytes=4096", "platform.dma.burst_bytes=65536",
                                         "platform.dma.burst_bytes=64", "platform.dma.bytes_per_second=0",
                                         "platform.quantum_ns=10000"),
                         [](const auto &each) { return "case_" + std::to_string(each.index); });

} // namespace
