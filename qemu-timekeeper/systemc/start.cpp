// SPDX-License-Identifier: MIT
//
// The kernel tells no process when the present sc_start() is going to end, and the keeper has to know it
// before it lets vCPUs run: SystemC must stand at that time, and no vCPU past it. So this library has an
// sc_start() in front of SystemC's, which notes the time and calls the kernel's. The dynamic linker finds
// ours first, because this library comes before libsystemc in the order of linking.
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

// The next definition behind this library's.
static start_function kernels_start()
{
    static const char *const name = "_ZN7sc_core8sc_startERKNS_7sc_timeENS_20sc_starvation_policyE";
    void *const found = dlsym(RTLD_NEXT, name);

    if (!found) {
        throw std::runtime_error(
            "timekeeper: there is no shared libsystemc behind libtimekeeper-systemc: link "
            "SystemC as a shared library, after libtimekeeper-systemc");
    }
    return reinterpret_cast<start_function>(found);
}

} // namespace tk

namespace sc_core
{

void sc_start(const sc_time &duration, sc_starvation_policy policy)
{
    static const tk::start_function kernel = tk::kernels_start();
    const tk::start_scope scope(tk::limit_of(duration, policy));

    kernel(duration, policy);
}

} // namespace sc_core
