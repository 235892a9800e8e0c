// SPDX-License-Identifier: MIT
//
// A TLM-2.0 peripheral as anybody would write it: what is written to offset 0 is printed, each line with the
// time at which it began. It knows nothing of QEMU or of the time keeping, and honours the delay of its
// initiator.
#ifndef CONSOLE_H
#define CONSOLE_H

#include <string>
#include <systemc>
#include <tlm_utils/simple_target_socket.h>

class console : public sc_core::sc_module
{
  public:
    explicit console(const sc_core::sc_module_name &name);

    tlm_utils::simple_target_socket<console> socket{"socket"};

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    void print(char byte, const sc_core::sc_time &at);

    std::string m_line;
    sc_core::sc_time m_begin;
};

#endif
