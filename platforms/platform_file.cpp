// SPDX-License-Identifier: MIT
#include "timekeeper/platform_file.h"
#include "lua_tree.h"
#include "timekeeper/systemc/installation.h"
#include "timekeeper/systemc/qemu/model.h"
#include "timekeeper/systemc/sandbox.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <unistd.h>

namespace tk
{

// Lua's tables have no order, and modules must come to life in the same order in every run: that of the file,
// and of the names within a line.
static bool comes_before(const lua_tree *a, const lua_tree *b)
{
    const std::string a_file = a->file, b_file = b->file;
    if (a_file == b_file && a->line != b->line) {
        return a->line < b->line;
    }
    if (a_file != b_file) {
        return a_file < b_file;
    }
    return natural_less(a->key, b->key);
}

static void copy_node(const lua_tree &from, config_node &to)
{
    to.set_where({from.file, from.line});
    switch (from.type) {
    case LUA_TREE_TABLE:
        break;
    case LUA_TREE_BOOLEAN:
        to.set_boolean(from.boolean);
        return;
    case LUA_TREE_INTEGER:
        to.set_integer(from.integer);
        return;
    case LUA_TREE_NUMBER:
        to.set_number(from.number);
        return;
    case LUA_TREE_STRING:
        to.set_string(from.string);
        return;
    }
    std::vector<const lua_tree *> children(from.children, from.children + from.count);
    std::sort(children.begin(), children.end(), comes_before);
    for (const lua_tree *each : children) {
        copy_node(*each, to.get_or_make(each->key));
    }
}

static std::unique_ptr<config_node> load(const std::string &path, const char *root_name,
                                         const std::vector<lua_tree_global> &globals,
                                         const lua_sandbox_limits *limits)
{
    lua_tree *tree = nullptr;
    char *message = nullptr;

    if (lua_tree_load(path.c_str(), root_name, globals.data(), globals.size(), limits, &tree, &message) !=
        0) {
        const std::string text = message ? message : path + ": out of memory";
        free(message);
        throw config_error(std::vector<std::string>{text});
    }
    const std::unique_ptr<lua_tree, void (*)(lua_tree *)> owner(tree, lua_tree_free);
    auto root = std::make_unique<config_node>(tree->key);
    copy_node(*tree, *root);
    return root;
}

// A module's code is code of the host's.
static void refuse_libraries(const config_node &node)
{
    for (const auto &each : node.children()) {
        if (each->key() == "dylib_path") {
            check_host_access(each->where(), node.full_name(), "'dylib_path' loads a shared object");
        }
        refuse_libraries(*each);
    }
}

static std::string folder_of(const std::string &file)
{
    const size_t slash = file.rfind('/');
    return slash == std::string::npos ? "." : file.substr(0, slash + 1);
}

std::unique_ptr<config_node> load_platform_file(const std::string &path,
                                                const std::vector<std::string> &overrides, bool sandboxed)
{
    const std::string firmware = firmware_dir();
    std::vector<lua_tree_global> globals = {
        {nullptr, "firmware_dir", firmware.c_str()},
        {"host", "stdin_is_terminal", isatty(STDIN_FILENO) ? "yes" : "no"},
        {"param", nullptr, nullptr}};
    std::vector<std::pair<std::string, std::string>> params;

    for (const std::string &each : overrides) {
        const size_t equals = each.find('=');
        if (equals != std::string::npos) {
            params.emplace_back(each.substr(0, equals), each.substr(equals + 1));
        }
    }
    for (const auto &each : params) {
        globals.push_back({"param", each.first.c_str(), each.second.c_str()});
    }
    if (!sandboxed) {
        return load(path, "platform", globals, nullptr);
    }
    auto root = load(path, "platform", globals, &lua_sandbox_defaults);
    enter_sandbox({folder_of(path), firmware});
    refuse_libraries(*root);
    return root;
}

void register_installed_models()
{
    static bool registered = false;

    if (!registered) {
        register_qemu_models(*load(data_dir() + "/models/qemu.lua", "qemu_models", {}, nullptr));
        registered = true;
    }
}

} // namespace tk
