// SPDX-License-Identifier: MIT
//
// A file in the sandbox ends soon, whatever it does, and has no way out.
#include "lua_tree.h"

#include "support/scratch.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace
{

class LuaSandbox : public testing::Test
{
  protected:
    // Runs `text` with these limits; returns the error from the file's name on, "" if there is none.
    std::string run(const std::string &text)
    {
        lua_tree *tree = nullptr;
        char *message = nullptr;
        const std::string path = write("p.lua", text);
        const int result = lua_tree_load(path.c_str(), "platform", nullptr, 0, &limits, &tree, &message);
        const std::string error = result == 0 ? "" : message ? message : "no message";
        free(message);
        lua_tree_free(tree);
        const size_t file = error.find("p.lua");
        return file == std::string::npos ? error : error.substr(file);
    }
    // The expression is `nil` there.
    void expect_absent(const std::string &expression)
    {
        EXPECT_EQ(run("platform = {}\nassert((" + expression + ") == nil, 'it is there')"), "") << expression;
    }
    void expect_too_many_steps(const std::string &text)
    {
        EXPECT_EQ(run("platform = {}\n" + text), "p.lua:2: it takes more steps than the sandbox allows")
            << text;
    }

    // Returns the file's whole name.
    std::string write(const std::string &name, const std::string &text) const
    {
        std::ofstream(directory.file(name)) << text;
        return directory.file(name);
    }

    test::scratch directory;
    lua_sandbox_limits limits = {4 << 20, 1 << 14, 200000, 10};
};

TEST_F(LuaSandbox, APlatformLoads)
{
    EXPECT_EQ(run("local size = 4 * 1024\n"
                  "platform = { n = size, s = string.format('0x%x', size), t = {} }\n"
                  "for i = 1, 4 do table.insert(platform.t, { name = ('cpu_%d'):format(i) }) end\n"
                  "platform.u = (conf_dir .. '/x'):match('(.*/)')\n"
                  "platform.v = table.concat({ 'a', 'b' }, ',') .. select('#', table.unpack({ 1, 2 }))"),
              "");
}

TEST_F(LuaSandbox, NothingLeadsToTheHost)
{
    for (const char *each :
         {"io", "os", "package", "debug", "coroutine", "load", "loadfile", "loadstring", "utf8",
          "collectgarbage", "print", "xpcall", "warn", "string.dump", "string.pack", "table.move",
          "getmetatable('').__index.dump", "_G.os", "math.os"}) {
        expect_absent(each);
    }
}

TEST_F(LuaSandbox, StepsAreLimited)
{
    expect_too_many_steps("while true do end");
    expect_too_many_steps("local function f() return f() end f()");
    expect_too_many_steps("while true do pcall(function() while true do end end) end");
    expect_too_many_steps(
        "local t <close> = setmetatable({}, { __close = function() while true do end end }) "
        "while true do end");
    expect_too_many_steps(
        "local t = setmetatable({}, { __index = function() while true do end end }) local x = t.x");
    expect_too_many_steps("for a in ('x'):rep(100):gmatch('x') do while true do end end");
}

// No hook runs inside a function that is written in C.
TEST_F(LuaSandbox, FunctionsInCPayBeforeTheyWork)
{
    expect_too_many_steps("local x = (''):rep(1 << 60)");
    expect_too_many_steps("local x = ('a'):rep(10000):find(('.-'):rep(20) .. 'b')");
    expect_too_many_steps("local x = ('a'):rep(10000):gsub(('a*'):rep(20) .. 'b', '')");
    expect_too_many_steps("local x = ('a'):rep(10000):match('[^]%]]*[a-z]*[%a]+%d')");
    expect_too_many_steps("local x = ('a'):rep(10000):gmatch(('a?'):rep(40))");
    expect_too_many_steps("table.unpack({}, 1, 1 << 60)");
    expect_too_many_steps(
        "local t = {} for i = 1, 20000 do t[i] = i end for i = 1, 20000 do table.insert(t, 1, 0) end");
    expect_too_many_steps("local t = setmetatable({}, { __index = function() return '' end }) "
                          "table.concat(t, '', 1, 1 << 60)");
}

TEST_F(LuaSandbox, WhatRunsWithoutHooksIsRefused)
{
    EXPECT_EQ(run("local t = setmetatable({}, { __gc = function() while true do end end })"),
              "p.lua:1: a metatable with __gc is not for the sandbox");
    EXPECT_EQ(run("table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 1)"),
              "p.lua:1: a table with __len is not for this function in the sandbox");
    // Set later, __gc is no finalizer.
    EXPECT_EQ(run("platform = {}\n"
                  "for i = 1, 100 do local m = {} setmetatable({}, m) m.__gc = function() while true do end "
                  "end end"),
              "");
    // The metatable of the globals is asked by nobody after the file's end.
    EXPECT_NE(run("setmetatable(_G, { __index = function() while true do end end })"), "");
}

TEST_F(LuaSandbox, MemoryIsLimited)
{
    const std::string too_much = "it needs more memory than the sandbox allows";
    EXPECT_EQ(run("platform = {}\nlocal t = {}\nfor i = 1, 1e9 do t[i] = {} end"), "p.lua:3: " + too_much);
    EXPECT_EQ(run("local t, s = {}, ('x'):rep(10000)\nfor i = 1, 1e5 do t[i] = s .. i end"),
              "p.lua:2: " + too_much);
    EXPECT_EQ(run("\nlocal s = ('x'):rep(100000)"), "p.lua:2: a string is longer than the sandbox allows");
    EXPECT_EQ(run("local s = 'x'\nwhile true do s = s .. s end"),
              "p.lua:2: a string is longer than the sandbox allows");
    EXPECT_EQ(run("local t = table.pack(('x'):rep(10000):byte(1, -1))\nplatform = { #t }"), "");
    // What nobody needs any more does not count.
    limits.steps = 0;
    EXPECT_EQ(run("platform = {}\nfor i = 1, 200000 do local s = 'a string ' .. i end"), "");
}

TEST_F(LuaSandbox, TooLittleToBegin)
{
    for (size_t bytes = 1; bytes < 60000; bytes += 997) {
        limits.memory = bytes;
        const std::string error = run("platform = {}");
        EXPECT_TRUE(error.empty() || error.find("p.lua") == 0) << bytes << ": " << error;
    }
}

TEST_F(LuaSandbox, ProcessorTimeIsLimited)
{
    // Each step compares two strings: steps alone would let it go on for long.
    limits = {4 << 20, 1 << 20, 0, 1};
    EXPECT_EQ(run("local a, b = ('x'):rep(1 << 19), ('x'):rep(1 << 19)\nwhile a .. '' == b .. '' do end"),
              "p.lua:2: it takes more processor time than the sandbox allows");
}

TEST_F(LuaSandbox, NeighboursMayBeLoaded)
{
    write("part.lua", "return { n = 5 }");
    write("bad.lua", "\nwhile true do end");
    EXPECT_EQ(run("platform = require('part')\nassert(require('part') == platform)"), "");
    EXPECT_EQ(run("platform = dofile(conf_dir .. '/part.lua')"), "");
    EXPECT_NE(run("platform = require('bad')").find("bad.lua:2: it takes more steps"), std::string::npos);
    EXPECT_EQ(run("require('none')").find("p.lua:1: cannot read "), 0u);
}

TEST_F(LuaSandbox, OthersMayNot)
{
    const test::scratch elsewhere;
    const std::string file = elsewhere.file("other.lua");
    std::ofstream(file) << "return {}";
    EXPECT_EQ(run("platform = dofile('" + file + "')").find("p.lua:1: " + file + " is not for the sandbox: "),
              0u);
    EXPECT_EQ(
        run("platform = dofile(conf_dir .. '/../../../../../../../../../.." + file + "')").find("p.lua:1: "),
        0u);
    EXPECT_EQ(run("platform = dofile('/dev/zero')").find("p.lua:1: /dev/zero is not for the sandbox: "), 0u);
    EXPECT_EQ(run("platform = dofile(conf_dir)").find("p.lua:1: "), 0u);
    // Nor through a link.
    std::filesystem::create_symlink(file, directory.file("link.lua"));
    EXPECT_NE(run("platform = require('link')").find("is not for the sandbox"), std::string::npos);
}

TEST_F(LuaSandbox, BytecodeIsRefused)
{
    write("binary.lua", "\x1bLua");
    EXPECT_NE(run("platform = require('binary')").find("binary"), std::string::npos);
}

} // namespace
