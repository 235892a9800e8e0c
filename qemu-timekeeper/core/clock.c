/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include "timekeeper/timekeeper.h"

__extension__ typedef unsigned __int128 u128;

void tk_clock_init(tk_clock *clock, uint64_t rate)
{
    *clock = (tk_clock){.rate = rate};
}

bool tk_clock_advance(tk_clock *clock, uint64_t instructions)
{
    uint64_t quotient, remainder;

    /* A quantum's worth fits into 64 bits, where a division costs a quarter of one in 128. */
    if (instructions <= (UINT64_MAX - TK_RATE_MAX) / TK_PS_PER_SECOND) {
        const uint64_t scaled = instructions * TK_PS_PER_SECOND + clock->rem;

        quotient = scaled / clock->rate;
        remainder = scaled % clock->rate;
    } else {
        const u128 scaled = (u128)instructions * TK_PS_PER_SECOND + clock->rem;

        if (scaled / clock->rate > UINT64_MAX) {
            return false;
        }
        quotient = (uint64_t)(scaled / clock->rate);
        remainder = (uint64_t)(scaled % clock->rate);
    }
    /* TK_NEVER is no time */
    if (quotient >= TK_NEVER - clock->ps) {
        return false;
    }
    clock->ps += quotient;
    clock->rem = remainder;
    return true;
}

void tk_clock_set_rate(tk_clock *clock, uint64_t rate)
{
    /* rem < 2^40, sub < 2^40, rate <= 2^40: the product fits into 120 bits */
    const u128 fraction = ((u128)clock->rem << TK_CLOCK_SUB_BITS) + clock->sub;
    const u128 scaled = fraction * rate / clock->rate;

    clock->rem = (uint64_t)(scaled >> TK_CLOCK_SUB_BITS);
    clock->sub = (uint64_t)scaled & ((UINT64_C(1) << TK_CLOCK_SUB_BITS) - 1);
    clock->rate = rate;
}

uint64_t tk_clock_instructions_for(const tk_clock *clock, uint64_t ps, uint64_t limit)
{
    const u128 needed = (u128)ps * clock->rate;
    u128 n;

    if (needed <= clock->rem) {
        return 1;
    }
    if (needed - clock->rem <= UINT64_MAX - TK_PS_PER_SECOND) {
        n = ((uint64_t)(needed - clock->rem) + TK_PS_PER_SECOND - 1) / TK_PS_PER_SECOND;
    } else {
        n = (needed - clock->rem + TK_PS_PER_SECOND - 1) / TK_PS_PER_SECOND;
    }
    return n < limit ? (uint64_t)n : limit;
}

uint64_t tk_quantum_to_insn(uint64_t quantum_ps, uint64_t insn_per_second)
{
    const u128 n = (u128)quantum_ps * insn_per_second / TK_PS_PER_SECOND;

    return n == 0 ? 1 : n > UINT64_MAX ? TK_NEVER : (uint64_t)n;
}

uint64_t tk_insn_to_ps(uint64_t n, uint64_t insn_per_second)
{
    u128 ps;

    if (n <= UINT64_MAX / TK_PS_PER_SECOND) {
        return n * TK_PS_PER_SECOND / insn_per_second; /* as above */
    }
    ps = (u128)n * TK_PS_PER_SECOND / insn_per_second;
    return ps > UINT64_MAX ? TK_NEVER : (uint64_t)ps;
}
