// SPDX-License-Identifier: MIT
//
// From a Lua file to the tree of configuration.
#ifndef PLATFORMS_VP_PLATFORM_FILE_H
#define PLATFORMS_VP_PLATFORM_FILE_H

#include "timekeeper/systemc/config.h"

#include <memory>
#include <string>
#include <vector>

namespace vp
{

// Runs the file and returns its table `platform`, children in the order of the file. The file finds what -p
// gave
// ("path=value") in the table `param`, and the firmware's folder as `firmware_dir`. Throws tk::config_error.
std::unique_ptr<tk::config_node> load_platform_file(const std::string &path,
                                                    const std::vector<std::string> &overrides = {});
// The table of QEMU models.
std::unique_ptr<tk::config_node> load_models_file(const std::string &path);

} // namespace vp

#endif
