// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/library.h"

#include <cstdlib>
#include <map>
#include <stdexcept>

#include <dlfcn.h>
#include <unistd.h>

namespace tk
{

static std::vector<std::string> s_dirs;

void set_library_dirs(const std::vector<std::string> &dirs)
{
    s_dirs = dirs;
}

std::string find_library(const std::string &file)
{
    std::vector<std::string> dirs;
    std::string tried;

    if (const char *given = getenv("TIMEKEEPER_LIB_DIR")) {
        dirs.push_back(given);
    }
    dirs.insert(dirs.end(), s_dirs.begin(), s_dirs.end());
    for (const std::string &dir : dirs) {
        const std::string path = dir + "/" + file;
        if (access(path.c_str(), R_OK) == 0) {
            return path;
        }
        tried += (tried.empty() ? "" : ", ") + dir;
    }
    throw std::runtime_error("there is no " + file + " in " + (tried.empty() ? "(no directory)" : tried) +
                             "; TIMEKEEPER_LIB_DIR can name its directory");
}

const libqemu_api &load_libqemu(const std::string &target)
{
    static std::map<std::string, const libqemu_api *> loaded;
    const std::string path = find_library("libqemu-system-" + target + ".so");

    if (loaded.count(target)) {
        throw std::runtime_error("a second QEMU of target " + target + " in one process is not supported");
    }
    void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        throw std::runtime_error(std::string("cannot load libqemu: ") + dlerror());
    }
    const auto get_api = reinterpret_cast<libqemu_get_api_fn>(dlsym(handle, "libqemu_get_api"));
    const libqemu_api *api = get_api ? get_api(LIBQEMU_API_VERSION) : nullptr;
    if (!api) {
        throw std::runtime_error(path + " does not speak version " + std::to_string(LIBQEMU_API_VERSION) +
                                 " of libqemu's interface; build it with this qemu-timekeeper");
    }
    loaded[target] = api;
    return *api;
}

} // namespace tk
