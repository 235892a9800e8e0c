// SPDX-License-Identifier: MIT
//
// How transactions come to targets, and how a user's come to QEMU's devices.
#include "run.h"

#include <gtest/gtest.h>

namespace
{

using doors::outcome;
using doors::run;

TEST(a_users_initiator, reaches_a_device_of_qemus_at_its_time)
{
    const outcome result =
        run("program = 'accesses', memory = { moduletype = 'gs_memory', dmi_allow = false }, writer = true");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_NE(result.end.out.find("platform.writer: written at 1300, delay 0\n"), std::string::npos)
        << result.end.out;
    EXPECT_NE(result.end.out.find("platform.writer: read 0, then 90\n"), std::string::npos) << result.end.out;
}

TEST(access_extension, says_what_kind_of_access_it_is)
{
    const outcome result = run("program = 'kinds', cpus = 2, memory = { moduletype = 'observer' }");
    EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    const uint64_t all = result.said("memory", "accesses");
    EXPECT_GE(all, 4u);
    EXPECT_EQ(result.said("memory", "unknown"), 0u);
    EXPECT_EQ(result.said("memory", "of cpu 0"), all);
    EXPECT_EQ(result.said("memory", "privileged"), all);
    EXPECT_EQ(result.said("memory", "fetches"), 0u);
    EXPECT_GE(result.said("memory", "exclusive"), 1u) << "the atomic instruction's";
}

} // namespace
