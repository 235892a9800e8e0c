// SPDX-License-Identifier: MIT
//
// pl061: Arm PrimeCell General Purpose Input/Output (PL061), 8 lines. Source: Arm DDI 0190, chapter 3
// "Programmer's Model".
//
//   0x000..0x3fc GPIODATA  rw  address bits 9:2 mask the data bits, for reads and writes
//   0x400 GPIODIR    rw  1: output                0x414 GPIORIS    r   raw interrupts
//   0x404 GPIOIS     rw  1: level, 0: edge        0x418 GPIOMIS    r   masked interrupts
//   0x408 GPIOIBE    rw  1: both edges            0x41c GPIOIC     w   write 1 to clear edges
//   0x40c GPIOIEV    rw  1: rising or high        0x420 GPIOAFSEL  rw  kept, no effect
//   0x410 GPIOIE     rw  interrupt mask
//   0xfe0..0xfec PeriphID0-3: 61 10 04 00         0xff0..0xffc PCellID0-3: 0d f0 05 b1
//
// A line that is an input shows the level of `in_N`; one that is an output drives `out_N`, and reads as what
// it drives. An output that is an input drives low: there is no pull-up on a SystemC line.
#ifndef PLATFORMS_COMPONENTS_PL061_H
#define PLATFORMS_COMPONENTS_PL061_H

#include "delayed_lines.h"
#include "lines.h"
#include "register_target.h"

#include <cstdint>

namespace components
{

class pl061 : public register_target
{
  public:
    pl061(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    uint32_t levels() const;
    uint32_t raw() const;
    void sample();
    void notice_edges();
    void drive(uint32_t lines);
    void update(const sc_core::sc_time &delay);

    input_lines m_in{*this, "in", 8, "level of the line while it is an input"};
    output_lines m_out{*this, "out", 8, "the line while it is an output"};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "GPIOINTR: any unmasked interrupt"};
    delayed_lines m_lines{"lines", [this](uint32_t lines) { drive(lines); }};

    uint32_t m_data = 0, m_direction = 0;
    uint32_t m_level_sense = 0, m_both_edges = 0, m_event = 0, m_enable = 0, m_alternate = 0;
    uint32_t m_edges = 0; // noticed and not cleared
    uint32_t m_seen = 0;  // levels when edges were last looked for
};

} // namespace components

#endif
