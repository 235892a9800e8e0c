// SPDX-License-Identifier: MIT
#include "exiter.h"

namespace components
{

TK_MODULE("exiter", exiter, "the guest ends the run by writing an exit code to offset 0");

exiter::exiter(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, 4, "32-bit write: exit code")
{
    context.expect_args(0, 0);
    SC_HAS_PROCESS(exiter);
    SC_METHOD(end_run);
    declare_direct();
    dont_initialize();
    sensitive << m_end;
}

void exiter::end_run()
{
    tk::request_exit(m_code);
}

bool exiter::read(uint32_t, uint32_t &, sc_core::sc_time &)
{
    return false;
}

bool exiter::write(uint32_t, uint32_t value, sc_core::sc_time &delay)
{
    if (!m_asked) {
        m_asked = true;
        m_code = static_cast<int>(value & 0xff);
        m_end.notify(delay);
    }
    return true;
}

uint32_t exiter::peek(uint32_t) const
{
    return 0;
}

} // namespace components
