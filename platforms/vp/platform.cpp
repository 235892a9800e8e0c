// SPDX-License-Identifier: MIT
#include "platform.h"
#include "timekeeper/systemc/qemu/instance.h"

#include <algorithm>

namespace vp
{

static const char *const container_type = "Container";

platform::platform(tk::config_node &root) : m_root(root) {}

platform::~platform()
{
    // After a failure vCPUs may still execute, in memory that is about to go.
    for (const auto &each : m_modules) {
        if (auto *qemu = dynamic_cast<tk::qemu_instance *>(each.get())) {
            qemu->shutdown();
        }
    }
    while (!m_modules.empty()) {
        m_modules.pop_back();
    }
}

const tk::stats_source *platform::stats() const
{
    for (const auto &each : m_modules) {
        if (const auto *source = dynamic_cast<const tk::stats_source *>(each.get())) {
            return source;
        }
    }
    return nullptr;
}

void platform::build()
{
    m_top = make_plan(m_root, nullptr);
    construct(*m_top);
    construct_services();
    construct_all(*m_top);
    bind_all(*m_top);
    close_open_ports();
    for (const auto &each : m_modules) {
        each->configured();
    }
    const std::vector<std::string> unknown = m_root.unused();
    if (!unknown.empty()) {
        throw tk::config_error(unknown);
    }
}

// --- what there is to construct ----------------------------------------------------------------------

// A container has no parameters that are tables: what is one must be a module.
static void expect_module(const tk::config_node &node)
{
    if (!node.from_command_line()) {
        throw tk::config_error(node.where(), node.full_name(), "has no moduletype",
                               "a table in a container is a module: give it moduletype = \"...\"");
    }
}

std::unique_ptr<platform::plan> platform::make_plan(tk::config_node &node, plan *container)
{
    auto what = std::make_unique<plan>();
    const tk::config_node *type = node.find("moduletype");
    const std::string type_name = type ? type->as_string() : container_type;
    const tk::source_location &place = type ? type->where() : node.where();

    node.use();
    what->node = &node;
    what->container = container;
    what->type = tk::module_factory::instance().find(type_name);
    if (!what->type) {
        throw tk::config_error(place, node.full_name(), "unknown moduletype '" + type_name + "'",
                               tk::did_you_mean(type_name, tk::module_factory::instance().types()));
    }
    if (what->type->service) {
        throw tk::config_error(place, node.full_name(), "'" + type_name + "' is part of every platform",
                               "its parameters stand in the top table, " + m_root.key());
    }
    for (const auto &child : node.children()) {
        if (!child->is_table()) {
            continue;
        }
        if (child->find("moduletype")) {
            what->children.push_back(make_plan(*child, what.get()));
        } else if (what->type->type == container_type && !child->find("bind") &&
                   child->key() != "parameters") {
            expect_module(*child);
        }
    }
    return what;
}

// --- references --------------------------------------------------------------------------------------

static std::vector<std::string> split_at_dots(const std::string &path)
{
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= path.size();) {
        const size_t dot = std::min(path.find('.', begin), path.size());
        parts.push_back(path.substr(begin, dot - begin));
        begin = dot + 1;
    }
    return parts;
}

// The module that `reference` ("router", "sub.router", "platform.router") names, seen from the container of
// `from`.
platform::plan *platform::find_module(const plan &from, const std::string &reference,
                                      const tk::config_node &at)
{
    std::vector<std::string> parts = split_at_dots(reference);
    const plan *scope = from.container ? from.container : m_top.get();

    if (parts[0] == m_root.key()) {
        scope = m_top.get();
        parts.erase(parts.begin());
    }
    for (const std::string &part : parts) {
        const plan *next = nullptr;
        std::vector<std::string> names;
        for (const auto &child : scope->children) {
            names.push_back(child->node->key());
            next = child->node->key() == part ? child.get() : next;
        }
        if (!next) {
            std::string what = "'&" + reference;
            what += "' names no module: there is no '" + part;
            what += "' in " + scope->node->full_name();
            throw tk::config_error(at.where(), from.node->full_name(), what, tk::did_you_mean(part, names));
        }
        scope = next;
    }
    return const_cast<plan *>(scope);
}

std::vector<tk::module_context::argument> platform::arguments(plan &what)
{
    std::vector<tk::module_context::argument> list;
    const tk::config_node *args = what.node->find("args");

    if (!args) {
        return list;
    }
    args->use();
    for (const tk::config_node *each : args->elements()) {
        tk::module_context::argument argument;
        each->use();
        argument.text = each->kind() == tk::config_node::type::string ? each->as_string() : each->text();
        argument.where = each->where();
        if (argument.text[0] == '&') {
            plan *target = find_module(what, argument.text.substr(1), *each);
            if (target->under_way) {
                throw tk::config_error(each->where(), what.node->full_name(),
                                       "argument '" + argument.text + "' goes round in a circle",
                                       target->node->full_name() + " itself waits for this module");
            }
            construct(*target);
            argument.target = target->built;
        }
        list.push_back(argument);
    }
    return list;
}

