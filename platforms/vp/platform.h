// SPDX-License-Identifier: MIT
//
// From the tree of configuration to the modules of a platform: what is constructed in which order, and how it
// is bound together. It knows no module type by name but the container.
//
// Thread: SystemC's, in elaboration. One platform in a process, as there is one SystemC kernel.
#ifndef PLATFORMS_VP_PLATFORM_H
#define PLATFORMS_VP_PLATFORM_H

#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/factory.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/stats.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vp
{

class platform
{
  public:
    // `root` is the table `platform` and must live longer.
    explicit platform(tk::config_node &root);
    // Destroys the modules in the reverse order of construction.
    ~platform();

    // Constructs and binds all modules, lets them look around (configured()), and checks that every value of
    // the configuration was used. Throws tk::config_error; the platform is then only good for destruction.
    void build();

    // In the order of construction.
    const std::vector<std::unique_ptr<tk::module>> &modules() const { return m_modules; }
    // Where the figures of a run come from; nullptr when the platform has no such module.
    const tk::stats_source *stats() const;

  private:
    // What the configuration says about one module.
    struct plan {
        tk::config_node *node = nullptr;
        plan *container = nullptr; // nullptr: this is the top
        const tk::module_factory::entry *type = nullptr;
        std::vector<std::unique_ptr<plan>> children;
        tk::module *built = nullptr;
        bool under_way = false; // for cycles
    };

    std::unique_ptr<plan> make_plan(tk::config_node &node, plan *container);
    plan *find_module(const plan &from, const std::string &reference, const tk::config_node &at);
    std::vector<tk::module_context::argument> arguments(plan &what);
    void construct(plan &what);
    void construct_all(plan &what);
    void construct_services();
    void bind_all(plan &what);
    void bind_port(plan &what, tk::config_node &socket);
    tk::port &own_port(plan &what, const tk::config_node &socket);
    tk::port &far_port(plan &what, tk::config_node &bind);
    void close_open_ports();

    tk::config_node &m_root;
    std::unique_ptr<plan> m_top;
    std::vector<std::unique_ptr<tk::module>> m_modules;
};

} // namespace vp

#endif
