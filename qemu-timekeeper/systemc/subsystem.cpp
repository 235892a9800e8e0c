// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/subsystem.h"

#include <algorithm>

namespace tk
{

static void put_all(const settings &values, config_node &table)
{
    for (const setting &each : values) {
        each.put(table, table.where());
    }
}

// --- the subsystem -----------------------------------------------------------------------------------

// Everybody has bound by then.
class subsystem::end_of_elaboration : public sc_core::sc_module
{
  public:
    end_of_elaboration(const sc_core::sc_module_name &name, platform &whose)
        : sc_module(name), m_platform(whose)
    {
    }

  private:
    void before_end_of_elaboration() override { m_platform.complete(); }
    platform &m_platform;
};

static std::unique_ptr<config_node> top_table(const std::string &name, const settings &values,
                                              const source_location &where)
{
    auto root = std::make_unique<config_node>(name);
    root->set_where(where);
    put_all(values, *root);
    return root;
}

subsystem::subsystem(const std::string &name, const settings &values, const char *file, int line)
    : m_root(top_table(name, values, {file, line})), m_platform(*m_root)
{
    construct(name);
}

subsystem::subsystem(const std::string &name, std::unique_ptr<config_node> tree)
    : m_root(std::move(tree)), m_platform(*m_root)
{
    construct(name);
}

subsystem::~subsystem() = default;

void subsystem::construct(const std::string &name)
{
    m_platform.set_name(name);
    m_platform.construct();
    const elaboration_scope inside(m_platform.top());
    m_end = std::make_unique<end_of_elaboration>("end_of_elaboration", m_platform);
}

module &subsystem::add(const std::string &name, const std::string &type, const std::vector<std::string> &args,
                       const settings &values, const char *file, int line)
{
    const source_location where = {file, line};
    if (m_root->find(name)) {
        throw config_error(where, m_root->full_name(), "there is a '" + name + "' already",
                           "each module has a name of its own");
    }
    config_node &table = m_root->get_or_make(name);
    table.set_where(where);
    table.get_or_make("moduletype").set_string(type);
    if (!args.empty()) {
        config_node &list = table.get_or_make("args");
        for (size_t i = 0; i < args.size(); i++) {
            list.get_or_make(std::to_string(i + 1)).set_string(args[i]);
        }
    }
    put_all(values, table);
    return m_platform.add(table);
}

std::string subsystem::outside_name(const sc_core::sc_object &object)
{
    std::string name = object.name();
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

// One that is no SystemC object is named for what it is.
std::string subsystem::outside_name(const sc_core::sc_interface &signal)
{
    const auto *object = dynamic_cast<const sc_core::sc_object *>(&signal);
    return object ? outside_name(*object) : "signal";
}

void subsystem::bind_signal(const std::string &one, sc_core::sc_signal_inout_if<bool> &other,
                            const source_location &where)
{
    const std::string name = outside_name(static_cast<const sc_core::sc_interface &>(other));
    const config_node &table = attributes(one, {}, where);

    if (m_platform.find(one, table).what() == port::kind::signal_out) {
        bind_outside(one, std::make_unique<signal_in_port>(m_platform.top(), name, other, "from outside"), {},
                     where);
    } else {
        bind_outside(one,
                     std::make_unique<signal_out_port>(m_platform.top(), name,
                                                       static_cast<sc_core::sc_signal_in_if<bool> &>(other),
                                                       "from outside"),
                     {}, where);
    }
}

config_node &subsystem::attributes(const std::string &what, const settings &values,
                                   const source_location &where)
{
    m_attributes.push_back(top_table(what, values, where));
    return *m_attributes.back();
}

// What nobody has read is a mistake, as in a platform file.
static void expect_used(const config_node &table)
{
    const std::vector<std::string> unused = table.unused();
    if (!unused.empty()) {
        throw config_error(unused);
    }
}

void subsystem::bind(const std::string &one, const std::string &other, const settings &values,
                     const char *file, int line)
{
    config_node &table = attributes(one, values, {file, line});
    port::bind(m_platform.find(one, table), m_platform.find(other, table), table);
    expect_used(table);
}

void subsystem::bind_outside(const std::string &one, std::unique_ptr<port> other, const settings &values,
                             const source_location &where)
{
    config_node &table = attributes(one, values, where);
    m_outside.push_back(std::move(other));
    if (auto *target = dynamic_cast<tlm_target_port *>(m_outside.back().get())) {
        const config_node *direct = table.find("direct");
        if (direct && direct->as_boolean()) {
            target->declare_direct_end();
        }
    }
    port::bind(m_platform.find(one, table), *m_outside.back(), table);
    expect_used(table);
}

} // namespace tk
