// SPDX-License-Identifier: MIT
#include "lua_tree.h"

#include "test_platform.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>

namespace
{

struct loaded {
    std::unique_ptr<lua_tree, void (*)(lua_tree *)> root{nullptr, lua_tree_free};
    std::string error;

    // The node at "a.b.c", or nullptr.
    const lua_tree *at(const std::string &path) const
    {
        const lua_tree *node = root.get();
        std::istringstream parts(path);
        for (std::string key; node && std::getline(parts, key, '.');) {
            const lua_tree *next = nullptr;
            for (size_t i = 0; i < node->count; i++) {
                next = key == node->children[i]->key ? node->children[i] : next;
            }
            node = next;
        }
        return node;
    }
    int line(const std::string &path) const { return at(path) ? at(path)->line : -1; }
};

loaded load_file(const std::string &path)
{
    lua_tree *tree = nullptr;
    char *error = nullptr;
    loaded result;
    if (lua_tree_load(path.c_str(), "platform", nullptr, 0, nullptr, &tree, &error) != 0) {
        result.error = error ? error : "no message";
    }
    free(error);
    result.root.reset(tree);
    return result;
}

loaded load(const std::string &text)
{
    const test::scratch directory;
    loaded result = load_file(directory.write("p.lua", text));
    const size_t file = result.error.find("p.lua");
    if (file != std::string::npos) {
        result.error = result.error.substr(file);
    }
    return result;
}

} // namespace

TEST(LuaTree, Values)
{
    const loaded l =
        load("platform = { b = true, i = 42, big = 0xffffffffffffffff, n = 0.5, s = 'x', [3] = 'three' }");
    ASSERT_EQ(l.error, "");
    EXPECT_EQ(l.at("b")->type, LUA_TREE_BOOLEAN);
    EXPECT_TRUE(l.at("b")->boolean);
    EXPECT_EQ(l.at("i")->integer, 42);
    EXPECT_EQ(l.at("big")->type, LUA_TREE_INTEGER);
    EXPECT_EQ(l.at("big")->integer, -1);
    EXPECT_EQ(l.at("n")->number, 0.5);
    EXPECT_STREQ(l.at("s")->string, "x");
    EXPECT_STREQ(l.at("3")->string, "three");
    EXPECT_EQ(l.root->count, 6u);
}

TEST(LuaTree, PlacesInConstructors)
{
    const loaded l = load("-- a comment\n"
                          "platform = {\n"
                          "    quantum = 1,\n"
                          "    uart = {\n"
                          "        moduletype = 'Pl011',\n"
                          "        target_socket = {\n"
                          "            address = 4 },\n"
                          "    },\n"
                          "}\n");
    EXPECT_EQ(l.root->line, 2);
    EXPECT_EQ(l.line("quantum"), 3);
    EXPECT_EQ(l.line("uart"), 4);
    EXPECT_EQ(l.line("uart.moduletype"), 5);
    EXPECT_EQ(l.line("uart.target_socket"), 6);
    EXPECT_EQ(l.line("uart.target_socket.address"), 7);
}

TEST(LuaTree, PlacesOfListElements)
{
    const loaded l = load("platform = { load = {\n"
                          "    { file = 'a' },\n"
                          "    { file = 'b',\n"
                          "      address = 3 },\n"
                          "} }\n");
    EXPECT_EQ(l.line("load"), 1);
    EXPECT_EQ(l.line("load.1"), 2);
    EXPECT_EQ(l.line("load.1.file"), 2);
    EXPECT_EQ(l.line("load.2"), 3);
    EXPECT_EQ(l.line("load.2.address"), 4);
}

TEST(LuaTree, PlacesOfLaterAssignments)
{
    const loaded l = load("platform = { a = { x = 1,\n"
                          "  y = 2 } }\n"
                          "platform.a.x = 10\n"
                          "platform.b = {}\n"
                          "platform.b.z = 1\n"
                          "platform.last = true");
    EXPECT_EQ(l.line("a.x"), 3);
    EXPECT_EQ(l.line("a.y"), 2);
    EXPECT_EQ(l.line("b"), 4);
    EXPECT_EQ(l.line("b.z"), 5);
    EXPECT_EQ(l.line("last"), 6);
}

