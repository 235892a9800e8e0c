// SPDX-License-Identifier: MIT
#include "reset_gpio.h"

namespace components
{

TK_MODULE("reset_gpio", reset_gpio, "a line that shows resets of the whole system");

reset_gpio::reset_gpio(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context)
{
    context.expect_args(0, 1);
    SC_METHOD(fall);
    dont_initialize();
    sensitive << m_falls;
}

void reset_gpio::on_reset(tk::reset_kind)
{
    m_reset.write(true);
    m_falls.notify(sc_core::SC_ZERO_TIME);
}

void reset_gpio::fall()
{
    m_reset.write(false);
}

} // namespace components
