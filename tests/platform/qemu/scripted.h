// SPDX-License-Identifier: MIT
//
// A platform without a CPU: a script stands for it.
#ifndef TESTS_PLATFORM_QEMU_SCRIPTED_H
#define TESTS_PLATFORM_QEMU_SCRIPTED_H

#include "support/program.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace test
{

// A QEMU `q` with `instance` in its table, RAM at 0x80000000, an exiter at 0x1000 to which the script writes
// 0 at its end. `modules` begin in line 8.
inline std::string scripted(const std::string &modules, const std::string &steps,
                            const std::string &instance = "")
{
    return "local function at(address) return { address = address, size = 0x1000, bind = "
           "'&router.initiator_socket' } end\n"
           "platform = {\n"
           "    router = { moduletype = 'router' },\n"
           "    ram = { moduletype = 'gs_memory', target_socket = { address = 0x80000000, size = 0x10000,\n"
           "        bind = '&router.initiator_socket' } },\n"
           "    exit = { moduletype = 'exiter', target_socket = at(0x1000) },\n"
           "    q = { moduletype = 'QemuInstance', args = { 'AARCH64' }, " +
           instance + " },\n" + modules +
           "    script = { moduletype = 'test_script', socket = { bind = '&router.target_socket' },\n"
           "        { wait_ns = 10 }, -- QEMU resets its machine at time 0\n" +
           steps +
           "        { write = 0x1000, value = 0 } },\n"
           "}\n";
}

inline finished run_vp(const scratch &directory, const std::string &lua,
                       const std::vector<std::string> &more = {})
{
    directory.write("p.lua", lua);
    std::vector<std::string> arguments = {"p.lua"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(VP_PROGRAM, arguments, directory.file(""));
}

inline void expect_good(const std::string &lua)
{
    const scratch directory;
    const finished result = run_vp(directory, lua);
    EXPECT_EQ(result.code, 0) << result.out << result.err;
}

// One line, that says where and contains the words.
inline void expect_mistake(const std::string &lua, const std::string &place, const std::string &words)
{
    const scratch directory;
    const finished result = run_vp(directory, lua);
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.err.find(place), 0u) << result.err;
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
}

} // namespace test

#endif
