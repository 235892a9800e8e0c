// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/line.h"

#include "timekeeper/systemc/qemu/object.h"

namespace tk
{

line_input &qemu_input::port() const
{
    return m_owner.input_behind(*this);
}

void qemu_output::bind(sc_core::sc_signal_inout_if<bool> &channel) const
{
    m_owner.bind_output(m_port_name, m_where, channel);
}

void qemu_output::bind(sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent) const
{
    m_owner.bind_output(m_port_name, m_where, parent);
}

void qemu_output::bind(sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> &input) const
{
    input.bind(signal());
}

void qemu_output::bind(const qemu_input &input) const
{
    if (!m_owner.join_output(m_port_name, m_where, input)) {
        bind(input.port());
    }
}

sc_core::sc_signal_in_if<bool> &qemu_output::signal() const
{
    return m_owner.signal_behind(m_port_name, m_where);
}

} // namespace tk
