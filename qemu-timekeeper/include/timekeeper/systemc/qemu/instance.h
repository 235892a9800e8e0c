// SPDX-License-Identifier: MIT
//
// One QEMU in this process, and the objects in it.
//
// CPUs and devices register with their instance in their constructors. The instance's configured() then knows
// how many CPUs there are, starts QEMU, and has the objects created, set up, realized and wired, CPUs first
// (an interrupt controller looks for them), but each after those that it needs.
//
// The C++ form, with all of them as members of a model:
//
//     struct soc : sc_core::sc_module {
//         tk::qemu_instance qemu{"qemu", "aarch64"};
//         tk::qemu_cpu cpu{"cpu", qemu, "cortex-a53"};
//         tk::qemu_device gpio{"gpio", qemu, "pl061"};
//         my_bus bus{"bus"};
//         my_timer timer{"timer"};
//
//         explicit soc(const sc_core::sc_module_name &name) : sc_module(name)
//         {
//             cpu.insn_per_second(100000000).property("rvbar", 0x40000000);
//             cpu.mem.bind(bus.target);
//             bus.initiator.bind(gpio.mmio(0));
//             timer.irq.bind(cpu.irq);
//         }
//     };
//
// Constructors, setters and bindings may come in any order that SystemC allows, up to
// before_end_of_elaboration() of any module. QEMU starts in the instance's end_of_elaboration(): mistakes
// that only QEMU finds are config_errors out of sc_start().
#ifndef TIMEKEEPER_SYSTEMC_QEMU_INSTANCE_H
#define TIMEKEEPER_SYSTEMC_QEMU_INSTANCE_H

#include "timekeeper/libqemu.h"
#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/memory_watch.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/qemu/backends.h"
#include "timekeeper/systemc/reset.h"
#include "timekeeper/systemc/services.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class qemu_bus_master;
class qemu_object;
class qemu_cpu;
template <typename MODULE>
class any_initiator_socket;

// Accepts files that have one; instances need no manager here.
class qemu_instance_manager : public module
{
  public:
    qemu_instance_manager(const sc_core::sc_module_name &name, module_context &context);
};

class qemu_instance : public module, private memory_watch, private reset_holder, private crossing_target
{
  public:
    SC_HAS_PROCESS(qemu_instance);
    qemu_instance(const sc_core::sc_module_name &name, module_context &context);
    // In the C++ form. `target`: "aarch64", "riscv64", in any letter case. Makes a keeper if there is none.
    // `file` and `line`, here and below: where it is written. Throws config_error. Elaboration only.
    qemu_instance(const sc_core::sc_module_name &name, const std::string &target,
                  const char *file = __builtin_FILE(), int line = __builtin_LINE());
    ~qemu_instance() override;

    // --- setters of the C++ form; elaboration, throw config_error -------------------------------------

    // Guest pages have at least 2^bits bytes; see the parameter page_bits. Without it the CPUs' types say.
    qemu_instance &page_bits(unsigned bits, const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        return set("page_bits", bits, file, line);
    }
    // Further arguments of QEMU's command line, {"-d", "int"}.
    qemu_instance &arguments(const std::vector<std::string> &words, const char *file = __builtin_FILE(),
                             int line = __builtin_LINE())
    {
        return set("qemu_args", words, file, line);
    }
    // gdb may connect to TCP port `port` of this machine; `wait`: time begins when it says continue.
    qemu_instance &gdb(uint16_t port, bool wait = false, const char *file = __builtin_FILE(),
                       int line = __builtin_LINE())
    {
        return set("gdb_port", port, file, line).set("gdb_wait", wait, file, line);
    }
    // A back end that devices name by its id in a property: `kind` is "chardev", "netdev" or "drive",
    // `options` what stands behind that option of QEMU's ("user,restrict=on").
    qemu_instance &backend(const std::string &kind, const std::string &id, const std::string &options,
                           const char *file = __builtin_FILE(), int line = __builtin_LINE());
    // Any parameter of a QemuInstance by its name.
    qemu_instance &set(const std::string &name, const setting_value &value,
                       const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        set_param({name, value}, {file, line});
        return *this;
    }
    // What the devices access that have no address space of their own: most with DMA. Made by the first call.
    any_initiator_socket<qemu_bus_master> &dma();

    // ---------------------------------------------------------------------------------------------------

    // "aarch64".
    const std::string &target() const { return m_target; }
    // What the simulation's services live by; nullptr: a platform has them.
    const std::shared_ptr<shared_services> &services() const { return m_services; }
    // From the objects' constructors.
    void add(qemu_object &object);
    // From their destructors.
    void remove(qemu_object &object);
    // The same for a CPU, which is an object, too.
    void add(qemu_cpu &cpu);

