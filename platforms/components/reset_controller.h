// SPDX-License-Identifier: MIT
//
// reset_controller: drives up to 32 reset lines. A register map of our own, 32-bit registers, little endian;
// bit N belongs to `reset_N`:
//
//   0x00 ASSERTED  rw  the lines that are held; reset value: the parameter `asserted`
//   0x04 SET       w   write 1 to assert         0x08 CLEAR  w   write 1 to let go
//   0x0c PULSE     w   write 1: high for PULSE_NS, then low (also a line that was held before)
//   0x10 PULSE_NS  rw  reset value: the parameter pulse_ns; 1..1e9, other values are not taken
//   0x14 LEVELS    r   the lines as they are, pulses included
//   0x18 CAUSE     rw  what has asked for a reset; write 1 to clear. Bit 0: `request`; of the whole system
//   bit 1:
//                      `warm_reset`, bit 2: `cold_reset`, bit 3: SYSTEM, bit 4: somebody else (the guest by
//                      PSCI)
//   0x1c REQUESTED rw  the lines that `request` pulses; reset value: all
//   0x20 ID        r   0x544b5243
//   0x24 SYSTEM    w   resets the whole system (timekeeper/systemc/reset.h): 1 warm, 2 cold
//   0x28 RESETS    r   how often the whole system has been reset
//
// A rising edge of `request` (a watchdog's reset, say) pulses the lines of REQUESTED; one of `warm_reset` or
// `cold_reset` resets the whole system. Lines are active high. A write at the initiator's local time t takes
// effect at t; pulses end at t + PULSE_NS. What the system's reset does not touch are CAUSE and RESETS.
#ifndef PLATFORMS_COMPONENTS_RESET_CONTROLLER_H
#define PLATFORMS_COMPONENTS_RESET_CONTROLLER_H

#include "lines.h"
#include "register_target.h"
#include "ticks.h"

#include <cstdint>
#include <map>

namespace components
{

class reset_controller : public register_target
{
  public:
    reset_controller(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    // What changes at a time, in the order of times and of writes.
    struct change {
        uint32_t hold = 0, let_go = 0;
        uint32_t system = 0; // what is written to SYSTEM
    };

    uint32_t all() const;
    void at(uint64_t time, uint32_t hold, uint32_t let_go);
    void pulse(uint32_t lines, uint64_t time);
    void on_request();
    void on_system_request();
    void reset_system(tk::reset_kind kind, uint32_t cause);
    void set_start_values();
    void drive();

    tk::param<uint64_t> m_count{*this, "num_lines", 8, "", "how many reset lines", {1, 32}};
    tk::param<uint64_t> m_asserted_at_start{
        *this,          "asserted", 0, "", "the lines that are held in reset at the start; bit n: reset_n",
        {0, UINT32_MAX}};
    tk::param<uint64_t> m_pulse_default_ns{*this,          "pulse_ns", 1000, "ns", "length of a reset pulse",
                                           {1, 1000000000}};
    output_lines m_lines;
    sc_core::sc_in<bool> m_request{"request"};
    tk::signal_in_port m_request_port{*this, "request", m_request, "a rising edge pulses REQUESTED"};
    sc_core::sc_in<bool> m_warm{"warm_reset"}, m_cold{"cold_reset"};
    tk::signal_in_port m_warm_port{*this, "warm_reset", m_warm,
                                   "a rising edge resets the whole system, warm"};
    tk::signal_in_port m_cold_port{*this, "cold_reset", m_cold,
                                   "a rising edge resets the whole system, cold"};
    sc_core::sc_event m_change{"change"};

    std::multimap<uint64_t, change> m_changes; // that are still to come
    uint32_t m_asserted = 0;                   // what the registers say
    uint32_t m_levels = 0;                     // what the lines are
    uint32_t m_pulse_ns = 0;
    uint32_t m_requested = 0;
    uint32_t m_cause = 0;
    bool m_asked = false; // the system's next reset is ours
    bool m_request_was = false, m_warm_was = false, m_cold_was = false;
};

} // namespace components

#endif
