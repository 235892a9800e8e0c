// SPDX-License-Identifier: MIT
//
// Buses of a user's between a CPU and its targets.
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <iostream>
#include <thread>

namespace
{

// Hands everything on as it is; says at the end on which threads it was called.
class plain_bus : public tk::module
{
  public:
    plain_bus(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_target.register_b_transport(this, &plain_bus::b_transport);
        m_target.register_get_direct_mem_ptr(this, &plain_bus::get_direct_mem_ptr);
        m_target.register_transport_dbg(this, &plain_bus::transport_dbg);
        m_initiator.register_invalidate_direct_mem_ptr(this, &plain_bus::invalidate);
    }

  protected:
    virtual void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        (std::this_thread::get_id() == m_kernel ? m_own : m_others)++;
        m_initiator->b_transport(payload, delay);
    }

  private:
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
    {
        return m_initiator->get_direct_mem_ptr(payload, dmi);
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &payload) { return m_initiator->transport_dbg(payload); }
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last)
    {
        m_target->invalidate_direct_mem_ptr(first, last);
    }
    void end_of_simulation() override
    {
        std::cout << full_name() << ": " << m_own << " own, " << m_others << " others\n" << std::flush;
    }

    const std::thread::id m_kernel = std::this_thread::get_id();
    unsigned m_own = 0, m_others = 0;
    tlm_utils::simple_target_socket<plain_bus> m_target{"target"};
    tlm_utils::simple_initiator_socket<plain_bus> m_initiator{"initiator"};
    tk::tlm_target_port m_target_port{*this, "target_socket", m_target, "where transactions come from"};
    tk::tlm_initiator_port m_initiator_port{*this, "initiator_socket", m_initiator, "where they go"};
};
TK_MODULE("plain_bus", plain_bus, "a bus that only forwards");

// The same, but it waits for 10 ns each time.
class slow_bus : public plain_bus
{
  public:
    slow_bus(const sc_core::sc_module_name &name, tk::module_context &context) : plain_bus(name, context) {}

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) override
    {
        sc_core::wait(delay + sc_core::sc_time(10, sc_core::SC_NS));
        delay = sc_core::SC_ZERO_TIME;
        plain_bus::b_transport(payload, delay);
    }
};
TK_MODULE("slow_bus", slow_bus, "a bus that waits");

} // namespace
