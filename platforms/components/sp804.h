// SPDX-License-Identifier: MIT
//
// sp804: Arm Dual-Timer Module (SP804). Source: Arm DDI 0271, chapter 3 "Programmer's Model". Two counters,
// timer 1 at 0x000 and timer 2 at 0x020:
//
//   +0x00 Load     rw  writing it starts the count from there
//   +0x04 Value    r   the counter
//   +0x08 Control  rw  reset 0x20
//   +0x0c IntClr   w   any value clears the interrupt
//   +0x10 RIS      r   raw interrupt
//   +0x14 MIS      r   masked interrupt
//   +0x18 BGLoad   rw  Load, from the next reload on
//   0xf00 ITCR     rw  integration test (kept, no effect), as 0xf04 ITOP (w)
//   0xfe0..0xfec   r   PeriphID0-3: 04 18 14 00
//   0xff0..0xffc   r   PCellID0-3: 0d f0 05 b1
//
// Control: bit 0 OneShot, bit 1 TimerSize (32 bits), bits 3:2 TimerPre (1, 16, 256), bit 5 IntEnable, bit 6
// TimerMode (periodic), bit 7 TimerEn.
//
// Time is exact: the interval is Load * prescale / clock_hz, an access happens at the initiator's local time,
// and no tick is simulated. Free-running: from 0 to all ones. A Load of 0 raises the interrupt at once, and
// once. `irq_1` and `irq_2` are TIMINT1 and TIMINT2, `irq` is TIMINTC, their OR. Both clock enables are
// always on.
#ifndef PLATFORMS_COMPONENTS_SP804_H
#define PLATFORMS_COMPONENTS_SP804_H

#include "register_target.h"
#include "ticks.h"

#include <cstdint>

namespace components
{

// One of the two counters.
class sp804_counter
{
  public:
    // `clock_hz`: of TIMCLK, 1 to 1e12.
    explicit sp804_counter(uint64_t clock_hz) : m_hz(clock_hz) {}

    // The register at `offset` (0x00 to 0x18) at `time`, ps.
    uint32_t read(uint32_t offset, uint64_t time) const;
    // Writes it at `time`, ps, not before that of the call before.
    void write(uint32_t offset, uint32_t value, uint64_t time);
    // When its interrupt is or will be raised; `never` while it is masked.
    uint64_t interrupt_ps() const;

  private:
    tick_clock clock() const;
    uint32_t mask() const;
    uint32_t value_at(uint64_t time) const;
    void count_from(uint32_t value, uint64_t time);
    void set_control(uint32_t value, uint64_t time);

    uint64_t m_hz;
    expiries m_interrupt;
    uint32_t m_load = 0; // what the counter is reloaded with
    uint32_t m_control = 0x20;
    uint32_t m_from = 0xffffffff; // the counter's value at m_since; stopped: now
    uint64_t m_since = 0;
};

class sp804 : public register_target
{
  public:
    sp804(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    uint32_t value_at(uint32_t offset, uint64_t time) const;
    void update_lines();

    tk::param<uint64_t> m_clock_hz{*this,
                                   "clock_hz",
                                   1000000,
                                   "Hz",
                                   "frequency of TIMCLK, which the timers count",
                                   {1, UINT64_C(1000000000000)}};
    sc_core::sc_out<bool> m_irq{"irq"}, m_irq_1{"irq_1"}, m_irq_2{"irq_2"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "TIMINTC: either interrupt"};
    tk::signal_out_port m_irq_1_port{*this, "irq_1", m_irq_1, "TIMINT1"};
    tk::signal_out_port m_irq_2_port{*this, "irq_2", m_irq_2, "TIMINT2"};
    sc_core::sc_event m_lines_change{"lines_change"};
    sp804_counter m_counters[2];
    uint32_t m_itcr = 0;
};

} // namespace components

#endif
