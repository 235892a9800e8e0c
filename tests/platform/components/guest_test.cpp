// SPDX-License-Identifier: MIT
//
// Guests that use the components: the guest itself says whether it saw what it should.
#include "support/program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
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
    const test::finished result = run("holes.lua");
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("0 failures"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("WRONG"), std::string::npos) << result.out;
}

class idling : public testing::Test
{
  protected:
    idling() : m_dump(testing::TempDir() + "timekeeper-dump-" + std::to_string(getpid()))
    {
        setenv("DUMP", m_dump.c_str(), 1);
    }
    ~idling() override { std::remove(m_dump.c_str()); }

    std::string dumped() const
    {
        std::stringstream all;
        all << std::ifstream(m_dump, std::ios::binary).rdbuf();
        return all.str();
    }

  private:
    const std::string m_dump;
};

TEST_F(idling, keep_alive_waits_for_somebody_outside)
{
    test::program vp(VP_PROGRAM, {std::string(HERE) + "/idle.lua"}, testing::TempDir());
    ASSERT_TRUE(vp.wait_for_output("idle from now on"));
    kill(vp.pid(), SIGINT);
    const test::finished result = vp.finish();
    EXPECT_EQ(result.code, 128 + SIGINT) << result.err; // not 3
    EXPECT_EQ(dumped().size(), 64u);
}

TEST_F(idling, without_keep_alive_the_run_ends)
{
    const test::finished result = run("idle.lua", {"-p", "platform.keep_alive.active=false"});
    EXPECT_EQ(result.code, 3) << result.err;
    ASSERT_EQ(dumped().size(), 64u);
    EXPECT_EQ(dumped().substr(0, 4), std::string("\x40\x42\x38\xd5", 4)); // mrs x0, CurrentEL
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
