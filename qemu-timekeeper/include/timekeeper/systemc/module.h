// SPDX-License-Identifier: MIT
//
// A module of a platform: an sc_module with a table of configuration, parameters and ports.
//
//     class blinker : public tk::module
//     {
//       public:
//         blinker(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
//         {}
//       private:
//         tk::param<uint64_t> m_period{*this, "period_ns", 1000, "ns", "between two edges", {1, UINT64_MAX}};
//         sc_core::sc_out<bool> m_out{"out"};
//         tk::signal_out_port m_out_port{*this, "out", m_out, "toggles"};
//     };
//     TK_MODULE("blinker", blinker, "toggles a line");
//
// Life: constructors run in an order in which each module comes after those that its `args` name; then
// bindings; then configured() of all modules in the same order; then the check for values that nobody used;
// then sc_start(). Destructors run in the reverse order. All of it on SystemC's thread.
#ifndef TIMEKEEPER_SYSTEMC_MODULE_H
#define TIMEKEEPER_SYSTEMC_MODULE_H

#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/param.h"
#include "timekeeper/systemc/port.h"
#include "timekeeper/systemc/setting.h"

#include <systemc>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tk
{

class module;

// How much a reset resets: reset.h.
enum class reset_kind { warm, cold };

// What a module type looks like, for `vp --list-modules`.
struct module_description {
    // A parameter, as text.
    struct parameter {
        std::string name, type, def, unit, range, help; // as param_base has them
    };
    // A port, as text.
    struct end {
        std::string name, kind, help; // as port has them
    };
    std::vector<parameter> params; // in the order of declaration
    std::vector<end> ports;        // in the order of declaration
};

// What a module is constructed from.
class module_context
{
  public:
    // `type`: the registered name (aliases are resolved). `args`: modules or strings, in order.
    struct argument {
        module *target = nullptr; // set for "&name"
        std::string text;         // as written
        source_location where;    // its place
    };
    // `config` is the module's table, and outlives it.
    module_context(config_node &config, std::string type, std::vector<argument> args = {});
    // For `vp --list-modules`: the module is only constructed to see what it declares, and destroyed. arg()
    // throws. Whoever has more to do in a constructor than to declare asks describing() first.
    module_context(config_node &config, std::string type, module_description &sink);
    // In the C++ form: with a table of its own, which the module takes over. `where`: the line of C++. Its
    // name becomes SystemC's.
    module_context(std::string type, const settings &values, const source_location &where,
                   std::vector<argument> args = {});

    // The context itself, where only a temporary one is at hand: in the delegation of a constructor.
    module_context &self() { return *this; }
    // The table that it owns, which from then on the caller does; nullptr: none.
    std::unique_ptr<config_node> take_table() { return std::move(m_own); }
    // The module's table.
    config_node &config() const { return m_config; }
    // The registered name of the type.
    const std::string &type() const { return m_type; }
    // True: it is only to declare what it has.
    bool describing() const { return m_sink != nullptr; }
    // Where that goes; nullptr: nowhere.
    module_description *sink() const { return m_sink; }

    // How many arguments there are.
    size_t arg_count() const { return m_args.size(); }
    // Argument `index` (0..) as text. `expected` completes "argument 1 must be ..." in the error.
    const std::string &arg_string(size_t index, const std::string &expected) const;
    // Argument `index` as a module of class T.
    template <typename T>
    T &arg(size_t index, const std::string &expected) const
    {
        T *target = dynamic_cast<T *>(arg_module(index, expected));
        if (!target) {
            bad_arg(index, expected);
        }
        return *target;
    }
    // Throws if there are more than `most` arguments.
    void expect_args(size_t least, size_t most) const;

    // Throws config_error at the module's place.
    [[noreturn]] void fail(const std::string &what, const std::string &right = "") const;

  private:
    module *arg_module(size_t index, const std::string &expected) const;
    [[noreturn]] void bad_arg(size_t index, const std::string &expected) const;

    std::unique_ptr<config_node> m_own;
    config_node &m_config;
    std::string m_type;
    std::vector<argument> m_args;
    module_description *m_sink = nullptr;
};

class module : public sc_core::sc_module
{
  public:
    // `context` is needed in the constructor only.
    module(const sc_core::sc_module_name &name, module_context &context);
    ~module() override;

    // The name in the platform file, "platform.cpu_0".
    std::string full_name() const { return m_config.full_name(); }
    // The registered name of its type.
    const std::string &type() const { return m_type; }
    // Its table.
    config_node &config() const { return m_config; }
    // Its parameters, as declared.
    const std::vector<param_base *> &params() const { return m_params; }
    // Its ports, as declared; those made on demand come behind.
    const std::vector<port *> &ports() const { return m_ports; }

    // The port of that name, or nullptr. Makes it if the module makes ports on demand (add_port()).
    virtual port *find_port(const std::string &port_name);
    // Everything is constructed and bound; the simulation has not started. The place for checks across
    // modules.
    virtual void configured() {}
    // A reset (reset.h): registers and lines take their reset values. The simulation runs; must not wait.
    virtual void on_reset(reset_kind) {}
    // All that is reset together has been: the place to write into other modules.
    virtual void on_reset_end(reset_kind) {}

    // True in the C++ form: its values come from setters and not from a platform file.
    bool has_own_table() const { return m_own_config != nullptr; }
    // Sets a parameter of a module in the C++ form, before the elaboration ends. `where`: the line of C++,
    // for errors. Throws config_error: there is no such parameter, the value is not allowed, or it is too
    // late.
    void set_param(const setting &value, const source_location &where);

    // Throws config_error at this module's place in the platform file.
    [[noreturn]] void fail(const std::string &what, const std::string &right = "") const;

  protected:
    // Throws config_error at `where`: the module's values stand in a platform file, or the elaboration has
    // ended, and what is set then would have no effect.
    void expect_own_table(const source_location &where) const;
    // Declares ports that find_port() makes on demand, for `vp --list-modules` ("spi_in_N").
    void describe_ports(const std::string &pattern, port::kind kind, const std::string &help);
    // Declares a value that the module reads from its table by itself, for the same list; what is no
    // param<>: an entry of a list of tables ("N.elf_file"), say.
    void describe_param(const module_description::parameter &what);

  private:
    friend class param_base;
    friend class port;
    friend class elaboration_scope;
    void add_param(param_base &param);
    void update_default(const param_base &param);
    void add_port(port &end);
    void remove_port(port &end);

    const std::unique_ptr<config_node> m_own_config; // in the C++ form
    config_node &m_config;
    std::string m_type;
    module_description *m_sink;
    std::vector<param_base *> m_params;
    std::vector<port *> m_ports;
};

// While it lives, new SystemC objects (sockets, signals, modules) become children of `owner`: for objects
// that are made in elaboration after the owner's constructor, on demand.
class elaboration_scope
{
  public:
    // Elaboration only; scopes may be nested.
    explicit elaboration_scope(sc_core::sc_module &owner);
    // The same without an owner: they are at the top level.
    elaboration_scope();
    ~elaboration_scope();
    elaboration_scope(const elaboration_scope &) = delete;
    elaboration_scope &operator=(const elaboration_scope &) = delete;

  private:
    struct state;
    std::unique_ptr<state> m_state;
};

// --- the end of a run --------------------------------------------------------------------------------

// Ends the run: sc_stop(), and the program returns `code` (0..255). `why` completes "the run ended: ...";
// none: the guest has asked for it. The first request wins. SystemC's thread.
void request_exit(int code, const std::string &why = "");
// True if somebody asked; then `code` receives it (may be nullptr).
bool exit_requested(int *code);
// What the first request gave as `why`. SystemC's thread.
const std::string &exit_reason();

} // namespace tk

#include "timekeeper/systemc/factory.h"

#endif
