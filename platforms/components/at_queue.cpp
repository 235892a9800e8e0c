// SPDX-License-Identifier: MIT
#define SC_INCLUDE_DYNAMIC_PROCESSES // SystemC's, for sc_spawn
#include "at_queue.h"

#include <utility>

namespace components
{

at_queue::at_queue(tlm::tlm_fw_transport_if<> &target, std::function<tlm::tlm_bw_transport_if<> &()> back)
    : m_target(target), m_back(std::move(back))
{
}

tlm::tlm_sync_enum at_queue::nb_transport_fw(tlm::tlm_generic_payload &transaction, tlm::tlm_phase &phase,
                                             sc_core::sc_time &delay)
{
    if (phase == tlm::END_RESP) {
        m_over = true;
        m_over_at = sc_core::sc_time_stamp() + delay;
        m_ended.notify();
        return tlm::TLM_COMPLETED;
    }
    if (phase != tlm::BEGIN_REQ) {
        return tlm::TLM_ACCEPTED; // a phase of another protocol is ignored
    }
    if (transaction.has_mm()) {
        transaction.acquire();
    }
    m_arrivals.push_back({&transaction, sc_core::sc_time_stamp() + delay});
    m_arrived.notify();
    if (!m_serves) {
        m_serves = true;
        sc_core::sc_spawn([this] { serve(); });
    }
    return tlm::TLM_ACCEPTED;
}

static void wait_until(const sc_core::sc_time &when)
{
    if (when > sc_core::sc_time_stamp()) {
        sc_core::wait(when - sc_core::sc_time_stamp());
    }
}

void at_queue::serve()
{
    for (;;) {
        while (m_arrivals.empty()) {
            sc_core::wait(m_arrived);
        }
        const arrival first = m_arrivals.front();
        sc_core::sc_time delay;

        m_arrivals.pop_front();
        wait_until(first.when);
        m_target.b_transport(*first.transaction, delay);
        wait_until(sc_core::sc_time_stamp() + delay);
        answer(*first.transaction);
        if (first.transaction->has_mm()) {
            first.transaction->release();
        }
    }
}

void at_queue::answer(tlm::tlm_generic_payload &transaction)
{
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay;

    m_over = false;
    const tlm::tlm_sync_enum answer = m_back().nb_transport_bw(transaction, phase, delay);
    if (answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
        wait_until(sc_core::sc_time_stamp() + delay);
        return;
    }
    while (!m_over) {
        sc_core::wait(m_ended);
    }
    wait_until(m_over_at);
}

} // namespace components
