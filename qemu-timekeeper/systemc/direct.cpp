// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/direct.h"

namespace tk
{

const tlm::tlm_generic_payload *wait_finder::s_transaction;
const tlm_target_port *wait_finder::s_waited;

// The innermost hop comes first.
void wait_finder::note(const tlm_target_port &port)
{
    if (!s_waited) {
        s_waited = &port;
    }
}

} // namespace tk
