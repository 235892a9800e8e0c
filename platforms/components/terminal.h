// SPDX-License-Identifier: MIT
//
// The terminal at stdin, character by character while a guest owns it.
#ifndef PLATFORMS_COMPONENTS_TERMINAL_H
#define PLATFORMS_COMPONENTS_TERMINAL_H

namespace components
{

// No line editing and no echo; Ctrl-C still is a signal. Does nothing when stdin is no terminal. The terminal
// is given back by restore_terminal(), and in any case when the process exits.
void take_terminal();
// As it was before take_terminal(); nothing if that did nothing. Safe in any thread and twice.
void restore_terminal();

} // namespace components

#endif
