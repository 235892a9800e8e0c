// SPDX-License-Identifier: MIT
//
// The program's stdout as a guest's console, and who else may write to the same terminal, and when.
#ifndef PLATFORMS_COMPONENTS_CONSOLE_H
#define PLATFORMS_COMPONENTS_CONSOLE_H

#include <cstdint>
#include <functional>

namespace components
{

// A byte of the guest's; flush at the latest when SystemC goes on. SystemC's thread.
void console_write(uint8_t byte);
// Writes out what is held back. SystemC's thread.
void console_flush();

// Calls `write` while the guest writes nothing, if its stream is between two characters and nothing of it is
// held back. False: it was not called, and may be tried again later. Any thread.
bool console_between(const std::function<void()> &write);
// The guest draws on the screen as a whole (an editor, say): nobody else can, from now on. Any thread.
bool console_owns_screen();

} // namespace components

#endif
