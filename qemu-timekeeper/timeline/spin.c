/* SPDX-License-Identifier: MIT */
#include "spin.h"

uint64_t tk_spin_ns(unsigned awake, unsigned cpus, uint32_t trust)
{
    return cpus > 1 && awake <= cpus && trust > 0 ? TK_SPIN_NS : 0;
}

/* One long wait among many short ones changes nothing; four in a row end the looking, one short one begins it
 * again: that one was slept through, and whoever ended it has noted when. */
uint32_t tk_spin_learn(uint32_t trust, uint64_t waited_ns)
{
    if (waited_ns > TK_SPIN_SHORT_NS) {
        return trust / 2;
    }
    return trust < TK_SPIN_TRUST_MAX ? trust + 1 : TK_SPIN_TRUST_MAX;
}
