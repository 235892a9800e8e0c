// SPDX-License-Identifier: MIT
#include "probe.h"

#include <algorithm>
#include <cstring>

namespace conformance
{

probe::probe(const sc_core::sc_module_name &name, uint32_t number, journal &book)
    : sc_module(name), m_number(number), m_book(book)
{
    target_socket.register_b_transport(this, &probe::b_transport);
    target_socket.register_nb_transport_fw(this, &probe::nb_transport_fw);
    initiator_socket.register_nb_transport_bw(this, &probe::nb_transport_bw);
    target_socket.register_get_direct_mem_ptr(this, &probe::get_direct_mem_ptr);
    target_socket.register_transport_dbg(this, &probe::transport_dbg);
    initiator_socket.register_invalidate_direct_mem_ptr(this, &probe::invalidate_direct_mem_ptr);
}

static uint64_t ps(const sc_core::sc_time &delay)
{
    return (sc_core::sc_time_stamp() + delay).value(); // the keeper insists on a resolution of 1 ps
}

event probe::began(call kind, const tlm::tlm_generic_payload &payload, const sc_core::sc_time &delay) const
{
    event one{};

    one.probe = m_number;
    one.kind = kind;
    one.command = static_cast<uint32_t>(payload.get_command());
    one.length = payload.get_data_length();
    one.address = payload.get_address();
    one.begin_ps = ps(delay);
    one.elsewhere = std::this_thread::get_id() != m_kernel;
    return one;
}

void probe::ended(event &call, const tlm::tlm_generic_payload &payload, const sc_core::sc_time &delay)
{
    call.end_ps = ps(delay);
    call.response = static_cast<int32_t>(payload.get_response_status());
    memcpy(&call.data, payload.get_data_ptr(), std::min<size_t>(call.length, sizeof(call.data)));
    m_book.push_back(call);
}

void probe::b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
{
    event one = began(call::blocking, payload, delay);

    initiator_socket->b_transport(payload, delay);
    ended(one, payload, delay);
}

tlm::tlm_sync_enum probe::nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                          sc_core::sc_time &delay)
{
    event one = began(call::forward, payload, delay);

    one.phase = phase;
    const tlm::tlm_sync_enum status = initiator_socket->nb_transport_fw(payload, phase, delay);
    one.new_phase = phase;
    one.status = static_cast<uint32_t>(status);
    ended(one, payload, delay);
    return status;
}

tlm::tlm_sync_enum probe::nb_transport_bw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                          sc_core::sc_time &delay)
{
    event one = began(call::backward, payload, delay);

    one.phase = phase;
    const tlm::tlm_sync_enum status = target_socket->nb_transport_bw(payload, phase, delay);
    one.new_phase = phase;
    one.status = static_cast<uint32_t>(status);
    ended(one, payload, delay);
    return status;
}

bool probe::get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
{
    return initiator_socket->get_direct_mem_ptr(payload, dmi);
}

unsigned probe::transport_dbg(tlm::tlm_generic_payload &payload)
{
    return initiator_socket->transport_dbg(payload);
}

void probe::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last)
{
    target_socket->invalidate_direct_mem_ptr(first, last);
}

} // namespace conformance
