// SPDX-License-Identifier: MIT
//
// What a bus of routers, memories and registers must answer, said a second time, and slowly: from the list of
// windows alone, byte by byte. The fuzzer of transactions compares.
#ifndef TESTS_FUZZ_BUS_MODEL_H
#define TESTS_FUZZ_BUS_MODEL_H

#include <tlm>

#include <cstdint>
#include <vector>

namespace fuzz
{

// Registers (stride > 0) or a memory.
struct bus_target {
    uint64_t span = 0;   // bytes
    unsigned stride = 0; // from one register to the next
    bool read_only = false, dmi = false;
    uint64_t latency_ps = 0;
    unsigned char *storage = nullptr;  // a memory's own bytes
    std::vector<unsigned char> shadow; // what must be in there
};

// The bytes first..last are `target`'s; `base` is its offset 0. The lower priority wins.
struct bus_window {
    uint64_t first, last;
    int priority;
    uint64_t base;
    bus_target *target;
};

class bus_model
{
  public:
    explicit bus_model(std::vector<bus_window> windows) : m_windows(std::move(windows)) {}

    // nullptr: nobody is there.
    const bus_window *at(uint64_t address) const;
    // The last address from `address` on up to which the same window answers, or nobody.
    uint64_t last_of(uint64_t address) const;

    // What b_transport must answer, `local_ps` being the initiator's local time; memories' shadows follow,
    // and `data` becomes what the initiator must find in its own.
    tlm::tlm_response_status transport(const tlm::tlm_generic_payload &asked, bool in_time,
                                       std::vector<unsigned char> &data);
    // How many bytes transport_dbg must move. Those of registers are not known: `known` says which are.
    unsigned debug(const tlm::tlm_generic_payload &asked, std::vector<unsigned char> &data,
                   std::vector<bool> &known);

    const std::vector<bus_window> &windows() const { return m_windows; }

  private:
    std::vector<bus_window> m_windows;
};

} // namespace fuzz

#endif
