// SPDX-License-Identifier: MIT
//
// What `vp --list-qemu-types` and `vp --describe TYPE` print: what QEMU has, in the words that platform files
// use (timekeeper/systemc/qemu/object.h).
#ifndef PLATFORMS_VP_QEMU_TYPES_H
#define PLATFORMS_VP_QEMU_TYPES_H

#include <ostream>
#include <string>

namespace vp
{

// Each starts a QEMU of the target ("aarch64") in this process, so only one of them may be called, once. Both
// throw usage_error, or std::runtime_error when QEMU fails.

// The types whose names have `pattern` in them, or fit it if it has a * or ?; "": all.
void list_qemu_types(const std::string &target, const std::string &pattern, std::ostream &out);
// One type. Looks at an object, first as it is made and then realized, in a child process: many devices have
// their lines and regions only then, and some do not survive being realized alone.
void describe_qemu_type(const std::string &target, const std::string &type, std::ostream &out);

} // namespace vp

#endif
