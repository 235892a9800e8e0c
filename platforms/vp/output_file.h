// SPDX-License-Identifier: MIT
//
// Files that vp leaves: each is there whole or not at all (timekeeper/output.h).
#ifndef PLATFORMS_VP_OUTPUT_FILE_H
#define PLATFORMS_VP_OUTPUT_FILE_H

#include <stdexcept>
#include <string>

namespace vp
{

// Something cannot be written: "run.html: cannot write the report: No space left on device".
struct output_error : std::runtime_error {
    using runtime_error::runtime_error;
};

// `what`: "the report". Throws output_error.
void write_file(const std::string &file, const std::string &what, const std::string &text);

} // namespace vp

#endif
