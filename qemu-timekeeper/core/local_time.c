/* SPDX-License-Identifier: MIT */
#include "local_time.h"

#include "internal.h"

int tk_vcpu_local_time(const tk_core *core, unsigned index, tk_local_time *time)
{
    if (!core || !time || index >= core->vcpu_count) {
        return TK_EINVAL;
    }
    *time = (tk_local_time){.ps = core->vcpus[index].local_ps, .clock = core->vcpus[index].clock};
    return TK_OK;
}

uint64_t tk_local_time_after(const tk_local_time *time, uint64_t instructions)
{
    tk_clock clock = time->clock;

    if (!tk_clock_advance(&clock, instructions) || clock.ps - time->clock.ps >= TK_NEVER - time->ps) {
        return TK_NEVER;
    }
    return time->ps + (clock.ps - time->clock.ps);
}
