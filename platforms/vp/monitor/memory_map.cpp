// SPDX-License-Identifier: MIT
#include "memory_map.h"

#include <algorithm>

namespace vp
{

static const tk::config_node *child_of(const tk::config_node &table, const std::string &key)
{
    for (const auto &each : table.children()) {
        if (each->key() == key) {
            return each.get();
        }
    }
    return nullptr;
}

static bool is_module(const tk::config_node &node)
{
    return node.is_table() && child_of(node, "moduletype");
}

memory_map::memory_map(const tk::config_node &root)
{
    add_module(root);
    std::stable_sort(m_windows.begin(), m_windows.end(),
                     [](const api_window &a, const api_window &b) { return a.first < b.first; });
}

const char *memory_map::keep(const std::string &text)
{
    m_texts.push_back(text);
    return m_texts.back().c_str();
}

void memory_map::add_module(const tk::config_node &module)
{
    for (const auto &each : module.children()) {
        if (is_module(*each)) {
            add_module(*each);
        } else if (each->is_table() && child_of(*each, "address")) {
            add_socket(module, *each);
        }
    }
}

// "router" of "&router.initiator_socket"; "" if the other side wrote the `bind`.
static std::string router_of(const tk::config_node &socket)
{
    const tk::config_node *bind = child_of(socket, "bind");
    if (!bind || bind->is_table()) {
        return "";
    }
    const std::string text = bind->as_string();
    return text.substr(1, text.rfind('.') - 1);
}

static api_window window_in(const tk::config_node &table, const api_window &others)
{
    api_window result = others;
    result.first = child_of(table, "address")->as_uint64();
    if (const tk::config_node *size = child_of(table, "size")) {
        result.size = size->as_uint64();
    }
    if (const tk::config_node *priority = child_of(table, "priority")) {
        result.priority = priority->as_int64();
    }
    return result;
}

void memory_map::add_socket(const tk::config_node &module, const tk::config_node &socket)
{
    const tk::config_node *type = child_of(module, "moduletype");
    const tk::config_node *aliases = child_of(socket, "aliases");
    if (!child_of(socket, "size")) {
        return; // some other table with an address: a loader's entry, say
    }
    api_window window{};
    window.module = keep(module.full_name());
    window.type = keep(type ? type->as_string() : "Container");
    window.socket = keep(socket.key());
    window.router = keep(router_of(socket));
    window = window_in(socket, window);
    m_windows.push_back(window);
    for (size_t i = 0; aliases && i < aliases->children().size(); i++) {
        m_windows.push_back(window_in(*aliases->children()[i], window));
    }
}

} // namespace vp
