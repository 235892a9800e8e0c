// SPDX-License-Identifier: MIT
#include "console.h"

#include <cstring>
#include <iostream>

static const sc_core::sc_time access_time(100, sc_core::SC_NS);

console::console(const sc_core::sc_module_name &name) : sc_module(name)
{
    socket.register_b_transport(this, &console::b_transport);
    SC_METHOD(finish);
    sensitive << m_finish;
    dont_initialize();
}

void console::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    const unsigned char *data = transaction.get_data_ptr();

    if (transaction.is_read()) {
        memset(transaction.get_data_ptr(), 0, transaction.get_data_length());
    } else if (transaction.get_address() == 0x0) {
        print(static_cast<char>(*data), sc_core::sc_time_stamp() + delay);
    } else if (transaction.get_address() == 0x4) {
        m_code = *data;
        m_finish.notify(delay);
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

void console::finish()
{
    m_finished = true;
    sc_core::sc_stop();
}

bool console::finished(int &code) const
{
    code = m_code;
    return m_finished;
}
