// SPDX-License-Identifier: MIT
//
// What the probes of a run saw: each call of a transport interface, with its times.
#ifndef TESTS_CONFORMANCE_JOURNAL_H
#define TESTS_CONFORMANCE_JOURNAL_H

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace conformance
{

enum class call : uint32_t { blocking, forward, backward };

// Trivial: it goes through a pipe.
struct event {
    uint32_t probe;     // its number, in the order of construction
    call kind;          // b_transport, nb_transport_fw, nb_transport_bw
    uint32_t command;   // tlm_command
    uint32_t length;    // bytes
    uint64_t address;   // as it came to the probe
    uint64_t data;      // the first 8 bytes, when the call returned
    uint64_t begin_ps;  // SystemC's time and the delay, when the call came
    uint64_t end_ps;    // the same when it returned
    int32_t response;   // tlm_response_status, when it returned
    uint32_t phase;     // of a non-blocking call, when it came
    uint32_t new_phase; // and when it returned
    uint32_t status;    // tlm_sync_enum that it returned
    uint32_t elsewhere; // not 0: the call came on another thread than SystemC's

    uint64_t took_ps() const { return end_ps - begin_ps; }
};

bool operator==(const event &a, const event &b);
// For a test that fails.
std::ostream &operator<<(std::ostream &out, const event &each);

using journal = std::vector<event>;

// Those of one probe, in the order of their begin. Calls that begin at the same time are in an order that
// does not depend on that of their processes, which SystemC leaves open.
journal of_probe(const journal &all, uint32_t probe);
// Those that begin before `end_ps`.
journal before(const journal &all, uint64_t end_ps);

} // namespace conformance

#endif
