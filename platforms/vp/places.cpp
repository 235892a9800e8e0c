// SPDX-License-Identifier: MIT
#include "places.h"

#include <climits>
#include <cstdlib>

#include <unistd.h>

namespace vp
{

static std::string parent(const std::string &path)
{
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

static std::string prefix()
{
    char path[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
    return size <= 0 ? "." : parent(parent(std::string(path, static_cast<size_t>(size))));
}

std::string firmware_dir()
{
    const char *given = getenv("TIMEKEEPER_FIRMWARE_DIR");
    return given ? given : prefix() + "/firmware";
}

std::string models_file()
{
    return prefix() + "/models/qemu.lua";
}

std::vector<std::string> library_dirs()
{
    return {prefix() + "/lib", prefix() + "/qemu/lib"};
}

} // namespace vp
