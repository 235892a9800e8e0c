// SPDX-License-Identifier: MIT
#include "console.h"

#include <cstring>
#include <iostream>

static const sc_core::sc_time access_time(100, sc_core::SC_NS);

console::console(const sc_core::sc_module_name &name) : sc_module(name)
{
    socket.register_b_transport(this, &console::b_transport);
}

void console::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    if (transaction.is_write() && transaction.get_address() == 0) {
        print(static_cast<char>(*transaction.get_data_ptr()), sc_core::sc_time_stamp() + delay);
    } else if (transaction.is_read()) {
        memset(transaction.get_data_ptr(), 0, transaction.get_data_length()); // ready for more
    }
    delay += access_time;
    transaction.set_response_status(tlm::TLM_OK_RESPONSE);
}

void console::print(char byte, const sc_core::sc_time &at)
{
    if (m_line.empty()) {
        m_begin = at;
    }
    if (byte == '\n') {
        std::cout << m_begin << ": " << m_line << std::endl;
        m_line.clear();
    } else if (byte != '\r') {
        m_line += byte;
    }
}
