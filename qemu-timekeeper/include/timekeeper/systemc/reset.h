// SPDX-License-Identifier: MIT
//
// Resets. A module that has something to reset overrides module::on_reset(); a reset_input gives it a line of
// its own for that. system_reset is one of every platform's services: it resets all modules and all QEMUs
// together.
//
//   warm   registers take their reset values; memory keeps what it holds
//   cold   the same, and memory is as it was at the start: filled, and loaded again
//
// A system reset: (1) each holder (a QEMU) stops its CPUs, each at the end of its translation block or of the
// access that it is in; SystemC and time go on meanwhile. (2) When all have stopped, no more time passes: all
// modules are reset, lines take their levels, QEMU's devices and CPUs are reset, and the CPUs go on. Who asks
// for another one before step 2 gets the same one, cold if either is.
//
// Thread: SystemC's, or whoever holds its baton.
#ifndef TIMEKEEPER_SYSTEMC_RESET_H
#define TIMEKEEPER_SYSTEMC_RESET_H

#include "timekeeper/systemc/module.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tk
{

// An input of a module: a rising edge calls on_reset() of it, a falling one on_reset_end(). Member of the
// module.
class reset_input
{
  public:
    // Elaboration only. `kind`: which reset it is.
    reset_input(module &owner, const std::string &name, reset_kind kind, const std::string &help);

  private:
    void changed();

    module &m_owner;
    const reset_kind m_kind;
    sc_core::sc_in<bool> m_in;
    signal_in_port m_port;
};

// Who has to stand still while modules are reset.
class reset_holder
{
  public:
    reset_holder();
    virtual ~reset_holder();
    reset_holder(const reset_holder &) = delete;
    reset_holder &operator=(const reset_holder &) = delete;

    // Stop, without waiting; system_reset::holder_stopped() follows.
    virtual void hold() = 0;
    // It stands.
    virtual bool held() const = 0;
    // Resets itself; false: it does not stand any more. Asked again after another hold() then.
    virtual bool reset_held() = 0;
    // The reset is over: what it held goes on.
    virtual void let_go() = 0;
};

class system_reset : public module
{
  public:
    SC_HAS_PROCESS(system_reset);
    system_reset(const sc_core::sc_module_name &name, module_context &context);
    ~system_reset() override;

    // The one of this simulation; nullptr if there is none.
    static system_reset *instance();

    // Asks for a system reset. Several before it begins are one, cold if one of them is. SystemC's thread.
    void request(reset_kind kind);
    // A holder stands now. SystemC's thread.
    void holder_stopped() { m_stopped.notify(sc_core::SC_ZERO_TIME); }
    // How many there have been. A module sees its own among them in on_reset().
    uint32_t count() const { return m_count; }
    // Between the moment when all stand and the end.
    bool under_way() const { return m_under_way; }

  private:
    void run();
    void stop_all();
    void reset_modules(reset_kind kind);

    sc_core::sc_event m_requested{"requested"};
    sc_core::sc_event m_stopped{"stopped"};
    bool m_pending = false;
    bool m_cold = false;
    bool m_under_way = false;
    uint32_t m_count = 0;
};

} // namespace tk

#endif
