// SPDX-License-Identifier: MIT
//
// Lines of QEMU's CPUs and devices, in the C++ form. Both are handles: the SystemC objects behind a line are
// made when it is bound, so a line that is not bound costs nothing.
//
//     timer.irq.bind(cpu.irq);                // an sc_out<bool>, to an input
//     cpu.irq.bind(line);                     // an sc_signal<bool>, a parent's sc_in<bool>, to an input
//     gpio.output(0).bind(led.in);            // an output to inputs: sc_in<bool>, as many as there are
//     gpio.output(1).bind(line);              // an output to an sc_signal<bool>, or a parent's sc_out<bool>
//     gic.irq(0).bind(cpu.irq);               // between two objects of one QEMU: inside it
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_LINE_H
#define TIMEKEEPER_SYSTEMC_QEMU_LINE_H

#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/line.h"

#include <string>
#include <utility>

namespace tk
{

class qemu_object;

class qemu_input
{
  public:
    // The input that is port `port_name` of `owner` (qemu/object.h has the names). `where`: the line of C++,
    // for errors.
    qemu_input(qemu_object &owner, std::string port_name, source_location where = {})
        : m_owner(owner), m_port_name(std::move(port_name)), m_where(std::move(where))
    {
    }

    // A signal, a channel, an export, or a parent's port.
    template <typename T>
    void bind(T &other) const
    {
        port().bind(other);
    }
    // The same as bind().
    template <typename T>
    void operator()(T &other) const
    {
        port().bind(other);
    }
    // What an output binds to.
    operator sc_core::sc_signal_inout_if<bool> &() const { return port().signal(); }

    // SystemC's port of the line. Throws config_error: there is no such input.
    line_input &port() const;
    // Whose it is.
    qemu_object &owner() const { return m_owner; }
    // Its name.
    const std::string &port_name() const { return m_port_name; }
    // The line of C++.
    const source_location &where() const { return m_where; }

  private:
    qemu_object &m_owner;
    const std::string m_port_name;
    const source_location m_where;
};

class qemu_output
{
  public:
    // As a qemu_input.
    qemu_output(qemu_object &owner, std::string port_name, source_location where)
        : m_owner(owner), m_port_name(std::move(port_name)), m_where(std::move(where))
    {
    }

    // To a signal or another channel that the user has; one for an output.
    void bind(sc_core::sc_signal_inout_if<bool> &channel) const;
    // To a parent's sc_out<bool>; one for an output, in place of a signal.
    void bind(sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent) const;
    // To an input of a module; any number, after the signal if there is one.
    void bind(sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> &input) const;
    // To an input of QEMU's: of the same QEMU without SystemC in between.
    void bind(const qemu_input &input) const;
    // The same as bind().
    template <typename T>
    void operator()(T &&other) const
    {
        bind(other);
    }
    // What an sc_in<bool> binds to: the signal behind the line.
    operator sc_core::sc_signal_in_if<bool> &() const { return signal(); }

  private:
    sc_core::sc_signal_in_if<bool> &signal() const;

    qemu_object &m_owner;
    const std::string m_port_name;
    const source_location m_where;
};

} // namespace tk

#endif
