// SPDX-License-Identifier: MIT
//
// A peripheral for platform files, in a shared object of its own: prints what is written to offset 0, in
// capitals, and counts the bytes.
#include <timekeeper/systemc/module.h>

#include <cctype>
#include <cstring>
#include <iostream>
#include <tlm_utils/simple_target_socket.h>

class loud_console : public tk::module
{
  public:
    loud_console(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
        m_socket.register_b_transport(this, &loud_console::b_transport);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
    {
        if (transaction.is_write() && transaction.get_address() == 0) {
            std::cout << static_cast<char>(toupper(*transaction.get_data_ptr()));
            m_bytes++;
        } else if (transaction.is_read()) {
            memset(transaction.get_data_ptr(), 0, transaction.get_data_length()); // ready for more
        }
        delay += sc_core::sc_time(static_cast<double>(m_access_ns.get()), sc_core::SC_NS);
        transaction.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    void end_of_simulation() override
    {
        std::cout << full_name() << ": " << m_bytes << " bytes until " << sc_core::sc_time_stamp()
                  << std::endl;
    }

    tk::param<uint64_t> m_access_ns{*this, "access_ns", 100, "ns", "how long an access takes"};
    tlm_utils::simple_target_socket<loud_console> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "target_socket", m_socket, "registers"};
    uint64_t m_bytes = 0;
};
TK_MODULE("loud_console", loud_console, "prints in capitals");
