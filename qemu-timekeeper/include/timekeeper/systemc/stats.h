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

// A vCPU at the end, or now: tk_vcpu_info says what the figures are.
struct vcpu_stats {
    std::string name;             // "platform.cpu_0"
    unsigned index = 0;           // on the timeline
    uint64_t insn_per_second = 0; // its rate
    uint64_t instructions = 0;    // that it has executed
    uint64_t local_time_ps = 0;   // its clock
    uint64_t idle_ps = 0;         // of that skipped while idle
    uint64_t annotated_ps = 0;    // of that added by TLM targets
    uint64_t pauses = 0;          // how often it was held back
    uint64_t token_holds = 0;     // how often it got the token
};

// How time was held to the host's; all 0 without `speed`.
struct throttle_stats {
    double speed = 0;          // what was asked for: simulated time to host time
    uint64_t simulated_ps = 0; // what passed of both, pauses left out
    uint64_t host_ns = 0;      // of the host's
    uint64_t waited_ns = 0;    // host time for which the simulation was held back
    uint64_t lost_ns = 0;      // host time that it could not keep up with
    // Simulated time to the host's; 0: nothing has passed.
    double achieved() const
    {
        return host_ns ? static_cast<double>(simulated_ps) / 1000 / static_cast<double>(host_ns) : 0;
    }
};

// A run at the end, or now.
struct run_stats {
    uint64_t global_time_ps = 0;     // global time
    uint64_t quantum_ps = 0;         // the quantum
    uint64_t token_handovers = 0;    // moves of the token from one vCPU to another
    uint64_t max_skew_ps = 0;        // between active vCPUs
    uint64_t max_systemc_lag_ps = 0; // of SystemC behind global time
    throttle_stats throttle;         // if it was held to the host's time
    std::vector<vcpu_stats> vcpus;   // in the platform's order
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
