// SPDX-License-Identifier: MIT
//
// A QEMU CPU: what it accesses goes out of a TLM-2.0 initiator socket, and it executes at a rate of its own.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_CPU_H
#define TIMEKEEPER_SYSTEMC_QEMU_CPU_H

#include "timekeeper/systemc/qemu/bus_master.h"
#include "timekeeper/systemc/qemu/object.h"

#include <memory>

namespace tk
{

class qemu_cpu : public qemu_object, public qemu_setters<qemu_cpu>
{
  public:
    SC_HAS_PROCESS(qemu_cpu);
    qemu_cpu(const sc_core::sc_module_name &name, module_context &context);
    // In the C++ form. `type`: QEMU's model ("cortex-a53") or type ("cortex-a53-arm-cpu"), or a name of the
    // table of models if that is registered ("cpu_arm_cortexM3"; platform_file.h). Throws config_error.
    // Elaboration only.
    qemu_cpu(const sc_core::sc_module_name &name, qemu_instance &qemu, const std::string &type,
             const char *file = __builtin_FILE(), int line_number = __builtin_LINE());
    ~qemu_cpu() override;

    // What it accesses: binds to a target socket of any width.
    initiator_socket mem{"mem"};
    // An Arm CPU's interrupts; those of others are input(NUMBER), as QEMU numbers them.
    const qemu_input irq{*this, "irq_in"};
    // The fast interrupt.
    const qemu_input fiq{*this, "fiq_in"};
    // The virtual interrupt.
    const qemu_input virq{*this, "virq_in"};
    // The virtual fast interrupt.
    const qemu_input vfiq{*this, "vfiq_in"};
    // These take effect before the CPU's next translation block; an access that is under way ends first.
    // Holds it in reset while high; when this falls it starts anew, unless start_powered_off.
    line_input reset{"reset"};
    // Holds it where it is while high.
    line_input halt{"halt"};
    // Off while high; when this falls it is powered on, and starts anew.
    line_input power_off{"power_off"};

    // Instructions that it executes in a second of simulated time, 1 to TK_RATE_MAX, from the start on; 1e9
    // without it. In the C++ form, in elaboration; throws config_error.
    qemu_cpu &insn_per_second(uint64_t rate, const char *file = __builtin_FILE(),
                              int line_number = __builtin_LINE())
    {
        return set("insn_per_second", rate, file, line_number);
    }
    // The rate that it starts with.
    uint64_t insn_per_second() const { return m_rate; }
    // Guest pages that it may want have at least 2^this bytes; 0: it is not known.
    unsigned page_bits() const;
    // For the instance, which listens.
    const param<uint64_t> &gdb_port() const { return m_gdb_port; }
    // Another rate from its next block on, 1 to TK_RATE_MAX: for a clock controller that scales its
    // frequency. What was executed before keeps its time. False: no such rate, or the CPU has not started.
    // Any thread, SystemC's processes too.
    bool set_insn_per_second(uint64_t rate);
    void create() override;
    void started() override;
    void close() override;
    // After a system reset: as its lines say.
    void start_again();

    // QEMU's number of it; negative before it has been made.
    int index() const;

  private:
    // The CPU itself, which may be a part of the object (a Cortex-M's container, say). When realized.
    libqemu_object *cpu_object() const;
    void reset_changed();
    void halt_changed();
    void power_changed();
    bool off() const { return reset.read() || power_off.read(); }

    param<uint64_t> m_rate{*this,
                           "insn_per_second",
                           1000000000,
                           "1/s",
                           "instructions that it executes in a second of simulated time",
                           {1, TK_RATE_MAX}};
    param<uint64_t> m_gdb_port{*this,     "gdb_port", 0, "", "the same as gdb_port of its QEMU instance",
                               {0, 65535}};
    int m_vcpu = -1; // its index on the timeline, once it has started
    signal_in_port m_reset_port{*this, "reset", reset,
                                "holds it in reset while high; when this falls it starts anew, unless "
                                "start_powered_off"};
    signal_in_port m_halt_port{*this, "halt", halt, "holds it where it is while high"};
    signal_in_port m_power_off_port{*this, "power_off", power_off,
                                    "off while high; when this falls it is powered on, and starts anew"};
    bool m_starts_off = false;              // start_powered_off
    std::unique_ptr<qemu_bus_master> m_mem; // nullptr while it is only being described
};

} // namespace tk

#endif
