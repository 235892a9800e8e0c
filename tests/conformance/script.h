// SPDX-License-Identifier: MIT
//
// What a CPU of a test does: a list of accesses and pauses, which firmware/script.S executes in order. The
// guest compares what it reads, and ends the run with `differs` when something else comes.
#ifndef TESTS_CONFORMANCE_SCRIPT_H
#define TESTS_CONFORMANCE_SCRIPT_H

#include "timekeeper/systemc/subsystem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace conformance
{

class script
{
  public:
    // Instructions from one access to the next.
    static const unsigned step;
    // The run's exit code when a read gave something else.
    static const int differs;
    // What a read gives that is answered with an error; a write that expects one writes it.
    static const uint64_t aborted;

    // An access of 1, 2, 4 or 8 bytes at an address that is a multiple of them.
    script &read(unsigned size, uint64_t address, uint64_t expected);
    script &write(unsigned size, uint64_t address, uint64_t value);
    // 2 instructions for each turn, at least 1, beside `step`.
    script &pause(uint64_t turns);
    // The run ends with this code; without it the CPU sleeps at the end of its script.
    script &end(int code = 0);

    // Words of 32 bits and their address for CPU number `cpu`, as entry `entry` of a loader.
    void load(tk::settings &loader, const std::string &entry, unsigned cpu) const;

  private:
    struct step_of {
        uint64_t operation, address, value;
    };
    script &add(uint64_t operation, uint64_t address, uint64_t value);
    std::vector<step_of> m_steps;
};

} // namespace conformance

#endif
