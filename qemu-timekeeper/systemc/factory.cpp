// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/factory.h"

#include <algorithm>
#include <stdexcept>

namespace tk
{

// Names that platform files out there use for our types: the one place where they stand.
static const struct {
    const char *alias, *type;
} type_aliases[] = {
    {"container", "Container"}, {"Router", "router"}, {"gs_router", "router"}, {"Memory", "gs_memory"},
    {"memory", "gs_memory"},    {"Loader", "loader"}, {"pl011", "Pl011"},      {"Uart", "Pl011"},
    {"timer", "sc_timer"},      {"Exiter", "exiter"},
};

// The same for ports.
static const struct {
    const char *type, *alias, *port;
} port_aliases[] = {
    {"Pl011", "mem", "target_socket"},
    {"Pl011", "socket", "target_socket"},
    {"Pl011", "irq_out", "irq"},
    {"gs_memory", "mem", "target_socket"},
    {"gs_memory", "socket", "target_socket"},
    {"exiter", "socket", "target_socket"},
};

module_factory &module_factory::instance()
{
    static module_factory the_factory;
    return the_factory;
}

bool module_factory::insert(entry added)
{
    const std::string type = added.type;
    if (!m_entries.emplace(type, std::move(added)).second) {
        throw std::logic_error("module type '" + type + "' is registered twice");
    }
    return true;
}

bool module_factory::add(const std::string &type, const std::string &help, create_fn create)
{
    return insert({type, help, std::move(create), false});
}

bool module_factory::add_service(const std::string &type, const std::string &help, create_fn create)
{
    return insert({type, help, std::move(create), true});
}

std::vector<const module_factory::entry *> module_factory::services() const
{
    std::vector<const entry *> list;
    for (const std::string &type : types()) {
        const entry &each = m_entries.at(type);
        if (each.service) {
            list.push_back(&each);
        }
    }
    return list;
}

const module_factory::entry *module_factory::find(const std::string &type) const
{
    auto at = m_entries.find(type);
    for (const auto &each : type_aliases) {
        if (at == m_entries.end() && type == each.alias) {
            at = m_entries.find(each.type);
        }
    }
    return at == m_entries.end() ? nullptr : &at->second;
}

std::vector<std::string> module_factory::types() const
{
    std::vector<std::string> names;
    for (const auto &each : m_entries) {
        names.push_back(each.first);
    }
    std::sort(names.begin(), names.end(), natural_less);
    return names;
}

std::vector<std::string> module_factory::aliases_of(const std::string &type) const
{
    std::vector<std::string> names;
    for (const auto &each : type_aliases) {
        if (type == each.type) {
            names.push_back(each.alias);
        }
    }
    return names;
}

std::string module_factory::port_alias(const std::string &type, const std::string &port_name) const
{
    for (const auto &each : port_aliases) {
        if (type == each.type && port_name == each.alias) {
            return each.port;
        }
    }
    return port_name;
}

} // namespace tk
