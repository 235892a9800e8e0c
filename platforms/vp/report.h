// SPDX-License-Identifier: MIT
//
// What `vp --stats` reports at the end of a run.
#ifndef PLATFORMS_VP_REPORT_H
#define PLATFORMS_VP_REPORT_H

#include "timekeeper/systemc/stats.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace vp
{

struct run_figures {
    uint64_t sim_time_ps = 0;                 // SystemC's time at the end
    double wall_s = 0;                        // how long the simulation took on the host
    const tk::stats_source *source = nullptr; // nullptr: the platform keeps no time but SystemC's
};

// JSON.
std::string stats_json(const run_figures &run);
void print_stats(const run_figures &run, std::ostream &out);
// Writes the JSON file; throws std::runtime_error naming it.
void write_stats(const run_figures &run, const std::string &file);

} // namespace vp

#endif
