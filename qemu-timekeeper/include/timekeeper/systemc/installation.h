// SPDX-License-Identifier: MIT
//
// Where the library finds what belongs to it: all relative to its own file, so that the whole may be moved,
// and whatever program it is part of. Any thread.
#ifndef TIMEKEEPER_SYSTEMC_INSTALLATION_H
#define TIMEKEEPER_SYSTEMC_INSTALLATION_H

#include <string>
#include <vector>

namespace tk
{

// The folder with models/, firmware/ and conf/.
std::string data_dir();
// $TIMEKEEPER_FIRMWARE_DIR, else data_dir()/firmware.
std::string firmware_dir();
// Where libqemu and the plugin may be, in this order; $TIMEKEEPER_LIB_DIR comes first.
std::vector<std::string> module_dirs();

} // namespace tk

#endif
