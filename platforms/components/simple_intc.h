// SPDX-License-Identifier: MIT
//
// simple_intc: an interrupt controller: up to 32 level inputs, one output. A register map of our own, 32-bit
// registers, little endian; bit N belongs to `irq_in_N`:
//
//   0x00 RAW         r   levels of the inputs, and what was set by software
//   0x04 PENDING     r   RAW and ENABLE
//   0x08 ENABLE      rw  reset 0
//   0x0c ENABLE_SET  w   write 1 to enable         0x10 ENABLE_CLEAR  w   write 1 to disable
//   0x14 SOFT        rw  pending by software; write 1 to set
//   0x18 SOFT_CLEAR  w   write 1 to clear
//   0x1c FIRST       r   the number of the lowest pending input; 0xffffffff: none
//   0x20 ID          r   0x544b4943
//
// `irq` is high while PENDING is not 0. Nothing is latched: an input that falls is not pending any more.
#ifndef PLATFORMS_COMPONENTS_SIMPLE_INTC_H
#define PLATFORMS_COMPONENTS_SIMPLE_INTC_H

#include "delayed_lines.h"
#include "lines.h"
#include "register_target.h"

#include <cstdint>

namespace components
{

class simple_intc : public register_target
{
  public:
    simple_intc(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    uint32_t all() const;
    uint32_t raw() const { return m_in.levels() | m_soft; }
    void inputs_changed();

    tk::param<uint64_t> m_inputs{*this, "num_inputs", 32, "", "how many interrupt inputs", {1, 32}};
    input_lines m_in;
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "high while an enabled interrupt is pending"};
    delayed_lines m_line{"irq", [this](uint32_t level) { m_irq.write(level != 0); }};
    uint32_t m_enable = 0, m_soft = 0;
};

} // namespace components

#endif
