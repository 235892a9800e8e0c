// SPDX-License-Identifier: MIT
//
// The end of a process that QEMU, or a fault of ours, ends in the middle of a run.
#ifndef PLATFORMS_VP_CRASH_H
#define PLATFORMS_VP_CRASH_H

#include <string>

namespace vp
{

// From now on an abort (QEMU's, for a CPU in a state that it has no way out of, and its failed assertions)
// and the signals of a program's own faults end the process with exit_internal, after one line on stderr that
// names the CPU whose thread it was; what a peer that closes our stdout causes (SIGPIPE) ends it with 128 +
// SIGPIPE and without a word; a file that reaches its limit (SIGXFSZ) is one that cannot be written. Before
// that, at_quick_exit handlers are called: the terminal is as it was, and files that are not complete are
// removed. A signal for which there is a handler already (a sanitizer's) keeps that.
void end_well_on_crash();

// `index` of QEMU instance `instance` is called `name` in that line. Before the CPU runs.
void name_cpu_for_crash(const std::string &instance, unsigned index, const std::string &name);

} // namespace vp

#endif
