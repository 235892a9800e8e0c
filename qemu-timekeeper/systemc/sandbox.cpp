// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/sandbox.h"

#include <climits>
#include <cstdlib>
#include <optional>

namespace tk
{

static std::optional<std::vector<std::string>> folders; // nothing: there is no sandbox

// Absolute and without links; "" when there is no such file.
static std::string real_path(const std::string &file)
{
    char found[PATH_MAX];
    return realpath(file.c_str(), found) ? found : "";
}

void enter_sandbox(const std::vector<std::string> &allowed)
{
    folders.emplace();
    for (const std::string &each : allowed) {
        const std::string folder = real_path(each);
        if (!folder.empty()) {
            folders->push_back(folder == "/" ? folder : folder + "/");
        }
    }
}

void check_read_access(const source_location &where, const std::string &file)
{
    if (!folders || where.command_line) {
        return;
    }
    const std::string found = real_path(file);
    bool inside = found.empty(); // whoever opens it says that it is not there
    for (const std::string &each : *folders) {
        inside = inside || found.compare(0, each.size(), each) == 0;
    }
    if (!inside) {
        throw config_error(where, "", "the sandbox does not let it read " + file,
                           "it may read what is below the platform file's folder, and the firmware");
    }
}

void check_host_access(const source_location &where, const std::string &module, const std::string &what)
{
    if (folders && !where.command_line) {
        throw config_error(where, module, what + ", which the sandbox does not let it",
                           "give it with -p, or run the file without --sandbox if you trust it");
    }
}

} // namespace tk
