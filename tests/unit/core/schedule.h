// SPDX-License-Identifier: MIT
//
// A schedule: what a simulated system is asked to do, event by event, and its form as text, so that a failing
// one can be kept, read and replayed. An event that its system cannot do at that point is skipped, and what
// it asks for is limited to what is legal there: any part of a schedule is a schedule, too.
#ifndef TIMEKEEPER_TESTS_SCHEDULE_H
#define TIMEKEEPER_TESTS_SCHEDULE_H

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

// X(name, what its numbers mean): each line of text is a name, who, a and b.
#define SCHEDULE_EVENT_MAP(X)                                                                                \
    X(add, "vCPU, instructions per second")                                                                  \
    X(remove, "vCPU")                                                                                        \
    X(rate, "vCPU, instructions per second")                                                                 \
    X(resume, "vCPU, ps after global time that a reader has seen; 0: none has")                              \
    X(kick, "vCPU, as resume: it may have something to execute")                                             \
    X(ask, "vCPU: for a budget")                                                                             \
    X(report, "vCPU, instructions")                                                                          \
    X(idle, "vCPU")                                                                                          \
    X(delay, "vCPU, ps that a target annotates")                                                             \
    X(suspend, "vCPU: posts a transaction")                                                                  \
    X(accept, "vCPU, ps that the target waits, ps that it annotates then")                                   \
    X(block, "vCPU: waits for an exclusive section")                                                         \
    X(unblock, "vCPU")                                                                                       \
    X(cross, "vCPU: changes something in SystemC at its local time")                                         \
    X(source, "source: is added")                                                                            \
    X(timer, "source, ps from now")                                                                          \
    X(step, "0, ps to SystemC's event after the next: SystemC goes on as far as it may")                     \
    X(advance, "0, part: while all are idle, time goes on by that part (1: all) of what is left")            \
    X(freeze, "0")                                                                                           \
    X(thaw, "0")                                                                                             \
    X(live, "0: when all do what they can, time has to move")

enum class what {
#define SCHEDULE_EVENT_ENUM(name, meaning) name,
    SCHEDULE_EVENT_MAP(SCHEDULE_EVENT_ENUM)
#undef SCHEDULE_EVENT_ENUM
};

struct event {
    what kind;
    uint64_t who, a, b;
};

struct schedule {
    uint64_t quantum = 0, reports = 1, min_window = 1;
    std::vector<event> events;
};

std::string to_text(const schedule &all);
// False: `error` says which line is wrong.
bool from_text(std::istream &text, schedule &all, std::string &error);

// A short part of a schedule that fails: no single event can be left out of it (delta debugging: Zeller and
// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002).
std::vector<event> shrink(std::vector<event> events,
                          const std::function<bool(const std::vector<event> &)> &fails);

#endif
