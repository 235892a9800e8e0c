// SPDX-License-Identifier: MIT
//
// When the present sc_start() ends. Thread: SystemC's, for all of it.
#ifndef TIMEKEEPER_SYSTEMC_START_H
#define TIMEKEEPER_SYSTEMC_START_H

#include <cstdint>
#include <systemc>

namespace tk
{

struct start_limit {
    uint64_t until_ps; // SystemC stops at this time; TK_NEVER: when nothing is left to happen
    bool starves;      // SC_EXIT_ON_STARVATION: it stops earlier if nothing is left to happen
};

// Of the sc_start() that runs, or that was the last.
const start_limit &present_start();
// True: an sc_start() runs, and present_start() is its. False in a run: another library's sc_start() was
// called.
bool inside_start();
// `began` is called when an sc_start() begins, before the kernel runs anything. nullptr: nothing is.
void on_start(void (*began)(void *opaque), void *opaque);

} // namespace tk

#endif
