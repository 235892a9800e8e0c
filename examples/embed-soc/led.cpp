// SPDX-License-Identifier: MIT
#include "led.h"

#include <iostream>

led::led(const sc_core::sc_module_name &name) : sc_module(name)
{
    SC_METHOD(changed);
    sensitive << in;
    dont_initialize();
}

void led::changed()
{
    m_edges.push_back(sc_core::sc_time_stamp());
    std::cout << m_edges.back() << ": " << name() << (in ? " on" : " off") << std::endl;
}
