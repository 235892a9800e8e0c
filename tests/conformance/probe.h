// SPDX-License-Identifier: MIT
//
// A bus as any user would write it, between one initiator and one target: it forwards all calls, and writes
// down the transports. It knows nothing of QEMU, of the time keeping, or of threads.
#ifndef TESTS_CONFORMANCE_PROBE_H
#define TESTS_CONFORMANCE_PROBE_H

#include "journal.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <thread>

namespace conformance
{

class probe : public sc_core::sc_module
{
  public:
    // `number` is its own; what it sees goes into `book`.
    probe(const sc_core::sc_module_name &name, uint32_t number, journal &book);

    tlm_utils::simple_target_socket<probe> target_socket{"target_socket"};
    tlm_utils::simple_initiator_socket<probe> initiator_socket{"initiator_socket"};

    uint32_t number() const { return m_number; }

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay);
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi);
    unsigned transport_dbg(tlm::tlm_generic_payload &payload);
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);
    event began(call kind, const tlm::tlm_generic_payload &payload, const sc_core::sc_time &delay) const;
    void ended(event &call, const tlm::tlm_generic_payload &payload, const sc_core::sc_time &delay);

    const uint32_t m_number;
    journal &m_book;
    const std::thread::id m_kernel = std::this_thread::get_id();
};

} // namespace conformance

#endif
