// SPDX-License-Identifier: MIT
//
// What is thrown, as an exit code and a message for the user.
#ifndef PLATFORMS_VP_FAILURE_H
#define PLATFORMS_VP_FAILURE_H

#include <functional>
#include <string>

namespace vp
{

// Returns what `action` does; or the exit code for what it throws, and then `message` says what that was.
int guarded(const std::function<int()> &action, std::string &message);

} // namespace vp

#endif
