// SPDX-License-Identifier: MIT
//
// Linux boots under a monitor that everybody asks: the guest's times are those of a boot that nobody looked
// at.
#include "monitored.h"
#include "support/scratch.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

namespace
{

using nlohmann::json;

struct boot {
    test::finished end;
    json stats;
    unsigned long answered = 0;
};

boot run(bool looked_at)
{
    boot result;
    const test::scratch where;
    std::vector<std::string> arguments = {CONF_DIR "/linux-aarch64.lua", "-p",
                                          "platform.shell=false",        "-p",
                                          "platform.mode=deterministic", "--stats=stats.json"};
    if (looked_at) {
        arguments.insert(arguments.end(), {"--monitor", "0"});
    }
    test::program vp(VP_PROGRAM, arguments, where.path());
    if (looked_at) {
        const test::monitored monitor(vp);
        test::crowd many(monitor);
        result.answered = many.finish();
    }
    result.end = vp.finish();
    std::ifstream(where.stats()) >> result.stats;
    result.stats.erase("wall_s");
    return result;
}

TEST(monitored_linux, boots_as_if_nobody_looked)
{
    const boot plain = run(false), looked_at = run(true);
    ASSERT_EQ(plain.end.code, 0) << plain.end.out << plain.end.err;
    ASSERT_EQ(looked_at.end.code, 0) << looked_at.end.out << looked_at.end.err;
    std::cout << "    " << looked_at.answered << " requests\n";
    EXPECT_GT(looked_at.answered, 0u);
    EXPECT_EQ(looked_at.end.out, plain.end.out);
    EXPECT_EQ(looked_at.stats, plain.stats);
}

} // namespace
