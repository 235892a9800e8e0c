// SPDX-License-Identifier: MIT
//
// The kernel tells no process when the present sc_start() is going to end, and the keeper has to know it
// before it lets vCPUs run: SystemC must stand at that time, and no vCPU past it. So a program's call of
// sc_start() comes here first. Two ways lead here:
//
//   - CMake's target timekeeper::systemc has the program linked with --wrap for the two functions;
//   - without that, the dynamic linker finds sc_start() in this library first, if the program is linked with
//   it
//     before libsystemc.
#include "start.h"

#include "timekeeper/timekeeper.h"

#include <dlfcn.h>

#include <stdexcept>

namespace tk
{

static start_limit s_limit;
static bool s_inside;
static void (*s_began)(void *);
static void *s_opaque;

const start_limit &present_start()
{
    return s_limit;
}

bool inside_start()
{
    return s_inside;
}

void on_start(void (*began)(void *opaque), void *opaque)
{
    s_began = began;
    s_opaque = opaque;
}

static start_limit limit_of(const sc_core::sc_time &duration, sc_core::sc_starvation_policy policy)
{
    const uint64_t now = sc_core::sc_time_stamp().value();
    const bool endless = duration >= sc_core::sc_max_time() - sc_core::sc_time_stamp();

    return {endless ? TK_NEVER : now + duration.value(), policy == sc_core::SC_EXIT_ON_STARVATION};
}

namespace
{

// Until the kernel's sc_start() returns, or throws.
struct start_scope {
    explicit start_scope(const start_limit &limit)
    {
        s_limit = limit;
        s_inside = true;
        if (s_began) {
            s_began(s_opaque);
        }
    }
    ~start_scope() { s_inside = false; }
    start_scope(const start_scope &) = delete;
    start_scope &operator=(const start_scope &) = delete;
};

} // namespace

using start_function = void (*)(const sc_core::sc_time &, sc_core::sc_starvation_policy);

// SystemC's own, in the library that sc_stop() is in.
static start_function kernels_start()
{
    static const char *const name = "_ZN7sc_core8sc_startERKNS_7sc_timeENS_20sc_starvation_policyE";
    Dl_info library{};
    void *handle = nullptr;

    if (dladdr(reinterpret_cast<void *>(&sc_core::sc_stop), &library)) {
        handle = dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    }
    void *const found = handle ? dlsym(handle, name) : nullptr;
    if (!found) {
        throw std::runtime_error(
            "timekeeper: SystemC is no shared library here: link the program with the shared "
            "libsystemc that libtimekeeper-systemc was built with");
    }
    return reinterpret_cast<start_function>(found);
}

static void start(const sc_core::sc_time &duration, sc_core::sc_starvation_policy policy)
{
    static const start_function kernel = kernels_start();
    const start_scope scope(limit_of(duration, policy));

    kernel(duration, policy);
}

} // namespace tk

namespace sc_core
{

void sc_start(const sc_time &duration, sc_starvation_policy policy)
{
    tk::start(duration, policy);
}

} // namespace sc_core

// What the linker makes of a program's calls with --wrap.
void wrapped_start(const sc_core::sc_time &duration, sc_core::sc_starvation_policy policy) __asm__(
    "__wrap__ZN7sc_core8sc_startERKNS_7sc_timeENS_20sc_starvation_policyE");
void wrapped_start() __asm__("__wrap__ZN7sc_core8sc_startEv");

void wrapped_start(const sc_core::sc_time &duration, sc_core::sc_starvation_policy policy)
{
    tk::start(duration, policy);
}

void wrapped_start()
{
    tk::start(sc_core::sc_max_time() - sc_core::sc_time_stamp(), sc_core::SC_EXIT_ON_STARVATION);
}
