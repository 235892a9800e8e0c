// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/module.h"

namespace tk
{

// One simulation in a process, as SystemC itself has it; only its thread comes here.
static bool s_requested;
static int s_code;
static std::string s_why;

void request_exit(int code, const std::string &why)
{
    if (s_requested) {
        return;
    }
    s_requested = true;
    s_code = code & 0xff;
    s_why = why;
    sc_core::sc_stop();
}

bool exit_requested(int *code)
{
    if (s_requested && code) {
        *code = s_code;
    }
    return s_requested;
}

const std::string &exit_reason()
{
    return s_why;
}

} // namespace tk
