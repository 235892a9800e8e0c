// SPDX-License-Identifier: MIT
#include "timer.h"

#include <cstring>

timer::timer(const sc_core::sc_module_name &name) : sc_module(name)
{
    socket.register_b_transport(this, &timer::b_transport);
    SC_METHOD(update);
    sensitive << m_expiry << m_clear;
    dont_initialize();
}

// An access happens at the initiator's time: SystemC's plus `delay`.
void timer::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    uint32_t value = 0;

    if (transaction.get_data_length() != sizeof(value)) {
        transaction.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    if (transaction.is_write()) {
        memcpy(&value, transaction.get_data_ptr(), sizeof(value));
    }
    if (transaction.is_write() && transaction.get_address() == 0x0) {
        m_period = sc_core::sc_time(value, sc_core::SC_NS);
        m_next = sc_core::sc_time_stamp() + delay + m_period;
        m_expiry.notify(delay + m_period);
    } else if (transaction.is_write() && transaction.get_address() == 0x4) {
        m_clear.notify(delay);
    } else if (transaction.is_read() && transaction.get_address() == 0x8) {
        value =
            static_cast<uint32_t>((sc_core::sc_time_stamp() + delay) / sc_core::sc_time(1, sc_core::SC_NS));
        memcpy(transaction.get_data_ptr(), &value, sizeof(value));
    } else {
        transaction.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    transaction.set_response_status(tlm::TLM_OK_RESPONSE);
}

// One process drives the line, as an sc_signal wants it. An expiry at the time of a clear counts.
void timer::update()
{
    const bool expires = sc_core::sc_time_stamp() == m_next;

    if (expires) {
        m_next += m_period;
        m_expiry.notify(m_period);
    }
    irq = expires;
}
