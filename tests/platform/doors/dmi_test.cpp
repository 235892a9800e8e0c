// SPDX-License-Identifier: MIT
//
// Grants of direct access that are not all or nothing, and that end.
#include "run.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

using doors::outcome;
using doors::run;

TEST(strict_grants, lose_no_write)
{
    const outcome result = run("program = 'strict', memory = { moduletype = 'strict_memory' }");
    EXPECT_EQ(result.end.code, 42) << result.end.out << result.end.err;
    EXPECT_EQ(result.said("memory", "reads"), 1u) << "the second one is direct";
    EXPECT_EQ(result.said("memory", "writes"), 1u);
}

TEST(strict_grants, grow_so_that_nothing_is_a_transaction_any_more)
{
    const outcome result = run("program = 'accesses', memory = { moduletype = 'strict_memory' }");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.said("memory", "reads"), 0u) << "it asked for reading with the write";
    EXPECT_EQ(result.said("memory", "writes"), 1u);
}

TEST(strict_grants, with_a_latency_are_not_used)
{
    const outcome result =
        run("program = 'accesses', memory = { moduletype = 'strict_memory', latency_ns = 1 }");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.said("memory", "reads"), 1000u);
    EXPECT_EQ(result.said("memory", "writes"), 1000u);
}

TEST(strict_grants, grow_while_another_cpu_reads)
{
    const outcome result =
        run("program = 'upgrade', cpus = 2, memory = { moduletype = 'strict_memory', period_ns = 10000 }");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_GT(result.said("memory", "writes"), 10u) << "there were few upgrades";
}

outcome move(const std::string &memory, const std::string &more = "")
{
    return run("program = 'moving', cpus = 2, memory = { moduletype = 'moving_memory', " + memory + " }, " +
               more);
}

TEST(invalidation, is_complete_for_each_cpu_before_it_returns)
{
    for (const char *lane : {"direct = false", "direct = true"}) {
        const outcome result = move(lane);
        EXPECT_EQ(result.end.code, 0) << lane << result.end.out << result.end.err;
    }
}

TEST(invalidation, is_complete_for_what_may_only_be_read)
{
    const outcome result = move("reads_only = true");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
}

TEST(invalidation, is_complete_in_a_deterministic_run)
{
    const outcome result = move("", "mode = 'deterministic'");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
}

} // namespace
