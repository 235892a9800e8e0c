// SPDX-License-Identifier: MIT
//
// Where a guest speaks. 32-bit registers:
//
//   0x00 DATA    w   a character
//   0x04 FINISH  w   ends the run: the program's exit code
//
// Other registers read 0, and writing them does nothing.
#ifndef CONSOLE_H
#define CONSOLE_H

#include <string>
#include <systemc>
#include <tlm_utils/simple_target_socket.h>

class console : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(console);
    explicit console(const sc_core::sc_module_name &name);

    tlm_utils::simple_target_socket<console, 64> socket{"socket"};

    // True: the guest has ended the run, and `code` is its exit code.
    bool finished(int &code) const;

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    void print(char byte, const sc_core::sc_time &at);
    void finish();

    std::string m_line;
    sc_core::sc_time m_begin;
    sc_core::sc_event m_finish{"finish_asked"};
    bool m_finished = false;
    int m_code = 0;
};

#endif
