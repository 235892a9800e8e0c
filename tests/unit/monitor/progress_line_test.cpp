// SPDX-License-Identifier: MIT
#include "progress_line.h"
#include "views.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string line(size_t width, bool frozen = false)
{
    const auto before = test::two_cpus();
    auto now = test::two_cpus();
    char text[300];
    now->host_ns += 500000000;
    now->time.global_ps += 1250 * test::ms;
    now->time.vcpus[0].executed += 600000000;
    now->time.vcpus[1].executed += 100000000;
    now->time.vcpus[0].info.state = TK_IDLE;
    now->time.frozen = frozen;
    progress_line(before.get(), now.get(), text, width);
    return text;
}

TEST(progress_line, has_time_speed_mips_and_each_cpu)
{
    EXPECT_EQ(line(100), "1.256 s  2.50x  1400 MIPS  cpu_0 idle  cpu_1 active*");
}

TEST(progress_line, has_letters_where_words_do_not_fit)
{
    EXPECT_EQ(line(40), "1.256 s  2.50x  1400 MIPS  iA*");
}

TEST(progress_line, never_gets_wider_than_it_may)
{
    for (size_t width = 0; width < 60; width++) {
        EXPECT_LE(line(width).size(), width);
    }
    EXPECT_EQ(line(7), "1.256 s");
}

TEST(progress_line, says_that_it_is_paused)
{
    EXPECT_EQ(line(100, true).substr(0, 17), "1.256 s  pausing ");
}

} // namespace
