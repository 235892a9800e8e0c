// SPDX-License-Identifier: MIT
//
// Joins TLM-2.0 sockets of different BUSWIDTH: every call goes through as it is, in both directions. (The
// interfaces are the same for all widths; only the types of the sockets differ.)
#ifndef TIMEKEEPER_SYSTEMC_WIDTH_ADAPTER_H
#define TIMEKEEPER_SYSTEMC_WIDTH_ADAPTER_H

#include <systemc>
#include <tlm>

namespace tk
{

// FROM: the initiator's width; TO: the target's. Elaboration; calls as the two ends make them.
template <unsigned FROM, unsigned TO>
class width_adapter : public sc_core::sc_module, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>
{
  public:
    // Elaboration only.
    explicit width_adapter(const sc_core::sc_module_name &name) : sc_module(name)
    {
        target.bind(static_cast<tlm::tlm_fw_transport_if<> &>(*this));
        initiator.bind(static_cast<tlm::tlm_bw_transport_if<> &>(*this));
    }

    // For the initiator outside.
    tlm::tlm_target_socket<FROM> target{"target"};
    // For the target outside.
    tlm::tlm_initiator_socket<TO> initiator{"initiator"};

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) override
    {
        initiator->b_transport(payload, delay);
    }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        return initiator->nb_transport_fw(payload, phase, delay);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi) override
    {
        return initiator->get_direct_mem_ptr(payload, dmi);
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &payload) override
    {
        return initiator->transport_dbg(payload);
    }
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        return target->nb_transport_bw(payload, phase, delay);
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override
    {
        target->invalidate_direct_mem_ptr(first, last);
    }
};

} // namespace tk

#endif
