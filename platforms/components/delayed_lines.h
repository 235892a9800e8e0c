// SPDX-License-Identifier: MIT
//
// Output lines, as bits of a word, that change at an initiator's local time: what a register access changes
// outside of the device happens then, and not at SystemC's time, which may be far behind.
#ifndef PLATFORMS_COMPONENTS_DELAYED_LINES_H
#define PLATFORMS_COMPONENTS_DELAYED_LINES_H

#include <systemc>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace components
{

class delayed_lines
{
  public:
    // `drive` writes the signals: a process of SystemC's calls it, or set() itself. In a module's
    // constructor.
    delayed_lines(const std::string &name, std::function<void(uint32_t)> drive);
    // The lines are `bits` after `delay`: at once if it is zero and nothing earlier is under way. Nothing is
    // left to do if they are so already. SystemC's thread, or the thread that holds its baton.
    void set(uint32_t bits, const sc_core::sc_time &delay = sc_core::SC_ZERO_TIME);
    // The lines are `bits` now, and what was under way is not any more: a reset.
    void reset(uint32_t bits);

  private:
    struct change {
        sc_core::sc_time when;
        uint32_t bits;
    };
    void drive_due();

    std::function<void(uint32_t)> m_drive;
    sc_core::sc_event m_due;
    std::deque<change> m_changes; // under way, by time
    uint32_t m_bits = 0;          // when all have happened
};

} // namespace components

#endif
