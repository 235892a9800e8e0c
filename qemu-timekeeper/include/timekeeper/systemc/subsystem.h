// SPDX-License-Identifier: MIT
//
// A subsystem: what a platform file describes, as a part of a SystemC model of one's own. From C++:
//
//     struct top : sc_core::sc_module {
//         tk::subsystem cpus{"cpus", {{"quantum_ns", 100000}}};
//         my_timer timer{"timer"};
//
//         explicit top(const sc_core::sc_module_name &name) : sc_module(name)
//         {
//             cpus.add("qemu", "QemuInstance", {"AARCH64"});
//             cpus.add("cpu_0", "cpu_arm_cortexA53", {"&qemu"}, {{"rvbar", 0x40000000}});
//             cpus.add("router", "router");
//             cpus.bind("cpu_0.mem", "router.target_socket");
//             cpus.bind("router.initiator_socket", timer.socket, {{"address", 0x0a000000}, {"size",
//             0x1000}}); cpus.bind("cpu_0.irq_in", timer.irq);
//         }
//     };
//
// or from a Lua file (timekeeper/platform_file.h), to which sockets from outside are bound in the same way:
//
//         tk::subsystem cpus{"cpus", tk::load_platform_file("cpus.lua")};
//
// Modules are constructed where they are added, and QEMU starts when SystemC's elaboration ends. There may be
// several; the first one's settings are the keeper's ("quantum_ns", "mode": docs/configuration.md). Mistakes
// are config_errors with the line of C++ or Lua, from the constructor, add() and bind(), or out of
// sc_start().
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_SUBSYSTEM_H
#define TIMEKEEPER_SYSTEMC_SUBSYSTEM_H

#include "timekeeper/systemc/platform.h"
#include "timekeeper/systemc/setting.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class subsystem
{
  public:
    // An empty one, with settings of its top table. `file` and `line`, here and below: where it is written.
    explicit subsystem(const std::string &name, const settings &values = {},
                       const char *file = __builtin_FILE(), int line = __builtin_LINE());
    // What a platform file says, as module `name`.
    subsystem(const std::string &name, std::unique_ptr<config_node> tree);
    ~subsystem();
    subsystem(const subsystem &) = delete;
    subsystem &operator=(const subsystem &) = delete;

    // A module of a type: args are strings, or "&name" for another module of this subsystem.
    module &add(const std::string &name, const std::string &type, const std::vector<std::string> &args = {},
                const settings &values = {}, const char *file = __builtin_FILE(),
                int line = __builtin_LINE());

    // Binds two ports, "module.port" each. `values`: what a platform file writes beside `bind` ("address",
    // "size").
    void bind(const std::string &one, const std::string &other, const settings &values = {},
              const char *file = __builtin_FILE(), int line = __builtin_LINE());
    // Binds a port to a socket or line from outside of the subsystem, which lives as long. {"direct", true}:
    // the target, and whatever it calls, may be called on a vCPU's thread (direct.h).
    template <unsigned WIDTH, int N, sc_core::sc_port_policy POL>
    void bind(const std::string &one,
              tlm::tlm_target_socket<WIDTH, tlm::tlm_base_protocol_types, N, POL> &other,
              const settings &values = {}, const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_outside(
            one,
            std::make_unique<tlm_target_port>(m_platform.top(), outside_name(other), other, "from outside"),
            values, {file, line});
    }
    // The same for an initiator outside.
    template <unsigned WIDTH, int N, sc_core::sc_port_policy POL>
    void bind(const std::string &one,
              tlm::tlm_initiator_socket<WIDTH, tlm::tlm_base_protocol_types, N, POL> &other,
              const settings &values = {}, const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_outside(one,
                     std::make_unique<tlm_initiator_port>(m_platform.top(), outside_name(other), other,
                                                          "from outside"),
                     values, {file, line});
    }
    // The same for an output outside (sc_out<bool>, sc_port<sc_signal_inout_if<bool>>), to one of the
    // subsystem's inputs.
    void bind(const std::string &one, sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &other,
              const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_outside(
            one,
            std::make_unique<signal_out_port>(m_platform.top(), outside_name(other), other, "from outside"),
            {}, {file, line});
    }
    // The same for an input outside (sc_in<bool>, sc_port<sc_signal_in_if<bool>>).
    void bind(const std::string &one, sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> &other,
              const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_outside(
            one,
            std::make_unique<signal_in_port>(m_platform.top(), outside_name(other), other, "from outside"),
            {}, {file, line});
    }
    // The same for a signal outside (an sc_signal<bool>, or an sc_export of one): one of the subsystem's
    // inputs reads it; or it follows one of its outputs, a delta cycle later.
    void bind(const std::string &one, sc_core::sc_signal_inout_if<bool> &other,
              const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_signal(one, other, {file, line});
    }
    // The same for one that can only be read (sc_export<sc_signal_in_if<bool>>), for an input.
    void bind(const std::string &one, sc_core::sc_signal_in_if<bool> &other,
              const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        bind_outside(
            one,
            std::make_unique<signal_out_port>(m_platform.top(), outside_name(other), other, "from outside"),
            {}, {file, line});
    }

    // The modules and bindings.
    const platform &built() const { return m_platform; }

  private:
    class end_of_elaboration;
    void construct(const std::string &name);
    // SystemC's name without dots: lines that are made for it are named after it.
    static std::string outside_name(const sc_core::sc_object &object);
    static std::string outside_name(const sc_core::sc_interface &signal);
    void bind_signal(const std::string &one, sc_core::sc_signal_inout_if<bool> &other,
                     const source_location &where);
    void bind_outside(const std::string &one, std::unique_ptr<port> other, const settings &values,
                      const source_location &where);
    config_node &attributes(const std::string &what, const settings &values, const source_location &where);

    std::unique_ptr<config_node> m_root;
    std::vector<std::unique_ptr<config_node>> m_attributes; // of bindings
    platform m_platform;
    std::vector<std::unique_ptr<port>> m_outside; // gone before their owner
    std::unique_ptr<end_of_elaboration> m_end;
};

} // namespace tk

#endif
