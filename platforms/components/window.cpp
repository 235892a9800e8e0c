// SPDX-License-Identifier: MIT
#include "window.h"

#include "timekeeper/systemc/module.h"

namespace components
{

tk::config_node &window_table(tk::port &target, tk::config_node &attributes)
{
    if (attributes.find("address")) {
        return attributes;
    }
    tk::config_node *own = target.owner().config().find(target.name());
    return own ? *own : attributes;
}

} // namespace components
