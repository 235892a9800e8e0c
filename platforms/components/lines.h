// SPDX-License-Identifier: MIT
//
// A row of signals NAME_0, NAME_1, ... of a module: up to 32, as bits of a word.
#ifndef PLATFORMS_COMPONENTS_LINES_H
#define PLATFORMS_COMPONENTS_LINES_H

#include "timekeeper/systemc/module.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace components
{

class input_lines
{
  public:
    // Elaboration only. `count`: 1..32.
    input_lines(tk::module &owner, const std::string &name, unsigned count, const std::string &help)
    {
        for (unsigned i = 0; i < count; i++) {
            const std::string each = name + "_" + std::to_string(i);
            m_signals.push_back(std::make_unique<sc_core::sc_in<bool>>(each.c_str()));
            m_ports.push_back(std::make_unique<tk::signal_in_port>(owner, each, *m_signals.back(), help));
        }
    }
    // Makes the process that is being constructed sensitive to all of them.
    void trigger(sc_core::sc_sensitive &sensitive)
    {
        for (const auto &each : m_signals) {
            sensitive << *each;
        }
    }
    // Bit n: line n. SystemC's thread.
    uint32_t levels() const
    {
        uint32_t bits = 0;
        for (size_t i = 0; i < m_signals.size(); i++) {
            bits |= static_cast<uint32_t>(m_signals[i]->read()) << i;
        }
        return bits;
    }

  private:
    std::vector<std::unique_ptr<sc_core::sc_in<bool>>> m_signals;
    std::vector<std::unique_ptr<tk::signal_in_port>> m_ports;
};

class output_lines
{
  public:
    // Elaboration only. `count`: 1..32.
    output_lines(tk::module &owner, const std::string &name, unsigned count, const std::string &help)
    {
        for (unsigned i = 0; i < count; i++) {
            const std::string each = name + "_" + std::to_string(i);
            m_signals.push_back(std::make_unique<sc_core::sc_out<bool>>(each.c_str()));
            m_ports.push_back(std::make_unique<tk::signal_out_port>(owner, each, *m_signals.back(), help));
        }
    }
    // Bit n: line n. SystemC's thread.
    void write(uint32_t bits)
    {
        for (size_t i = 0; i < m_signals.size(); i++) {
            m_signals[i]->write((bits >> i & 1) != 0);
        }
    }

  private:
    std::vector<std::unique_ptr<sc_core::sc_out<bool>>> m_signals;
    std::vector<std::unique_ptr<tk::signal_out_port>> m_ports;
};

} // namespace components

#endif
