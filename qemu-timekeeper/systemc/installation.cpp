// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/installation.h"

#include <climits>
#include <cstdlib>

#include <dlfcn.h>
#include <unistd.h>

namespace tk
{

// The folder of the file that has this function: libtimekeeper-systemc.so.
static std::string library_dir()
{
    Dl_info info;
    char path[PATH_MAX];

    if (!dladdr(reinterpret_cast<void *>(&library_dir), &info) || !realpath(info.dli_fname, path)) {
        return ".";
    }
    const std::string file = path;
    return file.substr(0, file.rfind('/'));
}

static std::string environment(const char *name)
{
    const char *given = getenv(name);
    return given ? given : "";
}

std::string data_dir()
{
    const std::string installed = library_dir() + "/" TIMEKEEPER_DATA_FROM_LIBRARY;
    // A build folder has it beside lib/.
    return access((installed + "/models").c_str(), R_OK) == 0 ? installed : library_dir() + "/..";
}

std::string firmware_dir()
{
    const std::string given = environment("TIMEKEEPER_FIRMWARE_DIR");
    return given.empty() ? data_dir() + "/firmware" : given;
}

std::vector<std::string> module_dirs()
{
    const std::string own = library_dir(), given = environment("TIMEKEEPER_LIB_DIR");
    std::vector<std::string> dirs = {own + "/qemu-timekeeper", own, own + "/../qemu/lib"};
    if (!given.empty()) {
        dirs.insert(dirs.begin(), given);
    }
    return dirs;
}

} // namespace tk
