// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/module.h"

#include <algorithm>

namespace tk
{

// --- what a module is constructed from ---------------------------------------------------------------

module_context::module_context(config_node &config, std::string type, std::vector<argument> args)
    : m_config(config), m_type(std::move(type)), m_args(std::move(args))
{
}

module_context::module_context(config_node &config, std::string type, module_description &sink)
    : m_config(config), m_type(std::move(type)), m_sink(&sink)
{
}

static std::unique_ptr<config_node> table_of(const std::string &name, const settings &values,
                                             const source_location &where)
{
    auto table = std::make_unique<config_node>(name);

    table->set_where(where);
    for (const setting &each : values) {
        each.put(*table, where);
    }
    return table;
}

module_context::module_context(std::string type, const settings &values, const source_location &where,
                               std::vector<argument> args)
    : m_own(table_of(type, values, where)), m_config(*m_own), m_type(std::move(type)), m_args(std::move(args))
{
}

void module_context::fail(const std::string &what, const std::string &right) const
{
    throw config_error(m_config.where(), m_config.full_name(), what, right);
}

void module_context::expect_args(size_t least, size_t most) const
{
    if (describing() || (m_args.size() >= least && m_args.size() <= most)) {
        return;
    }
    fail("'args' has " + std::to_string(m_args.size()) + " entries",
         m_type + " takes " +
             (least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most)));
}

void module_context::bad_arg(size_t index, const std::string &expected) const
{
    const source_location &where = index < m_args.size() ? m_args[index].where : m_config.where();
    const std::string found = index < m_args.size() ? "is \"" + m_args[index].text + "\"" : "is missing";
    throw config_error(where, m_config.full_name(), "argument " + std::to_string(index + 1) + " " + found,
                       "it must be " + expected);
}

const std::string &module_context::arg_string(size_t index, const std::string &expected) const
{
    if (index >= m_args.size()) {
        bad_arg(index, expected);
    }
    return m_args[index].text;
}

module *module_context::arg_module(size_t index, const std::string &expected) const
{
    if (index >= m_args.size() || !m_args[index].target) {
        bad_arg(index, expected);
    }
    return m_args[index].target;
}

// --- module ------------------------------------------------------------------------------------------

module::module(const sc_core::sc_module_name &name, module_context &context) :sc_module(name),
    m_own_config(context.take_table()), m_config(context.config()), m_type(context.type()),
    m_sink(context.sink())
{
    if (m_own_config) {
        m_own_config->rename(sc_module::name());
    }
}

module::~module() = default;

void module::add_param(param_base &param)
{
    m_params.push_back(&param);
    if (m_sink) {
        m_sink->params.push_back({param.name(), param.type_name(), param.default_text(), param.unit(),
                                  param.range_text(), param.help()});
    }
}

void module::set_param(const setting &value, const source_location &where)
{
    std::vector<std::string> names;

    expect_own_table(where);
    for (param_base *each : m_params) {
        if (each->name() == value.name()) {
            value.put(m_config, where);
            each->refresh();
            return;
        }
        names.push_back(each->name());
    }
    throw config_error(where, full_name(), "there is no parameter '" + value.name() + "'",
                       did_you_mean(value.name(), names));
}

void module::expect_own_table(const source_location &where) const
{
    if (!m_own_config) {
        throw config_error(where, full_name(), "its values stand in a platform file",
                           "change them at " + m_config.where().text());
    }
    if (sc_core::sc_get_status() > sc_core::SC_BEFORE_END_OF_ELABORATION) {
        throw config_error(where, full_name(), "the elaboration has ended",
                           "set it in a constructor, or in before_end_of_elaboration()");
    }
}

void module::update_default(const param_base &param)
{
    if (!m_sink) {
        return;
    }
    for (auto &each : m_sink->params) {
        if (each.name == param.name()) {
            each.def = param.default_text();
        }
    }
}

void module::describe_param(const module_description::parameter &what)
{
    if (m_sink) {
        m_sink->params.push_back(what);
    }
}

void module::add_port(port &end)
{
    m_ports.push_back(&end);
    m_config.know(end.name());
    if (m_sink) {
        m_sink->ports.push_back({end.name(), port::kind_name(end.what()), end.help()});
    }
}

void module::remove_port(port &end)
{
    m_ports.erase(std::remove(m_ports.begin(), m_ports.end(), &end), m_ports.end());
}

void module::describe_ports(const std::string &pattern, port::kind kind, const std::string &help)
{
    if (m_sink) {
        m_sink->ports.push_back({pattern, port::kind_name(kind), help});
    }
}

port *module::find_port(const std::string &port_name)
{
    const auto at = std::find_if(m_ports.begin(), m_ports.end(),
                                 [&](const port *each) { return each->name() == port_name; });
    return at == m_ports.end() ? nullptr : *at;
}

void module::fail(const std::string &what, const std::string &right) const
{
    throw config_error(m_config.where(), full_name(), what, right);
}

} // namespace tk