TEST(LuaTree, PlacesOfTablesThatFunctionsAndLoopsMake)
{
    const loaded l = load("local function cpu(i)\n"
                          "    local t = {\n"
                          "        moduletype = 'cpu',\n"
                          "    }\n"
                          "    t.index = i\n"
                          "    return t\n"
                          "end\n"
                          "platform = {}\n"
                          "for i = 0, 2 do\n"
                          "    platform['cpu_' .. i] = cpu(i)\n"
                          "    platform['cpu_' .. i].rate = 5\n"
                          "end\n");
    for (const char *name : {"cpu_0", "cpu_1", "cpu_2"}) {
        EXPECT_EQ(l.line(name), 2) << name;
        EXPECT_EQ(l.line(std::string(name) + ".moduletype"), 3) << name;
        EXPECT_EQ(l.line(std::string(name) + ".index"), 5) << name;
        EXPECT_EQ(l.line(std::string(name) + ".rate"), 11) << name;
    }
}

TEST(LuaTree, PlacesInOtherFiles)
{
    const test::scratch directory;
    directory.write("part.lua", "\nreturn {\n  x = 1 }\n");
    const loaded l = load_file(directory.write("p.lua", "platform = { a = dofile(conf_dir .. '/part.lua'),\n"
                                                        "  b = require('part') }\n"));
    ASSERT_EQ(l.error, "");
    EXPECT_EQ(l.at("a.x")->file, directory.file("part.lua"));
    EXPECT_EQ(l.line("a.x"), 3);
    EXPECT_EQ(l.line("b.x"), 3);
    EXPECT_EQ(std::string(l.root->file), directory.file("p.lua"));
}

TEST(LuaTree, LongComputationsStillLoad)
{
    const loaded l = load("local n = 0\nfor i = 1, 3000000 do\n  n = n + 1\nend\nplatform = { n = n }\n");
    ASSERT_EQ(l.error, "");
    EXPECT_EQ(l.at("n")->integer, 3000000);
}

TEST(LuaTree, SyntaxAndRuntimeErrorsNameTheLine)
{
    EXPECT_EQ(load("platform = {\n a = = 1\n}\n").error, "p.lua:2: unexpected symbol near '='");
    EXPECT_EQ(load("platform = {}\n\nplatform.a.b = 1\n").error,
              "p.lua:3: attempt to index a nil value (field 'a')");
    EXPECT_EQ(load("error('no\\nway')").error, "p.lua:1: no way");
    EXPECT_EQ(load("error({})").error, "p.lua: the file raised an error that is a table");
}

TEST(LuaTree, LongFileNamesAreGivenInFull)
{
    const test::scratch directory;
    const std::string path = directory.write(std::string(100, 'x') + ".lua", "platform = = 1");
    EXPECT_EQ(load_file(path).error, path + ":1: unexpected symbol near '='");
}

TEST(LuaTree, NoPlatform)
{
    EXPECT_NE(load("x = 1").error.find("p.lua: the file sets no table 'platform'"), std::string::npos);
    EXPECT_NE(load("platform = 5").error.find("p.lua: the file sets no table 'platform'"), std::string::npos);
}

TEST(LuaTree, NoSuchFile)
{
    EXPECT_EQ(load_file("/nowhere/p.lua").error,
              "/nowhere/p.lua: cannot read the platform file: No such file or directory");
}

TEST(LuaTree, ValuesThatAreNone)
{
    EXPECT_EQ(load("platform = {\n f = print }").error,
              "p.lua:2: platform.f: is a function; it must be a boolean, number, string or table");
    EXPECT_EQ(load("platform = {\n [1.5] = 1 }").error,
              "p.lua:1: platform: a key is a number; keys must be names or whole numbers");
}

TEST(LuaTree, ATableThatContainsItselfIsRefused)
{
    EXPECT_NE(load("platform = {}\nplatform.a = platform").error.find("tables nest deeper than"),
              std::string::npos);
}

TEST(LuaTree, BytecodeIsRefused)
{
    const test::scratch directory;
    EXPECT_NE(load_file(directory.write("p.lua", "\x1bLua")).error, "");
}

TEST(LuaTree, GetAsksForWhatTheCommandLineGave)
{
    const test::scratch directory;
    const std::string path = directory.write(
        "p.lua", "platform = { a = GET('platform.a'), b = GET('platform.b') or 'none', c = type(GET) }");
    const lua_tree_global globals[] = {{"param", "platform.a", "7"}};
    lua_tree *tree = nullptr;
    char *error = nullptr;
    loaded result;
    ASSERT_EQ(lua_tree_load(path.c_str(), "platform", globals, 1, nullptr, &tree, &error), 0) << error;
    result.root.reset(tree);
    EXPECT_STREQ(result.at("a")->string, "7");
    EXPECT_STREQ(result.at("b")->string, "none");
    const loaded without = load("platform = { a = GET('x') == nil }");
    ASSERT_NE(without.at("a"), nullptr) << without.error;
    EXPECT_TRUE(without.at("a")->boolean);
    EXPECT_NE(load("platform = { a = GET({}) }").error, "");
}
