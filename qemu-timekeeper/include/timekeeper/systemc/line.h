// SPDX-License-Identifier: MIT
//
// line_input: an input for a level, to which SystemC's outputs, signals and ports bind. line_output: an
// output that need not be bound.
//
//     timer.irq.bind(cpu.reset);     // an sc_out<bool>: the input brings the signal
//     cpu.reset.bind(line);          // an sc_signal<bool>, or what is one
//     cpu.reset.bind(in);            // a parent's sc_in<bool>, sc_inout<bool>
//
// An input that is bound to nothing reads false.
//
// Thread: SystemC's.
#ifndef TIMEKEEPER_SYSTEMC_LINE_H
#define TIMEKEEPER_SYSTEMC_LINE_H

#include <systemc>

#include <memory>

namespace tk
{

// Unchecked: a device writes its line from whatever process accesses it, so two CPUs' processes in one delta
// cycle. The last write is right, being the device's latest state.
using line_signal = sc_core::sc_signal<bool, sc_core::SC_UNCHECKED_WRITERS>;

class line_input : public sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>
{
    using base = sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

  public:
    // Elaboration only.
    explicit line_input(const char *name);

    using base::bind;
    using base::operator();
    // A parent's sc_inout<bool> or sc_out<bool>.
    void bind(sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent);
    // The same as bind().
    void operator()(sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent) { bind(parent); }

    // What an output binds to: a signal of the input's own, made and bound by the first call. Elaboration
    // only.
    line_signal &signal();
    // The same.
    operator sc_core::sc_signal_inout_if<bool> &() { return signal(); }

    // Its level.
    bool read() const;
    // An event that never comes. SystemC warns of a process that is sensitive to nothing, as one is that is
    // sensitive to an input without a binding: make it sensitive to this as well.
    const sc_core::sc_event &never() const { return m_never; }

  private:
    const sc_core::sc_event m_never;
    std::unique_ptr<line_signal> m_signal;
};

// The other end: what it is not bound to it does not write.
class line_output
    : public sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>
{
  public:
    // Elaboration only.
    explicit line_output(const char *name);

    // Drives it.
    void write(bool level);
};

} // namespace tk

#endif
