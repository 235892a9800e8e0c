// SPDX-License-Identifier: MIT
//
// What `vp --list-modules` and `vp --list-params` print.
#ifndef PLATFORMS_VP_LISTING_H
#define PLATFORMS_VP_LISTING_H

#include "timekeeper/systemc/platform.h"

#include <ostream>

namespace vp
{

// Every moduletype with help, ports and parameters. Elaboration only: looks at an instance of each.
void list_modules(std::ostream &out);
// The same as Markdown, for docs/configuration.md.
void list_modules_markdown(std::ostream &out);
// Every parameter of a platform that is built: full name, type, value, unit, range, default, help.
void list_params(const tk::platform &built, std::ostream &out);

} // namespace vp

#endif
