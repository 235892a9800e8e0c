// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/platform.h"

#include "timekeeper/systemc/aliases.h"
#include "timekeeper/systemc/qemu/instance.h"
#include "timekeeper/systemc/services.h"

#include <algorithm>

namespace tk
{

static const char *const container_type = "Container";

platform::platform(config_node &root) : m_root(root), m_name(root.key()) {}

platform::~platform()
{
    // After a failure vCPUs may still execute, in memory that is about to go.
    for (const auto &each : m_modules) {
        if (auto *qemu = dynamic_cast<qemu_instance *>(each.get())) {
            qemu->shutdown();
        }
    }
    while (!m_modules.empty()) {
        m_modules.pop_back();
    }
    if (m_has_services) {
        set_services_stand(false);
    }
}

const stats_source *platform::stats() const
{
    for (const auto &each : m_modules) {
        if (const auto *source = dynamic_cast<const stats_source *>(each.get())) {
            return source;
        }
    }
    return nullptr;
}

// --- mistakes ----------------------------------------------------------------------------------------

template <typename F>
bool platform::attempt(F action)
{
    try {
        action();
        return true;
    } catch (const config_error &error) {
        m_errors.push_back(error.what());
        return false;
    }
}

void platform::throw_errors() const
{
    if (!m_errors.empty()) {
        throw config_error(m_errors);
    }
}

// Values only: tables may be for configured(), which does not come, or to its end, when there are mistakes.
void platform::look_for_unused(const plan &what)
{
    for (const std::string &line : what.built ? what.node->unused_values() : std::vector<std::string>()) {
        m_errors.push_back(line);
    }
    for (const auto &child : what.children) {
        look_for_unused(*child);
    }
}

void platform::build()
{
    construct();
    complete();
}

void platform::construct()
{
    m_top = make_plan(m_root, nullptr);
    if (m_top->broken) {
        throw_errors();
    }
    construct(*m_top);
    if (m_top->built) {
        construct_services();
        construct_all(*m_top);
        bind_all(*m_top);
    }
}

module &platform::add(config_node &node)
{
    m_top->children.push_back(make_plan(node, m_top.get()));
    plan &added = *m_top->children.back();
    construct_all(added);
    throw_errors();
    bind_all(added);
    throw_errors();
    return *added.built;
}

port &platform::find(const std::string &path, const config_node &where)
{
    config_node text("");
    text.set_where(where.where());
    text.set_string("&" + path);
    port *found = far_port(*m_top, text);
    if (!found) {
        throw config_error(m_errors);
    }
    return *found;
}

void platform::complete()
{
    if (m_errors.empty()) {
        close_open_ports();
    } else {
        look_for_unused(*m_top);
    }
    throw_errors();
    for (const auto &each : m_modules) {
        attempt([&] { each->configured(); });
    }
    if (m_errors.empty()) {
        m_errors = m_root.unused();
    } else {
        look_for_unused(*m_top);
    }
    throw_errors();
}

// --- what there is to construct ----------------------------------------------------------------------

// A container has no parameters that are tables: what is one must be a module.
static void expect_module(const config_node &node)
{
    if (!node.from_command_line()) {
        throw config_error(node.where(), node.full_name(), "has no moduletype",
                           "a table in a container is a module: give it moduletype = \"...\"");
    }
}

static std::string unknown_type(const std::string &name)
{
    return "unknown moduletype '" + name + "'";
}

// What to write instead of a type that is not here.
static std::string other_type(const std::string &name)
{
    const std::string advice = advice_for_type(name);
    return advice.empty() ? did_you_mean(name, module_factory::instance().types()) : advice;
}

// A type of a user's own: `dylib_path` says which shared object has it.
static void load_type(config_node &node, const std::string &name)
{
    const config_node *library = node.find("dylib_path");
    if (!library) {
        return;
    }
    const std::string wrong = module_factory::instance().load(library->as_string(), library->where());
    if (!wrong.empty()) {
        library->fail(wrong);
    }
    if (!module_factory::instance().find(name)) {
        library->fail("'" + library->as_string() + "' has no moduletype '" + name + "'",
                      did_you_mean(name, module_factory::instance().types()));
    }
}

void platform::find_type(plan &what)
{
    const config_node *type = what.node->find("moduletype");
    const std::string name = type ? type->as_string() : container_type;
    const source_location &place = type ? type->where() : what.node->where();

    what.type = module_factory::instance().find(name);
    if (!what.type) {
        load_type(*what.node, name);
        what.type = module_factory::instance().find(name);
    }
    if (!what.type) {
        throw config_error(place, what.node->full_name(), unknown_type(name), other_type(name));
    }
    if (what.type->service) {
        throw config_error(place, what.node->full_name(), "'" + name + "' is part of every platform",
                           "its parameters stand in the top table, " + m_root.key());
    }
    const std::vector<std::string> wrong = apply_aliases(*what.node, what.type->type);
    if (!wrong.empty()) {
        throw config_error(wrong);
    }
}

std::unique_ptr<platform::plan> platform::make_plan(config_node &node, plan *container)
{
    auto what = std::make_unique<plan>();

    node.use();
    what->node = &node;
    what->container = container;
    what->broken = !attempt([&] { find_type(*what); });
    plan_children(*what);
    return what;
}

void platform::plan_children(plan &what)
{
    for (const auto &child : what.node->children()) {
        if (!child->is_table()) {
            continue;
        }
        if (child->find("moduletype")) {
            what.children.push_back(make_plan(*child, &what));
        } else if (what.type && what.type->type == container_type && !child->find("bind") &&
                   child->key() != "parameters") {
            attempt([&] { expect_module(*child); });
        }
    }
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
platform::plan *platform::find_module(const plan &from, const std::string &reference, const config_node &at)
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
            throw config_error(at.where(), from.node->full_name(), what, did_you_mean(part, names));
        }
        scope = next;
    }
    return const_cast<plan *>(scope);
}