    // Which source of the timeline it is. From configured() on; any thread.
    unsigned source() const { return m_source; }
    // The calls of its QEMU. From configured() on.
    const libqemu_api &api() const { return *m_api; }
    // Remembers an error of a call: throws config_error at `where` with the message, and frees it.
    static void check(const module &where, const std::string &doing, int code, char *message);
    // The same of `module`, at another place.
    static void check(const module &of, const source_location &where, const std::string &doing, int code,
                      char *message);

    // A back end for the one device `owner`: see qemu_backends. Returns its id.
    std::string add_backend(const std::string &kind, const module &owner, const param<std::string> &options);

    // The timeline's index of the CPU that QEMU calls `cpu_index`, or -1: none, or not of ours. Any thread,
    // from started() on.
    int vcpu(int cpu_index) const;
    // Says which vCPU of the timeline QEMU's `cpu_index` is. The CPU does, when it starts.
    void set_vcpu(unsigned cpu_index, int vcpu);

    port *find_port(const std::string &port_name) override; // "mem"
    void configured() override;
    // A system reset holds its CPUs: they take their lines' levels when it lets go of them.
    bool holds_cpus() const { return m_holding; }
    // Ends QEMU; idempotent. The objects call it before they go: QEMU calls into them.
    void shutdown();

  private:
    void end_of_elaboration() override;
    void end_of_simulation() override;
    void start();
    std::vector<std::string> command_line() const;
    std::string plugin_argument() const;
    unsigned smallest_page_bits() const;
    void begin();
    void serve_debugger();
    void end_run();
    // Code that was translated from there is translated anew.
    void on_memory_written(const void *host, uint64_t size) override;

    static void on_log(void *opaque, const char *message);
    static void on_fatal(void *opaque, int status, const char *message);
    static void on_guest_request(void *opaque, libqemu_request request);
    void take_request();
    void crossed(uint64_t request) override;
    void take_stop();
    void hold() override;
    bool held() const override { return !m_started || m_stopped; }
    bool reset_held() override;
    void let_go_of_cpus();
    void let_go() override { let_go_of_cpus(); }

    param<std::string> m_tcg_mode{
        *this,
        "tcg_mode",
        "MULTI",
        "",
        "accepted for other platforms' files; here each CPU always has its own thread",
        {"MULTI", "SINGLE", "COROUTINE"}};
    param<std::string> m_sync_policy{
        *this,
        "sync_policy",
        "",
        "",
        "accepted for other platforms' files; the keeper is the only policy here",
        {"tlm2", "multithread", "multithread-quantum", "multithread-rolling", "multithread-unconstrained",
         "multithread-freerunning", "multithread-adaptive"}};
    param<std::string> m_accel{
        *this,  "accel", "tcg", "", "QEMU's accelerator: time follows instructions only with this one",
        {"tcg"}};
    param<std::string> m_time_sync{
        *this,
        "time_sync_strategy",
        "",
        "",
        "accepted for other platforms' files; time always follows instructions here",
        {"mcips"}};
    param<std::string> m_guest_reset{
        *this,
        "guest_reset",
        "cold",
        "",
        "what a system reset is that its guest asks for: 'cold' loads memories anew, 'warm' leaves them",
        {"cold", "warm"}};
    param<std::vector<std::string>> m_args{
        *this, "qemu_args", {}, "", "further arguments of QEMU's command line"};
    param<uint64_t> m_gdb_port{
        *this,
        "gdb_port",
        0,
        "",
        "TCP port of this machine where gdb connects, whose threads are the CPUs; 0: none",
        {0, 65535}};
    param<bool> m_gdb_wait{*this, "gdb_wait", false, "",
                           "true: time begins when gdb has connected and says continue"};
    param<uint64_t> m_page_bits{*this,
                                "page_bits",
                                0,
                                "",
                                "guest pages have at least 2^this bytes: with 12 a CPU that never wants "
                                "smaller ones (Arm's A profile) runs "
                                "faster than with 10; 0: as the CPUs' types allow, where they are known",
                                {0, 16}};
    std::shared_ptr<shared_services> m_services;
    std::string m_target;
    const libqemu_api *m_api = nullptr;
    std::atomic<bool> m_started{false};
    std::atomic<bool> m_quiet{true}; // what QEMU says is part of an error
    qemu_backends m_backends;
    std::vector<qemu_object *> m_objects;
    std::vector<qemu_cpu *> m_cpus;
    std::vector<int> m_vcpus; // by QEMU's index
    // Of the bus masters that have no address space of their own.
    std::unique_ptr<any_initiator_socket<qemu_bus_master>> m_mem_socket;
    std::unique_ptr<qemu_bus_master> m_mem;
    std::unique_ptr<async_event> m_given_up;
    unsigned m_source = 0;
    std::unique_ptr<keeper::client> m_all_stopped;
    bool m_holding = false; // its CPUs are held for a system reset,
    bool m_stopped = false; // and all of them have stopped
    bool m_gone = false;    // there is no QEMU (any more) to reset
};

} // namespace tk

#endif
