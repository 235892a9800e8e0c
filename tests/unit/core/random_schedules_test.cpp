// SPDX-License-Identifier: MIT
//
// Random legal schedules on a checked core: neither it nor the model may find that something does not hold.
//
//   TK_SEED=N      another run (default 1)
//   TK_EVENTS=N    its length (default 4000000, in a debug build 1000000)
//   TK_REPLAY=FILE instead, a schedule as it was printed by a run that failed
//
// Systems run in children: an invariant that does not hold aborts, and the parent still has the events.
#include "random_schedule.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

constexpr uint64_t events_per_system = 4000, systems_per_child = 250;

uint64_t from_environment(const char *name, uint64_t value)
{
    const char *text = getenv(name);
    return text ? strtoull(text, nullptr, 0) : value;
}

// What a child leaves behind, however it ends.
struct record {
    uint64_t system, quantum, reports, min_window, count;
    event events[events_per_system];
    char failure[200];

    void begin(uint64_t number, const schedule &head)
    {
        system = number;
        quantum = head.quantum;
        reports = head.reports;
        min_window = head.min_window;
        count = 0;
        failure[0] = '\0';
    }
    schedule events_so_far() const
    {
        return {quantum, reports, min_window, std::vector<event>(events, events + count)};
    }
};

class shared_record
{
  public:
    shared_record()
        : m_record(static_cast<record *>(
              mmap(nullptr, sizeof(record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)))
    {
        if (m_record == MAP_FAILED) {
            throw std::bad_alloc();
        }
    }
    ~shared_record() { munmap(m_record, sizeof(record)); }
    shared_record(const shared_record &) = delete;
    shared_record &operator=(const shared_record &) = delete;
    record *operator->() { return m_record; }

  private:
    record *m_record;
};

bool note_failure(shared_record &shared, const simulated_system &system)
{
    const std::string &what = system.failure();
    // without the number at its end: another vCPU's failure is the same failure
    strncpy(shared->failure, what.substr(0, what.rfind(" (")).c_str(), sizeof(shared->failure) - 1);
    return false;
}

bool run_random(shared_record &shared, uint64_t number, uint64_t seed)
{
    random_schedule random(seed * 1000003 + number);
    simulated_system system(random.head());
    shared->begin(number, random.head());
    while (shared->count < events_per_system) {
        const event each = random.next(system);
        shared->events[shared->count++] = each;
        if (!system.apply(each)) {
            return note_failure(shared, system);
        }
    }
    return true;
}

bool replay(shared_record &shared, const schedule &head, const std::vector<event> &events)
{
    simulated_system system(head);
    for (const event &each : events) {
        if (!system.apply(each)) {
            return note_failure(shared, system);
        }
    }
    return true;
}

// Runs `act` in a child; the empty string if it returns true and no assertion failed, else what happened.
template <typename action>
std::string in_child(shared_record &shared, bool quiet, action act)
{
    std::cout.flush();
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is timed out leaves nothing running
        if (quiet) {
            dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
            dup2(STDOUT_FILENO, STDERR_FILENO);
        }
        const bool good = act() && !testing::Test::HasFailure();
        std::cout.flush();
        _exit(good ? 0 : 1);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return "no child";
    }
    if (WIFSIGNALED(status)) {
        return std::string("signal ") + strsignal(WTERMSIG(status));
    }
    return WEXITSTATUS(status) == 0 ? "" : std::string("failure ") + shared->failure;
}

// A short schedule that fails in the same way: by the same expectation of the model, or by an abort.
std::string explain(shared_record &shared, const std::string &how)
{
    schedule found = shared->events_so_far();
    found.events = shrink(found.events, [&](const std::vector<event> &part) {
        shared->failure[0] = '\0';
        return in_child(shared, true, [&] { return replay(shared, found, part); }) == how;
    });
    return how + "\nWith the lines below in FILE, TK_REPLAY=FILE shows it again:\n" + to_text(found);
}

void run_file(const char *path)
{
    std::ifstream file(path);
    schedule all;
    std::string error;
    ASSERT_TRUE(file) << path << ": cannot be read";
    ASSERT_TRUE(from_text(file, all, error)) << path << ": " << error;
    simulated_system system(all);
    for (size_t i = 0; i < all.events.size(); i++) {
        ASSERT_TRUE(system.apply(all.events[i])) << "event " << i + 1 << ": " << system.report();
    }
}

} // namespace

TEST(random_schedules, keep_all_that_must_always_hold)
{
    if (const char *path = getenv("TK_REPLAY")) {
        run_file(path);
        return;
    }
    const uint64_t seed = from_environment("TK_SEED", 1),
                   events = from_environment("TK_EVENTS", EVENTS_DEFAULT);
    const uint64_t systems = (events + events_per_system - 1) / events_per_system;
    shared_record shared;
    for (uint64_t first = 0; first < systems; first += systems_per_child) {
        const std::string how = in_child(shared, false, [&] {
            bool good = true;
            for (uint64_t i = first; good && i < std::min(systems, first + systems_per_child); i++) {
                good = run_random(shared, i, seed);
            }
            return good;
        });
        ASSERT_EQ(how, "") << "TK_SEED=" << seed << " TK_EVENTS=" << events << ", system " << shared->system
                           << " after " << shared->count << " events: " << explain(shared, how);
    }
    std::cout << systems * events_per_system << " events in " << systems << " systems\n";
}