// False if an argument is a module that cannot be made.
bool platform::arguments(plan &what, std::vector<module_context::argument> &list)
{
    const config_node *args = what.node->find("args");

    if (!args) {
        return true;
    }
    args->use();
    for (const config_node *each : args->elements()) {
        module_context::argument argument;
        each->use();
        argument.text = each->kind() == config_node::type::string ? each->as_string() : each->text();
        argument.where = each->where();
        if (argument.text[0] == '&') {
            plan *target = find_module(what, argument.text.substr(1), *each);
            if (target->under_way) {
                throw config_error(each->where(), what.node->full_name(),
                                   "argument '" + argument.text + "' goes round in a circle",
                                   target->node->full_name() + " itself waits for this module");
            }
            construct(*target);
            if (target->broken) {
                return false;
            }
            argument.target = target->built;
        }
        list.push_back(argument);
    }
    return true;
}

// --- construction ------------------------------------------------------------------------------------

void platform::construct(plan &what)
{
    if (what.built || what.broken) {
        return;
    }
    what.under_way = true;
    if (what.container) {
        construct(*what.container);
    }
    what.broken = what.container && what.container->broken;
    what.broken = what.broken || !attempt([&] {
                      std::vector<module_context::argument> list;
                      if (arguments(what, list)) {
                          create(what, list);
                      }
                  });
    what.broken = what.broken || !what.built;
    what.under_way = false;
}

void platform::create(plan &what, const std::vector<module_context::argument> &list)
{
    module_context context(*what.node, what.type->type, list);
    std::unique_ptr<elaboration_scope> inside;
    if (what.container) {
        inside = std::make_unique<elaboration_scope>(*what.container->built);
    }
    const sc_core::sc_module_name name((what.container ? what.node->key() : m_name).c_str());
    m_modules.push_back(what.type->create(name, context));
    what.built = m_modules.back().get();
}

