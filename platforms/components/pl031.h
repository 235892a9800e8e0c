// SPDX-License-Identifier: MIT
//
// pl031: Arm PrimeCell Real Time Clock (PL031), on SystemC's time. Source: Arm DDI 0224, chapter 3
// "Programmer's Model".
//
//   0x000 RTCDR    r   seconds                             0x014 RTCRIS  r   raw interrupt
//   0x004 RTCMR    rw  match: interrupt when RTCDR gets    0x018 RTCMIS  r   masked interrupt
//                      there                               0x01c RTCICR  w   bit 0 clears the interrupt
//   0x008 RTCLR    rw  load: RTCDR from now on
//   0x00c RTCCR    rw  bit 0: 1 (it always runs)           0xfe0..0xfec PeriphID0-3: 31 10 04 00
//   0x010 RTCIMSC  rw  bit 0: interrupt mask, reset 0      0xff0..0xffc PCellID0-3: 0d f0 05 b1
//
// Its 1 Hz clock ticks at SystemC's whole seconds; start_seconds is what RTCDR says at time 0 (Unix time,
// say). The host's clock has no part in it. A new RTCLR holds at once, not from the next tick on. As after
// reset the hardware, RTCMR holds 0: that is no match before it is written.
#ifndef PLATFORMS_COMPONENTS_PL031_H
#define PLATFORMS_COMPONENTS_PL031_H

#include "register_target.h"
#include "ticks.h"

#include <cstdint>

namespace components
{

class pl031 : public register_target
{
  public:
    pl031(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    uint32_t value_at(uint32_t offset, uint64_t time) const;
    uint32_t seconds_at(uint64_t time) const;
    void wait_for_match(uint64_t time);
    void update_line();

    tk::param<uint64_t> m_start_seconds{
        *this,          "start_seconds", 0, "s", "the clock (RTCDR) at time 0, in seconds since 1970",
        {0, UINT32_MAX}};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "RTCINTR: the match, unless masked"};
    sc_core::sc_event m_line_changes{"line_changes"};

    expiries m_interrupt;
    uint32_t m_offset; // RTCDR minus SystemC's whole seconds, modulo 2^32
    uint32_t m_load;
    uint32_t m_match = 0;
    bool m_unmasked = false;
    bool m_match_written = false;
};

} // namespace components

#endif
