// SPDX-License-Identifier: MIT
//
// The module types that a platform file may name.
//
// A type registers itself before main(): TK_MODULE for a class of its own, or module_factory::add() for each
// name of a table that one generic class serves (it finds its row by module_context::type()). Names that
// existing files use are aliases, all in one table in aliases.cpp.
#ifndef TIMEKEEPER_SYSTEMC_FACTORY_H
#define TIMEKEEPER_SYSTEMC_FACTORY_H

#include "timekeeper/systemc/module.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class module_factory
{
  public:
    // Makes a module; a tk::config_error says why not.
    using create_fn =
        std::function<std::unique_ptr<module>(const sc_core::sc_module_name &, module_context &)>;
    // A registered type.
    struct entry {
        std::string type, help; // its name, and one line about it
        create_fn create;       // makes one
        bool service;           // see add_service()
    };

    // The one of the program.
    static module_factory &instance();

    // Registers a type. Returns true, so that a static variable may call it. A second registration of one
    // name is a bug of ours and throws std::logic_error.
    bool add(const std::string &type, const std::string &help, create_fn create);
    // Registers a service: every platform has one without naming it, constructed before all other modules,
    // inside the top container and under the type's name. Its parameters stand in the top table itself
    // ("platform.quantum_ns").
    bool add_service(const std::string &type, const std::string &help, create_fn create);
    // Loads a shared object whose TK_MODULE lines register more types; it stays loaded. `file` is a path,
    // relative to the folder of `where`'s file, or a name for the dynamic linker ("libmine.so", in
    // LD_LIBRARY_PATH); "lib" in front and ".so" at the end may be left out. Returns what is wrong, or "".
    // SystemC's thread, in elaboration.
    std::string load(const std::string &file, const source_location &where);
    // The registered services, in natural order.
    std::vector<const entry *> services() const;
    // The type or the one that the alias stands for; nullptr if there is none.
    const entry *find(const std::string &type) const;
    // The registered names, in natural order, without aliases.
    std::vector<std::string> types() const;
    // The aliases of a type.
    std::vector<std::string> aliases_of(const std::string &type) const;
    // The name of the port that `port_name` stands for at a module of that type: itself if it is no alias.
    std::string port_alias(const std::string &type, const std::string &port_name) const;

  private:
    bool insert(entry added);
    std::map<std::string, entry> m_entries;
    bool m_loading = false;
    std::vector<std::string> m_twice; // names that what is being loaded registers again
};

#define TK_MODULE_CONCAT2(a, b) a##b
#define TK_MODULE_CONCAT(a, b) TK_MODULE_CONCAT2(a, b)
// Registers class `cls` (constructor: const sc_module_name &, module_context &) as module type `type_name`.
// At file scope of a source file that is linked as an object, not picked from an archive.
#define TK_MODULE(type_name, cls, help_text) TK_REGISTER(add, type_name, cls, help_text)
// The same for a service.
#define TK_SERVICE(type_name, cls, help_text) TK_REGISTER(add_service, type_name, cls, help_text)
#define TK_REGISTER(add_call, type_name, cls, help_text)                                                     \
    static const bool TK_MODULE_CONCAT(tk_module_registered_, __LINE__) [[maybe_unused]] =                   \
        ::tk::module_factory::instance().add_call(                                                           \
            type_name, help_text,                                                                            \
            [](const sc_core::sc_module_name &name, ::tk::module_context &context)                           \
                -> std::unique_ptr<::tk::module> { return std::make_unique<cls>(name, context); })

} // namespace tk

#endif
