// SPDX-License-Identifier: MIT
//
// sp805: Arm Watchdog Module (SP805). Source: Arm DDI 0270, chapter 3 "Programmer's Model".
//
//   0x000 WdogLoad     rw  reset 0xffffffff; the count starts anew
//   0x004 WdogValue    r   the counter
//   0x008 WdogControl  rw  bit 0 INTEN: counts, and interrupts; bit 1 RESEN: resets
//   0x00c WdogIntClr   w   any value clears, and reloads
//   0x010 WdogRIS      r   raw interrupt
//   0x014 WdogMIS      r   masked interrupt
//   0xc00 WdogLock     rw  0x1acce551 lets the others be written; reads 1 while locked
//   0xf00 WdogITCR     rw  integration test (kept, no effect), as 0xf04 WdogITOP (w)
//   0xfe0..0xfec       r   PeriphID0-3: 05 18 14 00
//   0xff0..0xffc       r   PCellID0-3: 0d f0 05 b1
//
// The counter reaches 0 WdogLoad ticks after it was loaded: that raises the interrupt. On the next tick it is
// reloaded. If it reaches 0 again while the interrupt is raised, and RESEN is set, `reset` goes high for
// reset_ns, and the watchdog itself is reset (as the system that it resets does to it on hardware). Time is
// exact, as with sp804. A rising edge of the input `reset_in` resets it, too.
#ifndef PLATFORMS_COMPONENTS_SP805_H
#define PLATFORMS_COMPONENTS_SP805_H

#include "register_target.h"
#include "ticks.h"

#include <cstdint>

namespace components
{

class sp805 : public register_target
{
  public:
    sp805(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    bool counts() const;
    uint32_t value_at(uint32_t offset, uint64_t time) const;
    uint32_t counter_at(uint64_t time) const;
    void count_from(uint32_t value, uint64_t time);
    void write_control(uint32_t value, uint64_t time);
    void reset_registers();
    void look();
    uint64_t reset_due() const;

    tk::param<uint64_t> m_clock_hz{*this,
                                   "clock_hz",
                                   1000000,
                                   "Hz",
                                   "frequency of WDOGCLK, which the watchdog counts",
                                   {1, UINT64_C(1000000000000)}};
    tk::param<uint64_t> m_reset_ns{*this,          "reset_ns", 1000, "ns", "how long `reset` stays high",
                                   {1, 1000000000}};
    sc_core::sc_out<bool> m_irq{"irq"}, m_reset{"reset"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "WDOGINT: the first timeout"};
    tk::signal_out_port m_reset_port{*this, "reset", m_reset, "WDOGRES: the second timeout, a pulse"};
    sc_core::sc_event m_look{"next_look"};

    tick_clock m_clock;
    expiries m_interrupt;
    uint32_t m_load = UINT32_MAX;
    uint32_t m_control = 0;
    uint32_t m_from = UINT32_MAX; // the counter's value at m_since; stopped: now
    uint64_t m_since = 0;
    uint64_t m_reset_until = 0;
    bool m_locked = false;
    uint32_t m_itcr = 0;
};

} // namespace components

#endif
