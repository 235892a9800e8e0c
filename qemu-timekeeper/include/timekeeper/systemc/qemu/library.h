// SPDX-License-Identifier: MIT
//
// A loaded libqemu: finds libqemu-system-<target>.so and gives its table of calls.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_LIBRARY_H
#define TIMEKEEPER_SYSTEMC_QEMU_LIBRARY_H

#include "timekeeper/libqemu.h"

#include <string>

namespace tk
{

// The first that exists of `file` in module_dirs() (installation.h); throws std::runtime_error that names
// them.
std::string find_library(const std::string &file);

// Loads the library for a target ("aarch64"); it stays loaded. QEMU keeps its state in globals, so each call
// gives a library of its own: from the second call for a target on, a copy of the file in $TMPDIR, which is
// gone from there when this returns. Errors are std::runtime_error. SystemC's thread.
const libqemu_api &load_libqemu(const std::string &target);

} // namespace tk

#endif