// They take their parameters from the top table.
void platform::construct_services()
{
    const std::vector<const module_factory::entry *> missing = missing_services();

    m_has_services = !missing.empty();
    for (const module_factory::entry *each : missing) {
        module_context context(*m_top->node, each->type, {});
        const elaboration_scope inside(*m_top->built);
        const sc_core::sc_module_name name(each->type.c_str());
        m_modules.push_back(each->create(name, context));
    }
    if (m_has_services) {
        set_services_stand(true);
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

static port *find_port(module &owner, const std::string &name)
{
    port *found = owner.find_port(name);
    return found ? found : owner.find_port(module_factory::instance().port_alias(owner.type(), name));
}

static std::vector<std::string> port_names(const module &owner)
{
    std::vector<std::string> names;
    for (const port *each : owner.ports()) {
        names.push_back(each->name());
    }
    return names;
}

static std::string no_such_socket(const module &owner, const std::string &name)
{
    return owner.full_name() + " (" + owner.type() + ") has no socket '" + name + "'";
}

// "did you mean 'irq'?", else what there is.
static std::string which_sockets(const module &owner, const std::string &name)
{
    const std::vector<std::string> names = port_names(owner);
    const std::string near = did_you_mean(name, names);
    std::string all;
    for (const std::string &each : names) {
        all += all.empty() ? "it has " : ", ";
        all += each;
    }
    return near.empty() ? (all.empty() ? "it has none" : all) : near;
}

port &platform::own_port(plan &what, const config_node &socket)
{
    port *own = find_port(*what.built, socket.key());
    if (!own) {
        throw config_error(socket.where(), what.node->full_name(), no_such_socket(*what.built, socket.key()),
                           which_sockets(*what.built, socket.key()));
    }
    return *own;
}

// The port that one `bind` value names: "&module.port"; nullptr if its module cannot be made.
port *platform::far_port(plan &what, config_node &bind)
{
    const std::string text = bind.as_string();
    const size_t dot = text.rfind('.');
    if (text.size() < 2 || text[0] != '&' || dot == std::string::npos) {
        throw config_error(bind.where(), what.node->full_name(), "'bind' is \"" + text + "\"",
                           "write \"&module.socket\"");
    }
    const plan *other = find_module(what, text.substr(1, dot - 1), bind);
    const std::string name = text.substr(dot + 1);
    if (!other->built) {
        return nullptr;
    }
    port *far = find_port(*other->built, name);
    if (!far) {
        throw config_error(bind.where(), what.node->full_name(),
                           "cannot bind to '" + text + "': " + no_such_socket(*other->built, name),
                           which_sockets(*other->built, name));
    }
    return far;
}

void platform::bind_port(plan &what, config_node &socket)
{
    config_node *bind = socket.find("bind");
    const std::vector<config_node *> targets =
        bind->is_table() ? bind->elements() : std::vector<config_node *>{bind};

    socket.use();
    bind->use();
    port &own = own_port(what, socket);
    for (config_node *each : targets) {
        attempt([&] {
            if (port *far = far_port(what, *each)) {
                port::bind(own, *far, socket);
                m_bindings.push_back({&own, far, &socket});
            }
        });
    }
}

void platform::bind_all(plan &what)
{
    for (const auto &child : what.node->children()) {
        if (!what.built || !child->is_table() || child->find("moduletype")) {
            continue;
        }
        if (child->find("bind")) {
            attempt([&] { bind_port(what, *child); });
        } else if (find_port(*what.built, child->key())) {
            child->use(); // the other end binds; an address window may be written here
        }
    }
    for (const auto &child : what.children) {
        bind_all(*child);
    }
}

void platform::close_port(module &owner, port &each)
{
    if (each.bindings() == 0 && !each.may_stay_open()) {
        owner.fail("'" + each.name() + "' (" + port::kind_name(each.what()) + ") is bound to nothing",
                   "add " + each.name() + " = { bind = \"&module.socket\" }");
    }
    if (each.open_in_systemc()) {
        each.tie_off();
    }
}

void platform::close_open_ports()
{
    for (const auto &owner : m_modules) {
        for (port *each : owner->ports()) {
            attempt([&] { close_port(*owner, *each); });
        }
    }
}

} // namespace tk
