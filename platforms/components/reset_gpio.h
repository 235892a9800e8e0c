// SPDX-License-Identifier: MIT
//
// reset_gpio: a line that is high for a moment (two delta cycles) at each reset of the whole system
// (timekeeper/systemc/reset.h), for whatever has to know. Files for other programs name a QemuInstance as its
// argument, whose reset it shows; here all are reset together.
#ifndef PLATFORMS_COMPONENTS_RESET_GPIO_H
#define PLATFORMS_COMPONENTS_RESET_GPIO_H

#include "timekeeper/systemc/module.h"

namespace components
{

class reset_gpio : public tk::module
{
  public:
    SC_HAS_PROCESS(reset_gpio);
    reset_gpio(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  private:
    void fall();

    sc_core::sc_out<bool> m_reset{"reset"};
    tk::signal_out_port m_reset_port{*this, "reset", m_reset,
                                     "high for a moment when the whole system is reset"};
    sc_core::sc_event m_falls{"falls"};
};

} // namespace components

#endif
