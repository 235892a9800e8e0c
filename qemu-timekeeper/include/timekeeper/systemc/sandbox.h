// SPDX-License-Identifier: MIT
//
// What a platform file that is not trusted may reach on the host: `vp --sandbox`. Whoever opens something of
// the host's that a value of the configuration names asks here first. What the command line says (-p) is the
// user's own word, and may be anything.
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_SANDBOX_H
#define TIMEKEEPER_SYSTEMC_SANDBOX_H

#include "timekeeper/systemc/config.h"

#include <string>
#include <vector>

namespace tk
{

// From here on, for the whole process: files may be read below the `allowed` folders (links are followed
// first, so that none leads out), and nothing else of the host's may be touched.
void enter_sandbox(const std::vector<std::string> &allowed);

// Reading `file`, which is there: throws config_error at `where` if the sandbox has something against it.
void check_read_access(const source_location &where, const std::string &file);
// Anything else: `what` says it ("opens a socket"). Throws in a sandbox.
void check_host_access(const source_location &where, const std::string &module, const std::string &what);

} // namespace tk

#endif
