// SPDX-License-Identifier: MIT
//
// The address window of a target behind a router: address, size, priority, relative_addresses.
#ifndef PLATFORMS_COMPONENTS_WINDOW_H
#define PLATFORMS_COMPONENTS_WINDOW_H

#include "timekeeper/systemc/port.h"

namespace components
{

// The table that holds the window of `target`: the one with the `bind` if it is the target's or has an
// address, else the table of the target's own socket (when the router's side wrote the `bind`).
tk::config_node &window_table(tk::port &target, tk::config_node &attributes);

} // namespace components

#endif
