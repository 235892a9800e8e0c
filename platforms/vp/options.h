// SPDX-License-Identifier: MIT
//
// The command line of vp.
#ifndef PLATFORMS_VP_OPTIONS_H
#define PLATFORMS_VP_OPTIONS_H

#include "console_pattern.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace vp
{

// Exit codes of the program; else it is the guest's, or 128 + the number of a signal.
enum exit_code {
    exit_good = 0,
    exit_usage = 2,
    exit_internal = 3,
    exit_timeout_sim = 4,
    exit_timeout_wall = 5,
    exit_unexpected = 6 // a console did not say what was expected, or something else
};

struct options {
    std::string platform_file;
    std::vector<std::string> overrides;               // "path=value", in the order given
    bool sandbox = false;                             // the platform file is not trusted
    bool stats = false;                               // a table on stdout
    std::string stats_file;                           // JSON; "" for none
    std::string monitor;                              // "[HOST:]PORT"; "" for none
    bool paused = false;                              // begins so
    std::string monitor_token_file;                   // "": a token is made
    bool quiet = false;                               // no line at the bottom of the terminal
    std::vector<std::string> trace_files;             // .json, .csv, .vcd
    std::string report_file;                          // HTML; "" for none
    std::vector<console_pattern> expected, rejected;  // of what consoles say
    bool until_expected = false;                      // the run ends when all that is expected was said
    int expected_exit = exit_good;                    // of the guest
    std::string timeout_sim, timeout_wall;            // as written; "" for none
    uint64_t timeout_sim_ps = 0, timeout_wall_ps = 0; // 0 for none
    std::string junit_file;                           // XML; "" for none
    std::string test_name;                            // in it; "": the platform file's
    bool list_modules = false;
    bool markdown = false; // how
    bool list_params = false;
    bool list_qemu_types = false;
    std::string qemu_pattern;  // of their names; "": all
    std::string describe_type; // "": none
    std::string qemu_target = "aarch64";
    bool help = false;
    bool version = false;
};

struct usage_error : std::runtime_error {
    using runtime_error::runtime_error;
};

// Throws usage_error.
options parse_options(int argc, char *argv[]);
std::string help_text();

} // namespace vp

#endif
