// SPDX-License-Identifier: MIT
//
// From a Lua file to the tree of configuration.
#ifndef PLATFORMS_VP_PLATFORM_FILE_H
#define PLATFORMS_VP_PLATFORM_FILE_H

#include "timekeeper/systemc/config.h"

#include <memory>
#include <string>

namespace vp
{

// Runs the file and returns its table `platform`, children in the order of the file. Throws tk::config_error.
std::unique_ptr<tk::config_node> load_platform_file(const std::string &path);

} // namespace vp

#endif
