// SPDX-License-Identifier: MIT
//
// A platform in which QEMU's CPUs meet models of others, and the same without QEMU: there a plain SystemC
// process makes the accesses that the CPUs made, at the times at which they made them. Both must give the
// same, to the picosecond.
//
// The CPUs' part is a tk::subsystem: CPUs, RAM with the firmware, a router and an exiter. A scenario adds the
// models, and says where the CPUs reach them.
#ifndef TESTS_CONFORMANCE_ENVIRONMENT_H
#define TESTS_CONFORMANCE_ENVIRONMENT_H

#include "journal.h"
#include "probe.h"
#include "script.h"

#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace conformance
{

class environment;

struct scenario {
    // Constructs the models, and binds them. Called once in each of the two runs.
    std::function<void(environment &)> build;
    std::vector<script> cpus;             // one for each CPU
    uint64_t insn_per_second = 500000000; // of each
    uint64_t quantum_ns = 1000;
    std::string mode = "parallel";
    uint64_t limit_us = 100000;     // simulated; a run that takes longer has failed
    std::string input;              // for the models: std::cin
    bool system_behind_bus = false; // the router is behind a bus of the scenario: see environment::bind_cpu()
};

// How a run ended.
struct outcome {
    journal calls;
    std::string output;  // of the models, to std::cout, if they have input
    std::string reports; // of the models, that were not expected
    int code = -1;       // exit code of the guest
    uint64_t end_ps = 0; // SystemC's time at the end
    uint64_t expected_warnings = 0;
    uint64_t quantum_ps = 0;                                    // tlm_global_quantum at the end
    std::vector<uint64_t> instructions, annotated_ps, local_ps; // of each CPU

    journal at(uint32_t probe) const { return of_probe(calls, probe); }
};

class environment
{
  public:
    // With QEMU if `given` is nullptr; else the accesses of the CPUs are those of that run.
    environment(const scenario &what, const outcome *given);
    ~environment();
    environment(const environment &) = delete;
    environment &operator=(const environment &) = delete;

    // A module of any type, which lives as long.
    template <typename Module, typename... Arguments>
    Module &make(Arguments &&...arguments)
    {
        auto module = std::make_unique<Module>(std::forward<Arguments>(arguments)...);
        Module &made = *module;
        m_models.push_back(std::move(module));
        return made;
    }
    // The same for what is no module.
    template <typename Thing, typename... Arguments>
    Thing &make_thing(Arguments &&...arguments)
    {
        auto thing = std::make_shared<Thing>(std::forward<Arguments>(arguments)...);
        Thing &made = *thing;
        m_things.push_back(std::move(thing));
        return made;
    }

    // The CPUs reach `target` at `address`, through the router and a probe. Returns the probe's number.
    template <typename Socket>
    uint32_t reach(const std::string &name, Socket &target, uint64_t address, uint64_t size)
    {
        probe &between = make_probe(name);
        between.initiator_socket.bind(target);
        bind_router(between, address, size);
        return between.number();
    }
    // Between a foreign initiator and what it drives.
    template <typename Initiator, typename Target>
    uint32_t observe(const std::string &name, Initiator &initiator, Target &target)
    {
        probe &between = make_probe(name);
        initiator.bind(between.target_socket);
        between.initiator_socket.bind(target);
        return between.number();
    }
    // A foreign initiator drives the router. With QEMU only.
    template <typename Initiator>
    uint32_t drive_router(const std::string &name, Initiator &initiator)
    {
        probe &between = make_probe(name);
        initiator.bind(between.target_socket);
        m_subsystem->bind("router.target_socket", between.initiator_socket);
        return between.number();
    }
    // With system_behind_bus: CPU number `cpu` drives `target`, and whatever drives `system` reaches the
    // router, with RAM at offset 0 and 0x40000000.
    template <typename Socket>
    uint32_t bind_cpu(unsigned cpu, Socket &target)
    {
        probe &between = make_probe("at_cpu_" + std::to_string(cpu));
        between.initiator_socket.bind(target);
        bind_cpu_to_probe(cpu, between);
        return between.number();
    }
    template <typename Socket>
    void bind_system(Socket &initiator)
    {
        if (m_subsystem) {
            m_subsystem->bind("router.target_socket", initiator);
        } else {
            bind_stub(initiator);
        }
    }

    // nullptr without QEMU.
    tk::subsystem *subsystem() { return m_subsystem.get(); }
    // How many probes there are, and the numbers of those through which CPUs go.
    uint32_t probes() const { return static_cast<uint32_t>(m_probes.size()); }
    const std::vector<uint32_t> &of_cpus() const { return m_of_cpus; }
    // Until the guest ends it, or nothing is left to do.
    outcome run();

  private:
    class replay;
    class stub;
    class watchdog;
    void make_subsystem();
    probe &make_probe(const std::string &name);
    void bind_router(probe &to, uint64_t address, uint64_t size);
    void bind_cpu_to_probe(unsigned cpu, probe &to);
    void bind_stub(tlm::tlm_initiator_socket<> &initiator);
    void replay_at(probe &to);
    void take_stats(outcome &result) const;

    // Of std::cin and std::cout, while it lives.
    class redirection
    {
      public:
        explicit redirection(const std::string &input);
        ~redirection();
        redirection(const redirection &) = delete;
        redirection &operator=(const redirection &) = delete;
        std::string output() const { return m_out.str(); }

      private:
        std::istringstream m_in;
        std::ostringstream m_out;
        std::streambuf *m_cin, *m_cout;
    };

    const scenario &m_what;
    const outcome *m_given;
    std::unique_ptr<redirection> m_redirection; // if the models have input
    journal m_book;
    std::vector<std::shared_ptr<void>> m_things;
    std::unique_ptr<tk::subsystem> m_subsystem;
    std::vector<std::unique_ptr<sc_core::sc_module>> m_models;
    std::vector<std::unique_ptr<probe>> m_probes;
    std::vector<uint32_t> m_of_cpus;
    watchdog *m_watchdog = nullptr;
};

// Both runs: QEMU's in a process of its own, whose outcome it returns, and then the one without, which must
// give the same. Asserts what is right for every scenario: the exit code is 0, no report of the models is
// left, all calls came on SystemC's thread, and the clock of each CPU is what its instructions and the
// targets' annotations add up to.
outcome run(const scenario &what);
// QEMU's alone, without those assertions.
outcome run_guest(const scenario &what);

} // namespace conformance

#endif
