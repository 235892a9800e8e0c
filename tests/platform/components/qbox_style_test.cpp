// SPDX-License-Identifier: MIT
//
// Platform files in Qbox's style: they run as they are, and what they ask for in vain is named all at once.
#include "support/program.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>

namespace
{

test::finished run(const std::string &file, const std::string &program = "hello")
{
    setenv("FIRMWARE", FIRMWARE_DIR, 1);
    setenv("PROGRAM", program.c_str(), 1);
    return test::run(VP_PROGRAM, {"--gs_luafile", std::string(HERE) + "/" + file}, testing::TempDir());
}

TEST(qbox_style, hello_runs_unchanged)
{
    const test::finished result = run("qbox_style.lua", "hello");
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_EQ(result.out.find("Hello from qemu-timekeeper"), 0u) << result.out;
    EXPECT_EQ(result.err, "");
}

TEST(qbox_style, smp_runs_unchanged)
{
    const test::finished result = run("qbox_style.lua", "smp");
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("all clocks agree within one quantum (1000000 ns): yes"), std::string::npos)
        << result.out;
}

// One line for each, with its place, and none for what only follows from another.
TEST(qbox_style, all_that_is_lacking_is_named_at_once)
{
    const test::finished result = run("qbox_lacking.lua");
    static const char *const expected =
        R"(19: platform.near: unknown moduletype 'LocalPass'; modules run in this process: use Container
21: platform.remote: unknown moduletype 'RemotePass'; modules run in this process: use Container
22: platform.remote.inner: unknown moduletype 'hexagon_core'
29: platform.net_0: 'sigquit' = true is not possible; leave it out: what is received never ends the run here
12: platform.qemu_inst: 'accel' is 'kvm'; it must be one of 'tcg'
17: platform.other_inst: 'time_sync_strategy' is 'quantum_keeper'; it must be one of 'mcips'
34: platform.uart_0: platform.uart_0 (Pl011) has no socket 'rts'; it has target_socket, reset, backend_socket, irq
35: platform.uart_0: '&nobody' names no module: there is no 'nobody' in platform
7: platform.router.colour: unknown parameter 'colour' of platform.router
27: platform.ram_0.encrypted: unknown parameter 'encrypted' of platform.ram_0
)";
    std::istringstream right(expected), lines(result.err);
    std::string each, line;
    EXPECT_EQ(result.code, 2);
    while (std::getline(right, each)) {
        ASSERT_TRUE(std::getline(lines, line)) << each;
        EXPECT_EQ(line, std::string(HERE) + "/qbox_lacking.lua:" + each);
    }
    EXPECT_FALSE(std::getline(lines, line)) << line;
}

} // namespace
