// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/library.h"
#include "timekeeper/systemc/installation.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tk
{

std::string find_library(const std::string &file)
{
    std::string tried;

    for (const std::string &dir : module_dirs()) {
        const std::string path = dir + "/" + file;
        if (access(path.c_str(), R_OK) == 0) {
            return path;
        }
        tried += (tried.empty() ? "" : ", ") + dir;
    }
    throw std::runtime_error("there is no " + file + " in " + tried +
                             "; TIMEKEEPER_LIB_DIR can name its directory");
}

// --- loading -----------------------------------------------------------------------------------------

// A copy of the file, private to this process: the linker knows libraries by file, so that a copy is a
// library of its own. It has no name but that of its descriptor, which stays open: nothing is left behind
// whatever ends the process, and a debugger finds it (by the number, where "self" would be another process to
// it).
class private_copy
{
  public:
    explicit private_copy(const std::string &path)
    {
        const char *folder = getenv("TMPDIR");
        std::string name = std::string(folder && *folder ? folder : "/tmp") + "/libqemu-XXXXXX";
        const int from = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        m_copy = mkostemp(name.data(), O_CLOEXEC);
        if (m_copy >= 0) {
            unlink(name.c_str());
        }
        struct stat file = {};
        bool good = from >= 0 && m_copy >= 0 && fstat(from, &file) == 0;

        for (off_t left = file.st_size; good && left > 0;) {
            const ssize_t count = sendfile(m_copy, from, nullptr, static_cast<size_t>(left));
            good = count > 0;
            left -= count;
        }
        const std::string reason = strerror(errno);
        if (from >= 0) {
            close(from);
        }
        if (!good) {
            forget();
            throw std::runtime_error("cannot copy " + path + " to " + name + " for another QEMU: " + reason +
                                     "; TMPDIR can name another folder");
        }
    }
    // If it was not loaded.
    void forget()
    {
        if (m_copy >= 0) {
            close(m_copy);
        }
    }
    std::string name() const { return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(m_copy); }

  private:
    int m_copy = -1;
};

// Local: each library's symbols are its own.
static void *load(const std::string &path, bool copy)
{
    if (!copy) {
        return dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    }
    private_copy its_own(path);
    void *handle = dlopen(its_own.name().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        its_own.forget();
    }
    return handle;
}

const libqemu_api &load_libqemu(const std::string &target)
{
    static std::map<std::string, unsigned> loaded;
    const std::string path = find_library("libqemu-system-" + target + ".so");
    void *handle = load(path, loaded[target]++ > 0);

    if (!handle) {
        throw std::runtime_error(std::string("cannot load libqemu: ") + dlerror());
    }
    const auto get_api = reinterpret_cast<libqemu_get_api_fn>(dlsym(handle, "libqemu_get_api"));
    const libqemu_api *api = get_api ? get_api(LIBQEMU_API_VERSION) : nullptr;
    if (!api) {
        throw std::runtime_error(path + " does not speak version " + std::to_string(LIBQEMU_API_VERSION) +
                                 " of libqemu's interface; build it with this qemu-timekeeper");
    }
    return *api;
}

} // namespace tk
