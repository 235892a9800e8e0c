// SPDX-License-Identifier: MIT
//
// How transactions come to targets, and how a user's come to QEMU's devices.
#include "run.h"

#include <gtest/gtest.h>

#include <string>

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

TEST(a_users_initiator, with_a_quantum_keeper_keeps_its_time)
{
    for (const char *mode : {"parallel", "deterministic"}) {
        const outcome result =
            run("program = 'accesses', lt = true, mode = '" + std::string(mode) +
                "', memory = { moduletype = 'gs_memory', dmi_allow = false, latency_ns = 10 }");
        EXPECT_EQ(result.end.code, 0) << result.end.out << result.end.err;
        EXPECT_NE(result.end.out.find("platform.lt: over at 21000 ns\n"), std::string::npos)
            << mode << result.end.out;
        EXPECT_EQ(result.stats.at("vcpus").at(0).at("annotated_ps").get<uint64_t>(), 20000000u) << mode;
    }
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
