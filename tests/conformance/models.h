// SPDX-License-Identifier: MIT
//
// Accellera's models, and how the tests make them.
#ifndef TESTS_CONFORMANCE_MODELS_H
#define TESTS_CONFORMANCE_MODELS_H

#include "environment.h"
#include "processes.h"

#include <at_initiator_annotated.h>
#include <at_initiator_explicit.h>
#include <at_target_1_phase.h>
#include <at_target_2_phase.h>
#include <at_target_4_phase.h>
#include <at_target_ooo_2_phase.h>
#include <lt_dmi_initiator.h>
#include <lt_dmi_target.h>
#include <lt_initiator.h>
#include <lt_synch_target.h>
#include <lt_target.h>
#include <lt_td_initiator.h>
#include <me_traffic_generator.h>
#include <models/SimpleBusAT.h>
#include <models/SimpleBusLT.h>
#include <select_initiator.h>
#include <traffic_generator.h>

namespace conformance
{

// What a target annotates, or takes. Picoseconds that no other time here is a multiple of.
struct latencies {
    uint64_t accept_ps = 1234, read_ps = 5678, write_ps = 4321;

    uint64_t of(const event &access) const
    {
        return accept_ps + (access.command == tlm::TLM_READ_COMMAND ? read_ps : write_ps);
    }
};

inline sc_core::sc_time time_of(uint64_t ps)
{
    return sc_core::sc_time::from_value(ps);
}

constexpr uint64_t memory_size = 4096; // bytes

// A target with a memory; further arguments are those of its constructor behind the latencies.
template <typename Target, typename... More>
Target &make_target(environment &in, const char *name, const latencies &takes, More... more)
{
    return in.make<Target>(name, 201, "memory_socket", memory_size, 4, time_of(takes.accept_ps),
                           time_of(takes.read_ps), time_of(takes.write_ps), more...);
}

// An initiator with a traffic_generator: as in the examples' initiator_top. It writes 16 words at each of two
// places and reads them back, and checks them.
template <typename Initiator>
class traffic : public sc_core::sc_module
{
  public:
    // Of these 64 transactions.
    static constexpr size_t transactions = 64;
    // Up to `active` at a time. Further arguments are those of the initiator's constructor behind its ID.
    template <typename... More>
    traffic(const sc_core::sc_module_name &name, uint64_t first, uint64_t second, unsigned active,
            More... more)
        : sc_module(name), initiator("initiator", 101, more...),
          m_generator("generator", 101, first, second, active)
    {
        m_generator.request_out_port(m_requests);
        initiator.request_in_port(m_requests);
        initiator.response_out_port(m_responses);
        m_generator.response_in_port(m_responses);
    }

    Initiator initiator;

  private:
    traffic_generator m_generator;
    sc_core::sc_fifo<tlm::tlm_generic_payload *> m_requests{"requests"}, m_responses{"responses"};
};

// Takes what no target is bound to.
class nothing : public sc_core::sc_module
{
  public:
    explicit nothing(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &nothing::b_transport);
    }

    tlm_utils::simple_target_socket<nothing> socket{"socket"};

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
    {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
};

// Accesses of each size at `base`, whose values the script knows: 8 of each, 4 reads and 4 writes.
inline void exercise(script &cpu, uint64_t base)
{
    uint64_t value = 0x8877665544332211;

    for (unsigned size = 1; size <= 8; size *= 2) {
        const uint64_t mask = size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
        for (uint64_t at = 0; at < 4; at++) {
            cpu.write(size, base + 64 * size + at * size, (value + at) & mask);
        }
        for (uint64_t at = 0; at < 4; at++) {
            cpu.read(size, base + 64 * size + at * size, (value + at) & mask);
        }
        value = value << 8 | value >> 56;
    }
    // Bytes are where a little-endian CPU puts them.
    cpu.write(8, base, 0x0807060504030201)
        .read(1, base + 1, 2)
        .read(2, base + 2, 0x0403)
        .read(4, base + 4, 0x08070605);
}
constexpr size_t exercises = 36; // accesses

} // namespace conformance

#endif
