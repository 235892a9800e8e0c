// SPDX-License-Identifier: MIT
//
// AT to LT: an initiator that calls nb_transport_fw (TLM-2.0's base protocol, IEEE 1666-2011, 15.2 and 16.1),
// and a target that is called by b_transport. Transactions are worked on in order, one at a time, at the time
// that their BEGIN_REQ says. The answer is BEGIN_RESP, which stands for END_REQ, too; the next one begins
// after END_RESP.
#ifndef PLATFORMS_COMPONENTS_AT_QUEUE_H
#define PLATFORMS_COMPONENTS_AT_QUEUE_H

#include <systemc>
#include <tlm>

#include <deque>
#include <functional>

namespace components
{

class at_queue
{
  public:
    // `back`: the initiator, asked when there is an answer.
    at_queue(tlm::tlm_fw_transport_if<> &target, std::function<tlm::tlm_bw_transport_if<> &()> back);
    // TLM-2.0, from the initiator. SystemC's thread.
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &transaction, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay);

  private:
    struct arrival {
        tlm::tlm_generic_payload *transaction;
        sc_core::sc_time when;
    };

    void serve();
    void answer(tlm::tlm_generic_payload &transaction);

    tlm::tlm_fw_transport_if<> &m_target;
    const std::function<tlm::tlm_bw_transport_if<> &()> m_back;
    std::deque<arrival> m_arrivals;
    sc_core::sc_event m_arrived{sc_core::sc_gen_unique_name("arrived")};
    sc_core::sc_event m_ended{sc_core::sc_gen_unique_name("ended")};
    bool m_serves = false; // there is a process
    bool m_over = false;   // END_RESP has come
    sc_core::sc_time m_over_at;
};

} // namespace components

#endif
