// SPDX-License-Identifier: MIT
#include "output_file.h"

#include "timekeeper/output.h"

#include <cstring>

namespace vp
{

void write_file(const std::string &file, const std::string &what, const std::string &text)
{
    tk_output *output = nullptr;
    int error = tk_output_open(file.c_str(), &output);
    if (!error) {
        fwrite(text.data(), 1, text.size(), tk_output_file(output));
        error = tk_output_commit(output); // knows of what failed before
    }
    if (error) {
        throw output_error(file + ": cannot write " + what + ": " + strerror(error));
    }
}

} // namespace vp
