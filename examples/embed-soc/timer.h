// SPDX-License-Identifier: MIT
//
// A timer with an interrupt. 32-bit registers:
//
//   0x0 PERIOD   w   ns; starts it
//   0x4 CLEAR    w   lowers the interrupt until the next expiry
//   0x8 TIME     r   ns since the start of the simulation
#ifndef TIMER_H
#define TIMER_H

#include <cstdint>
#include <systemc>
#include <tlm_utils/simple_target_socket.h>

class timer : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(timer);
    explicit timer(const sc_core::sc_module_name &name);

    tlm_utils::simple_target_socket<timer, 64> socket{"socket"};
    sc_core::sc_out<bool> irq{"irq"};

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    void update();

    sc_core::sc_time m_period, m_next = sc_core::sc_max_time();
    sc_core::sc_event m_expiry{"expiry"};
    sc_core::sc_event m_clear{"clear_asked"};
};

#endif
