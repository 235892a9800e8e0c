// SPDX-License-Identifier: MIT
//
// Remembers and prints when its input changes.
#ifndef LED_H
#define LED_H

#include <systemc>
#include <vector>

class led : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(led);
    explicit led(const sc_core::sc_module_name &name);

    sc_core::sc_in<bool> in{"in"};

    // When it has changed, in order: on, off, on, ...
    const std::vector<sc_core::sc_time> &edges() const { return m_edges; }

  private:
    void changed();

    std::vector<sc_core::sc_time> m_edges;
};

#endif
