// SPDX-License-Identifier: MIT
//
// Models as others write them, which know nothing of QEMU or of time keeping: a bus that forwards, a register
// behind it, and a module that answers a line by another one.
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>

namespace
{

class foreign_bus : public tk::module
{
  public:
    foreign_bus(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_in.register_b_transport(this, &foreign_bus::b_transport);
        m_in.register_get_direct_mem_ptr(this, &foreign_bus::get_direct_mem_ptr);
        m_in.register_transport_dbg(this, &foreign_bus::transport_dbg);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        m_out->b_transport(payload, delay);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
    {
        return m_out->get_direct_mem_ptr(payload, dmi);
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &payload) { return m_out->transport_dbg(payload); }

    tlm_utils::simple_target_socket<foreign_bus> m_in{"in"};
    tlm_utils::simple_initiator_socket<foreign_bus> m_out{"out"};
    tk::tlm_target_port m_in_port{*this, "target_socket", m_in, "from initiators"};
    tk::tlm_initiator_port m_out_port{*this, "initiator_socket", m_out, "to the target"};
};

TK_MODULE("foreign_bus", foreign_bus, "forwards transactions");

class foreign_target : public tk::module
{
  public:
    foreign_target(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_b_transport(this, &foreign_target::b_transport);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        memset(payload.get_data_ptr(), 0, payload.get_data_length());
        delay += sc_core::sc_time(10, sc_core::SC_NS);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    tlm_utils::simple_target_socket<foreign_target> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "target_socket", m_socket, "a register that reads 0"};
};

TK_MODULE("foreign_target", foreign_target, "a register");

class line_echo : public tk::module
{
  public:
    SC_HAS_PROCESS(line_echo);
    line_echo(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        SC_METHOD(answer);
        sensitive << m_in;
        dont_initialize();
    }

  private:
    void answer() { m_out.write(m_in.read()); }

    sc_core::sc_in<bool> m_in{"in"};
    sc_core::sc_out<bool> m_out{"out"};
    tk::signal_in_port m_in_port{*this, "in", m_in, "what it answers"};
    tk::signal_out_port m_out_port{*this, "out", m_out, "the same level"};
};

TK_MODULE("line_echo", line_echo, "answers a line by another one");

} // namespace
