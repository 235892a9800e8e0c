// SPDX-License-Identifier: MIT
//
// Where vp finds what belongs to it: all relative to the program's own place, PREFIX/bin/vp, so that the
// whole may be moved. The build folder has the same shape as an installation.
#ifndef PLATFORMS_VP_PLACES_H
#define PLATFORMS_VP_PLACES_H

#include <string>
#include <vector>

namespace vp
{

// $TIMEKEEPER_FIRMWARE_DIR, else PREFIX/firmware.
std::string firmware_dir();
std::string models_file();
// For libqemu and the plugin.
std::vector<std::string> library_dirs();

} // namespace vp

#endif
