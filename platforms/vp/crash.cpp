// SPDX-License-Identifier: MIT
#include "crash.h"

#include "options.h"
#include "timekeeper/output.h"
#include "timekeeper/timeline.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace vp
{

struct cpu_name {
    std::string instance;
    unsigned index;
    std::string name;
};

static std::vector<cpu_name> s_names; // complete before any CPU runs
static std::atomic_flag s_crashed = ATOMIC_FLAG_INIT;

// --- in a signal handler: nothing here allocates, locks or returns --------------------------------------

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {
        return; // nobody is left to hear of it
    }
}

// The CPU whose thread this is, or nullptr.
static const char *own_cpu()
{
    unsigned index = 0;
    const char *instance = tk_timeline_own_vcpu(&index);
    for (const cpu_name &each : s_names) {
        if (instance && each.index == index && each.instance == instance) {
            return each.name.c_str();
        }
    }
    return instance; // its QEMU at least
}

static const char *what_happened(int number)
{
    switch (number) {
    case SIGABRT:
        return "QEMU or the simulation gave up (SIGABRT)";
    case SIGSEGV:
        return "an access to memory that is not there (SIGSEGV)";
    case SIGBUS:
        return "an access to memory that cannot be had (SIGBUS)";
    case SIGILL:
        return "an instruction that the host does not have (SIGILL)";
    default:
        return "an operation that has no result (SIGFPE)";
    }
}

extern "C" {
static void on_crash(int number)
{
    if (s_crashed.test_and_set()) {
        for (;;) {
            pause(); // another thread is at it
        }
    }
    const char *cpu = own_cpu();
    say("vp: ");
    say(cpu ? cpu : "outside of any CPU");
    say(": ");
    say(what_happened(number));
    say("; the run is over, and what stands above is all that is known\n");
    std::quick_exit(exit_internal);
}

static void on_closed_pipe(int number)
{
    std::quick_exit(128 + number);
}
}

// --- before ----------------------------------------------------------------------------------------------

static void handle(int number, void (*handler)(int))
{
    struct sigaction now = {};
    if (sigaction(number, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) {
        return;
    }
    now.sa_handler = handler;
    sigemptyset(&now.sa_mask);
    now.sa_flags = static_cast<int>(SA_RESETHAND); // a fault of the handler's own ends the process
    sigaction(number, &now, nullptr);
}

void end_well_on_crash()
{
    static const bool registered = std::at_quick_exit(tk_output_discard_all) == 0;
    if (!registered) {
        return;
    }
    for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
        handle(number, on_crash);
    }
    handle(SIGPIPE, on_closed_pipe);
    handle(SIGXFSZ, SIG_IGN); // a file at its limit is a write that fails, as on a full disk
}

void name_cpu_for_crash(const std::string &instance, unsigned index, const std::string &name)
{
    s_names.push_back({instance, index, name});
}

} // namespace vp
