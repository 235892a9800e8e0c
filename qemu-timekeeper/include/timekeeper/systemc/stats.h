// SPDX-License-Identifier: MIT
//
// What a run reports about time: `vp --stats`. The keeper implements the source; the program prints.
// Times are picoseconds.
#ifndef TIMEKEEPER_SYSTEMC_STATS_H
#define TIMEKEEPER_SYSTEMC_STATS_H

#include <cstdint>
#include <string>
#include <vector>

namespace tk
{

struct vcpu_stats {
    std::string name; // "platform.cpu_0"
    unsigned index = 0;
    uint64_t insn_per_second = 0;
    uint64_t instructions = 0;
    uint64_t local_time_ps = 0;
    uint64_t idle_ps = 0;
    uint64_t annotated_ps = 0;
    uint64_t pauses = 0;
    uint64_t token_holds = 0;
};

// How time was held to the host's; all 0 without `speed`.
struct throttle_stats {
    double speed = 0;          // what was asked for: simulated time to host time
    uint64_t simulated_ps = 0; // what passed of both, pauses left out
    uint64_t host_ns = 0;
    uint64_t waited_ns = 0; // host time for which the simulation was held back
    uint64_t lost_ns = 0;   // host time that it could not keep up with
    double achieved() const
    {
        return host_ns ? static_cast<double>(simulated_ps) / 1000 / static_cast<double>(host_ns) : 0;
    }
};

struct run_stats {
    uint64_t global_time_ps = 0;
    uint64_t quantum_ps = 0;
    uint64_t token_handovers = 0;
    uint64_t max_skew_ps = 0;
    uint64_t max_systemc_lag_ps = 0;
    throttle_stats throttle;
    std::vector<vcpu_stats> vcpus;
};

class stats_source
{
  public:
    virtual ~stats_source() = default;
    // Called after the simulation has stopped, on SystemC's thread.
    virtual run_stats stats() const = 0;
};

} // namespace tk

#endif
