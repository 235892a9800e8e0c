// SPDX-License-Identifier: MIT
//
// A platform as a block diagram: its modules, and what is bound to what at which address.
#ifndef PLATFORMS_VP_DIAGRAM_H
#define PLATFORMS_VP_DIAGRAM_H

#include "timekeeper/systemc/platform.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace vp
{

// {"modules": [...], "bindings": [...]}: docs/trace.md. After platform::build().
nlohmann::ordered_json diagram_json(const tk::platform &built);

// Where accesses of CPUs go: the targets behind routers, with their address windows.
struct address_window {
    uint64_t first, last;
    std::string name; // of the target's module; of its socket, unless that is called target_socket
};
std::vector<address_window> address_windows(const tk::platform &built);

} // namespace vp

#endif
