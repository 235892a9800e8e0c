// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/at_adapter.h"

namespace tk
{

at_adapter::at_adapter(const sc_core::sc_module_name &name) : sc_module(name)
{
    target.bind(static_cast<tlm::tlm_fw_transport_if<> &>(*this));
    initiator.bind(static_cast<tlm::tlm_bw_transport_if<> &>(*this));
}

at_adapter::request *at_adapter::find(const tlm::tlm_generic_payload &payload)
{
    for (request &each : m_requests) {
        if (each.transaction == &payload) {
            return &each;
        }
    }
    return nullptr;
}

// --- from the initiator ------------------------------------------------------------------------------

void at_adapter::b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
{
    const bool managed = payload.has_mm();

    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    while (m_busy) {
        sc_core::wait(m_idle);
    }
    m_busy = true;
    const auto mine = m_requests.emplace(m_requests.end(), payload);
    if (!managed) {
        payload.set_mm(this);
    }
    payload.acquire();
    transact(payload, *mine);
    payload.release();
    if (!managed) {
        while (!mine->freed) { // the target refers to it still
            sc_core::wait(mine->changed);
        }
        payload.set_mm(nullptr);
    }
    m_requests.erase(mine);
}

void at_adapter::transact(tlm::tlm_generic_payload &payload, request &mine)
{
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;

    const tlm::tlm_sync_enum answer = initiator->nb_transport_fw(payload, phase, delay);
    take(mine, answer, phase, delay);
    while (!mine.responded && !mine.over) {
        if (mine.phases.empty()) {
            sc_core::wait(mine.changed);
            continue;
        }
        const coming next = mine.phases.front();
        mine.phases.pop_front();
        if (next.when > sc_core::sc_time_stamp()) {
            sc_core::wait(next.when - sc_core::sc_time_stamp());
        }
        accepted(mine);
        mine.responded = next.response;
    }
    if (!mine.over) {
        phase = tlm::END_RESP;
        delay = sc_core::SC_ZERO_TIME;
        initiator->nb_transport_fw(payload, phase, delay);
        sc_core::wait(delay);
    }
}

// What the target's return says, which is right in `delay` from now.
void at_adapter::take(request &mine, tlm::tlm_sync_enum answer, const tlm::tlm_phase &phase,
                      const sc_core::sc_time &delay)
{
    if (answer == tlm::TLM_ACCEPTED) {
        return;
    }
    sc_core::wait(delay);
    if (answer == tlm::TLM_COMPLETED) {
        mine.over = true;
    } else if (phase == tlm::BEGIN_RESP) {
        mine.responded = true;
    }
    accepted(mine);
}

void at_adapter::accepted(request &mine)
{
    if (!mine.accepted) {
        mine.accepted = true;
        m_busy = false;
        m_idle.notify();
    }
}

tlm::tlm_sync_enum at_adapter::nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &,
                                               sc_core::sc_time &)
{
    SC_REPORT_ERROR(name(), "nb_transport_fw is for targets without an adapter: leave out protocol = \"at\"");
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
}

bool at_adapter::get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
{
    return initiator->get_direct_mem_ptr(payload, dmi);
}

unsigned at_adapter::transport_dbg(tlm::tlm_generic_payload &payload)
{
    return initiator->transport_dbg(payload);
}

// --- from the target ---------------------------------------------------------------------------------

tlm::tlm_sync_enum at_adapter::nb_transport_bw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                               sc_core::sc_time &delay)
{
    request *const mine = find(payload);

    if (!mine || mine->over || (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP)) {
        return tlm::TLM_ACCEPTED; // a phase of another protocol is ignored
    }
    mine->phases.push_back({sc_core::sc_time_stamp() + delay, phase == tlm::BEGIN_RESP});
    mine->changed.notify();
    return tlm::TLM_ACCEPTED;
}

void at_adapter::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last)
{
    target->invalidate_direct_mem_ptr(first, last);
}

// Nothing refers to the transaction any more: the initiator keeps it.
void at_adapter::free(tlm::tlm_generic_payload *payload)
{
    payload->reset();
    if (request *mine = find(*payload)) {
        mine->freed = true;
        mine->changed.notify();
    }
}

} // namespace tk
