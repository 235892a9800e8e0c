// SPDX-License-Identifier: MIT
//
// What a platform file in the sandbox may reach on the host, beyond Lua's own limits.
#include "support/scratch.h"
#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/platform.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace
{

class SandboxedPlatform : public testing::Test
{
  protected:
    std::string write(const std::string &name, const std::string &text) const
    {
        std::ofstream(directory.file(name)) << text;
        return directory.file(name);
    }
    // Builds the platform with these modules; returns the error, "" if there is none.
    std::string build(const std::string &modules, const std::vector<std::string> &overrides = {})
    {
        const std::string path = write("p.lua", "platform = {\n" + modules + "\n}\n");
        try {
            const auto root = tk::load_platform_file(path, overrides, true);
            for (const std::string &each : overrides) {
                root->override_value(each);
            }
            tk::platform platform(*root);
            platform.build();
        } catch (const tk::config_error &error) {
            const std::string text = error.what();
            return text.find(path) == 0 ? text.substr(directory.path().size() + 1) : text;
        }
        return "";
    }
    // A memory that loads a file, behind a router.
    static std::string memory(const std::string &file)
    {
        return "router = { moduletype = 'router' },\nram = { moduletype = 'gs_memory', load = { bin_file = "
               "'" +
               file + "' },\ntarget_socket = { address = 0, size = 64, bind = '&router.initiator_socket' } }";
    }
    static std::string backend(const std::string &attributes)
    {
        return "uart = { moduletype = 'char_backend_file', " + attributes + " }";
    }

    test::scratch directory;
};

TEST_F(SandboxedPlatform, FilesBelowItsFolderAreRead)
{
    write("image", "bytes");
    EXPECT_EQ(build(memory("image")), "");
}

TEST_F(SandboxedPlatform, OtherFilesAreNot)
{
    const test::scratch elsewhere;
    std::ofstream(elsewhere.file("image")) << "secret";
    const std::string error = build(memory(elsewhere.file("image")));
    EXPECT_EQ(error.find("p.lua:3: the sandbox does not let it read " + elsewhere.file("image")), 0u)
        << error;
}

TEST_F(SandboxedPlatform, NorThroughALink)
{
    const test::scratch elsewhere;
    std::ofstream(elsewhere.file("image")) << "secret";
    std::filesystem::create_symlink(elsewhere.file("image"), directory.file("link"));
    EXPECT_NE(build(memory("link")).find("the sandbox does not let it read"), std::string::npos);
}

TEST_F(SandboxedPlatform, TheCommandLineMayNameAnyFile)
{
    const test::scratch elsewhere;
    std::ofstream(elsewhere.file("image")) << "bytes";
    EXPECT_EQ(build(memory("none"), {"platform.ram.load.bin_file=" + elsewhere.file("image")}), "");
}

TEST_F(SandboxedPlatform, NothingIsWritten)
{
    const std::string error = build(backend("write_file = 'out'"));
    EXPECT_EQ(error.find("p.lua:2: it writes "), 0u) << error;
    EXPECT_FALSE(std::filesystem::exists(directory.file("out")));
}

TEST_F(SandboxedPlatform, SocketsAreNotOpened)
{
    const std::string error = build("uart = { moduletype = 'char_backend_socket', address = '127.0.0.1:0' }");
    EXPECT_EQ(error.find("p.lua:2: platform.uart: it opens a socket"), 0u) << error;
}

TEST_F(SandboxedPlatform, NoCodeIsLoaded)
{
    const std::string error = build("uart = { moduletype = 'mine', dylib_path = 'mine.so' }");
    EXPECT_EQ(error.find("p.lua:2: platform.uart: 'dylib_path' loads a shared object"), 0u) << error;
}

// A name like an option's is still the platform file's.
TEST_F(SandboxedPlatform, AFileIsNotTakenForTheCommandLine)
{
    const test::scratch elsewhere;
    std::ofstream(elsewhere.file("image")) << "secret";
    write("-p x", "local t = ... return { bin_file = '" + elsewhere.file("image") + "' }");
    const std::string error =
        build("router = { moduletype = 'router' },\nram = { moduletype = 'gs_memory', load = dofile(conf_dir "
              ".. '/-p x'),\n"
              "target_socket = { address = 0, size = 64, bind = '&router.initiator_socket' } }");
    EXPECT_NE(error.find("the sandbox does not let it read"), std::string::npos) << error;
}

} // namespace
