// SPDX-License-Identifier: MIT
//
// From a Lua file to the tree of configuration that a platform (timekeeper/systemc/platform.h) is built from.
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_PLATFORM_FILE_H
#define TIMEKEEPER_PLATFORM_FILE_H

#include "timekeeper/systemc/config.h"

#include <memory>
#include <string>
#include <vector>

namespace tk
{

// Runs the file and returns its table `platform`, children in the order of the file. The file finds what
// `overrides` give ("path=value") in the table `param`, and the firmware's folder as `firmware_dir`. The
// overrides are not applied to what is returned: config_node::override_value() does that. With `sandboxed`,
// the file is not trusted: it runs with limits, and what it says may reach little of the host from here on
// (timekeeper/systemc/sandbox.h; docs/trust.md). Throws config_error.
std::unique_ptr<config_node> load_platform_file(const std::string &path,
                                                const std::vector<std::string> &overrides = {},
                                                bool sandboxed = false);

// Registers the QEMU models that are installed with this library (models/qemu.lua), so that their moduletypes
// can be used ("cpu_arm_cortexA53"). Once, before the first platform; later calls do nothing. Throws
// config_error.
void register_installed_models();

} // namespace tk

#endif
