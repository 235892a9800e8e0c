// SPDX-License-Identifier: MIT
//
// sc_timer: a timer that runs on SystemC's time. A register map of our own, 32-bit registers, little endian:
//
//   0x00 COUNT_LO   r   free-running time in ns, bits 31:0; reading it latches COUNT_HI
//   0x04 COUNT_HI   r   bits 63:32 of the time when COUNT_LO was last read
//   0x08 CTRL       rw  bit 0 ENABLE: 0 -> 1 starts, 1 -> 0 stops; bit 1 IRQ_ENABLE; bit 2 ONE_SHOT
//   0x0c STATUS     rw  bit 0 EXPIRED; write 1 to clear
//   0x10 PERIOD_LO  rw  period in ns, bits 31:0
//   0x14 PERIOD_HI  rw  bits 63:32
//   0x18 EXPIRIES   r   how often it has expired since reset, modulo 2^32
//   0x1c ID         r   0x544b544d
//
// `irq` is high while EXPIRED and IRQ_ENABLE are set.
//
// Time is exact. An access happens at the initiator's local time, t = sc_time_stamp() + delay: COUNT is t; a
// start at t expires at t + period, and, if periodic, at each whole period after that, however late anybody
// looks; a stop at t still lets expire what is due by then; and STATUS and EXPIRIES read as they will be at
// t. The target never calls wait().
//
// PERIOD and ONE_SHOT count from the next start on. Starting with a period of 0, or one that ends after
// SystemC's time does (2^64 ps), does nothing: ENABLE stays 0. With ONE_SHOT, ENABLE goes to 0 at the expiry.
#ifndef PLATFORMS_COMPONENTS_SC_TIMER_H
#define PLATFORMS_COMPONENTS_SC_TIMER_H

#include "delayed_lines.h"
#include "register_target.h"
#include "ticks.h"

#include <cstdint>

namespace components
{

class sc_timer : public register_target
{
  public:
    sc_timer(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    // Times are absolute picoseconds (ticks.h).
    uint32_t value_at(uint32_t offset, uint64_t time) const;
    uint64_t due_by(uint64_t time) const;
    bool enabled_at(uint64_t time) const;
    uint64_t first_visible_by(uint64_t time) const;
    void write_control(uint32_t value, uint64_t time);
    void start(uint64_t time);
    void stop(uint64_t time);
    void settle(uint64_t time);
    void on_event();
    void arm();
    void update_line(const sc_core::sc_time &delay);

    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "high while expired and enabled"};
    delayed_lines m_line{"irq", [this](uint32_t level) { m_irq.write(level != 0); }};
    sc_core::sc_event m_event{"expiry"};

    uint64_t m_period_ns = 0;
    uint64_t m_run_period = 0;     // ps, of the run that is under way
    bool m_run_once = false;       // and whether it ends with its first expiry
    uint64_t m_next = never;       // the next expiry
    uint64_t m_stopped_at = never; // expiries after this do not happen
    uint64_t m_cleared_at = 0;     // expiries up to this count, but do not set EXPIRED again
    bool m_irq_enable = false;
    bool m_one_shot = false;
    bool m_expired = false;
    uint32_t m_expiries = 0;
    uint32_t m_count_hi = 0; // latched
};

} // namespace components

#endif
