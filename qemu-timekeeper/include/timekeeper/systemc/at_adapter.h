// SPDX-License-Identifier: MIT
//
// LT to AT: an initiator calls b_transport, and a target that has only nb_transport_fw gets TLM-2.0's base
// protocol (IEEE 1666-2011, 15.2 and 16.1): BEGIN_REQ, END_REQ, BEGIN_RESP, END_RESP, one request at a time
// until END_REQ or BEGIN_RESP, early completion, and timing annotations of all calls. The transaction gets a
// memory manager if it has none, and b_transport returns when the target has let go of it.
//
// `protocol = "at"` beside `bind` puts one before a target.
#ifndef TIMEKEEPER_SYSTEMC_AT_ADAPTER_H
#define TIMEKEEPER_SYSTEMC_AT_ADAPTER_H

#include <systemc>
#include <tlm>

#include <deque>
#include <list>

namespace tk
{

// Elaboration; calls on SystemC's thread. b_transport waits, for the delay first of all.
class at_adapter : public sc_core::sc_module,
                   tlm::tlm_fw_transport_if<>,
                   tlm::tlm_bw_transport_if<>,
                   tlm::tlm_mm_interface
{
  public:
    // Elaboration only.
    explicit at_adapter(const sc_core::sc_module_name &name);

    // For the initiator outside.
    tlm::tlm_target_socket<> target{"target"};
    // For the target outside.
    tlm::tlm_initiator_socket<> initiator{"initiator"};

  private:
    // What the target has said, and when that is.
    struct coming {
        sc_core::sc_time when;
        bool response; // BEGIN_RESP, and not END_REQ
    };
    struct request {
        explicit request(const tlm::tlm_generic_payload &what) : transaction(&what) {}

        const tlm::tlm_generic_payload *transaction;
        bool accepted = false; // no longer holds the others up
        bool responded = false;
        bool over = false; // without END_RESP
        bool freed = false;
        std::deque<coming> phases;
        sc_core::sc_event changed{sc_core::sc_gen_unique_name("changed")};
    };

    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) override;
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi) override;
    unsigned transport_dbg(tlm::tlm_generic_payload &payload) override;
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;
    void free(tlm::tlm_generic_payload *payload) override;

    void transact(tlm::tlm_generic_payload &payload, request &mine);
    void take(request &mine, tlm::tlm_sync_enum answer, const tlm::tlm_phase &phase,
              const sc_core::sc_time &delay);
    void accepted(request &mine);
    request *find(const tlm::tlm_generic_payload &payload);

    std::list<request> m_requests; // under way
    bool m_busy = false;           // a request is not accepted yet
    sc_core::sc_event m_idle{"idle"};
};

} // namespace tk

#endif
