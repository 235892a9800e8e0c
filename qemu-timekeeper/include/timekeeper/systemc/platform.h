// SPDX-License-Identifier: MIT
//
// From the tree of configuration to the modules of a platform: what is constructed in which order, and how it
// is bound together. It knows no module type by name but the container.
//
// Thread: SystemC's, in elaboration. One platform in a process, as there is one SystemC kernel.
#ifndef TIMEKEEPER_SYSTEMC_PLATFORM_H
#define TIMEKEEPER_SYSTEMC_PLATFORM_H

#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/factory.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/stats.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class platform
{
  public:
    // `root` is the table `platform` and must live longer.
    explicit platform(config_node &root);
    // Destroys the modules in the reverse order of construction.
    ~platform();

    // Constructs and binds all modules, lets them look around (configured()), and checks that every value of
    // the configuration was used. Throws config_error; the platform is then only good for destruction.
    // It names all mistakes that do not follow from others: what cannot be made is left out, and the rest is
    // looked at.
    void build();

    // The first half of build(), for who adds and binds more before the second: modules and bindings. Whoever
    // comes first in a process also makes the services (the keeper), with parameters from its table.
    void construct();
    // The second half: ties off open ports, configured(), and what nobody used.
    void complete();
    // Between the two: constructs the module of `node`, a table that is now in the root, and binds what it
    // says. Throws config_error.
    module &add(config_node &node);
    // The port "module.port", "module.sub.port"; throws config_error at `where`, a node of this platform.
    port &find(const std::string &path, const config_node &where);
    // The root's own module, which owns what stands for sockets from outside.
    module &top() const { return *m_top->built; }
    // SystemC's name of the root; at first the key of its table. Before construct().
    void set_name(const std::string &name) { m_name = name; }

    // In the order of construction.
    const std::vector<std::unique_ptr<module>> &modules() const { return m_modules; }
    // One `bind` of the file.
    struct binding {
        port *own;               // whose table has it
        port *far;               // what it names
        config_node *attributes; // that table
    };
    // In the file's order.
    const std::vector<binding> &bindings() const { return m_bindings; }
    // Where the figures of a run come from; nullptr when the platform has no such module.
    const stats_source *stats() const;

  private:
    // What the configuration says about one module.
    struct plan {
        config_node *node = nullptr;
        plan *container = nullptr; // nullptr: this is the top
        const module_factory::entry *type = nullptr;
        std::vector<std::unique_ptr<plan>> children;
        module *built = nullptr;
        bool under_way = false; // for cycles
        bool broken = false;    // it, or what it needs, cannot be made: the reason is among m_errors
    };

    // Does it; a mistake is remembered.
    template <typename F>
    bool attempt(F action);
    void throw_errors() const;

    std::unique_ptr<plan> make_plan(config_node &node, plan *container);
    void find_type(plan &what);
    void plan_children(plan &what);
    plan *find_module(const plan &from, const std::string &reference, const config_node &at);
    bool arguments(plan &what, std::vector<module_context::argument> &list);
    void construct(plan &what);
    void create(plan &what, const std::vector<module_context::argument> &list);
    void construct_all(plan &what);
    void construct_services();
    void bind_all(plan &what);
    void bind_port(plan &what, config_node &socket);
    port &own_port(plan &what, const config_node &socket);
    port *far_port(plan &what, config_node &bind);
    void close_port(module &owner, port &each);
    void close_open_ports();
    void look_for_unused(const plan &what);

    config_node &m_root;
    std::string m_name; // the root's in SystemC
    bool m_has_services = false;
    std::unique_ptr<plan> m_top;
    std::vector<std::unique_ptr<module>> m_modules;
    std::vector<binding> m_bindings;
    std::vector<std::string> m_errors;
};

} // namespace tk

#endif