// --- construction ------------------------------------------------------------------------------------

void platform::construct(plan &what)
{
    if (what.built) {
        return;
    }
    what.under_way = true;
    if (what.container) {
        construct(*what.container);
    }
    tk::module_context context(*what.node, what.type->type, arguments(what));
    std::unique_ptr<tk::elaboration_scope> inside;
    if (what.container) {
        inside = std::make_unique<tk::elaboration_scope>(*what.container->built);
    }
    const sc_core::sc_module_name name(what.node->key().c_str());
    m_modules.push_back(what.type->create(name, context));
    what.built = m_modules.back().get();
    what.under_way = false;
}

// What every platform has without naming it (the keeper): modules that take their parameters from the top
// table.
void platform::construct_services()
{
    for (const tk::module_factory::entry *each : tk::module_factory::instance().services()) {
        tk::module_context context(*m_top->node, each->type, {});
        const tk::elaboration_scope inside(*m_top->built);
        const sc_core::sc_module_name name(each->type.c_str());
        m_modules.push_back(each->create(name, context));
    }
}

void platform::construct_all(plan &what)
{
    construct(what);
    for (const auto &child : what.children) {
        construct_all(*child);
    }
}

// --- binding -----------------------------------------------------------------------------------------

static tk::port *find_port(tk::module &owner, const std::string &name)
{
    tk::port *found = owner.find_port(name);
    return found ? found : owner.find_port(tk::module_factory::instance().port_alias(owner.type(), name));
}

static std::vector<std::string> port_names(const tk::module &owner)
{
    std::vector<std::string> names;
    for (const tk::port *each : owner.ports()) {
        names.push_back(each->name());
    }
    return names;
}

static std::string no_such_socket(const tk::module &owner, const std::string &name)
{
    return owner.full_name() + " (" + owner.type() + ") has no socket '" + name + "'";
}

// "did you mean 'irq'?", else what there is.
static std::string which_sockets(const tk::module &owner, const std::string &name)
{
    const std::vector<std::string> names = port_names(owner);
    const std::string near = tk::did_you_mean(name, names);
    std::string all;
    for (const std::string &each : names) {
        all += all.empty() ? "it has " : ", ";
        all += each;
    }
    return near.empty() ? (all.empty() ? "it has none" : all) : near;
}

tk::port &platform::own_port(plan &what, const tk::config_node &socket)
{
    tk::port *own = find_port(*what.built, socket.key());
    if (!own) {
        throw tk::config_error(socket.where(), what.node->full_name(),
                               no_such_socket(*what.built, socket.key()),
                               which_sockets(*what.built, socket.key()));
    }
    return *own;
}

// The port that one `bind` value names: "&module.port".
tk::port &platform::far_port(plan &what, tk::config_node &bind)
{
    const std::string text = bind.as_string();
    const size_t dot = text.rfind('.');
    if (text.size() < 2 || text[0] != '&' || dot == std::string::npos) {
        throw tk::config_error(bind.where(), what.node->full_name(), "'bind' is \"" + text + "\"",
                               "write \"&module.socket\"");
    }
    const plan *other = find_module(what, text.substr(1, dot - 1), bind);
    const std::string name = text.substr(dot + 1);
    tk::port *far = find_port(*other->built, name);
    if (!far) {
        throw tk::config_error(bind.where(), what.node->full_name(),
                               "cannot bind to '" + text + "': " + no_such_socket(*other->built, name),
                               which_sockets(*other->built, name));
    }
    return *far;
}

void platform::bind_port(plan &what, tk::config_node &socket)
{
    tk::config_node *bind = socket.find("bind");
    tk::port &own = own_port(what, socket);

    socket.use();
    bind->use();
    if (!bind->is_table()) {
        tk::port::bind(own, far_port(what, *bind), socket);
        return;
    }
    for (tk::config_node *each : bind->elements()) {
        tk::port::bind(own, far_port(what, *each), socket);
    }
}

void platform::bind_all(plan &what)
{
    for (const auto &child : what.node->children()) {
        if (!child->is_table() || child->find("moduletype")) {
            continue;
        }
        if (child->find("bind")) {
            bind_port(what, *child);
        } else if (find_port(*what.built, child->key())) {
            child->use(); // the other end binds; an address window may be written here
        }
    }
    for (const auto &child : what.children) {
        bind_all(*child);
    }
}

void platform::close_open_ports()
{
    for (const auto &owner : m_modules) {
        for (tk::port *each : owner->ports()) {
            if (each->bindings() == 0 && !each->may_stay_open()) {
                owner->fail("'" + each->name() + "' (" + tk::port::kind_name(each->what()) +
                                ") is bound to nothing",
                            "add " + each->name() + " = { bind = \"&module.socket\" }");
            }
            if (each->open_in_systemc()) {
                each->tie_off();
            }
        }
    }
}

} // namespace vp
