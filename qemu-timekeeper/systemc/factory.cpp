// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/factory.h"

#include "timekeeper/systemc/aliases.h"

#include <algorithm>
#include <stdexcept>

namespace tk
{

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
    if (at == m_entries.end()) {
        at = m_entries.find(alias_of_type(type));
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
    return aliases_of_type(type);
}

std::string module_factory::port_alias(const std::string &type, const std::string &port_name) const
{
    return alias_of_port(type, port_name);
}

} // namespace tk
