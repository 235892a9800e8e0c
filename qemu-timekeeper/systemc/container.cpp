// SPDX-License-Identifier: MIT
//
// Container: a level of the hierarchy, with modules inside.
//
// A platform file may have parameters of its own: parameters = { NAME = "help", ... } declares the
// container's entries of these names, so that -p may set them ("platform.cpus") and --list-params shows them.
// The file finds what -p says in the global `param`, and writes what it made of it as the entry.
#include "timekeeper/systemc/module.h"

#include <memory>
#include <vector>

namespace
{

class container : public tk::module
{
  public:
    container(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
        describe_param(
            {"parameters", "table", "{}", "", "", "parameters of the file's own: { name = \"help\" }"});
        if (tk::config_node *own = config().find("parameters")) {
            own->use();
            for (const auto &each : own->children()) {
                declare(each->key(), each->as_string());
            }
        }
    }

  private:
    // Of the type that the entry has.
    void declare(const std::string &name, const std::string &help)
    {
        const tk::config_node *value = config().find(name);
        if (value && value->kind() == tk::config_node::type::boolean) {
            m_own.push_back(std::make_unique<tk::param<bool>>(*this, name, false, "", help));
        } else if (value && value->kind() == tk::config_node::type::integer) {
            m_own.push_back(std::make_unique<tk::param<int64_t>>(*this, name, 0, "", help));
        } else {
            m_own.push_back(std::make_unique<tk::param<std::string>>(*this, name, "", "", help));
        }
        m_own.back()->leave_default_to("the file's");
    }

    std::vector<std::unique_ptr<tk::param_base>> m_own;
};

TK_MODULE("Container", container, "a level of the hierarchy; holds other modules");

} // namespace
