// SPDX-License-Identifier: MIT
//
// A bus, 64 bits wide, with any number of initiators and targets. It knows nothing of QEMU.
#ifndef BUS_H
#define BUS_H

#include <cstdint>
#include <systemc>
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <vector>

class bus : public sc_core::sc_module
{
  public:
    explicit bus(const sc_core::sc_module_name &name);

    // What is bound to `initiator` next has these addresses.
    void map(uint64_t address, uint64_t size);

    tlm_utils::multi_passthrough_target_socket<bus, 64> target{"target"};
    tlm_utils::multi_passthrough_initiator_socket<bus, 64> initiator{"initiator"};

  private:
    struct window {
        uint64_t first, last;
    };

    int find(uint64_t address) const;
    void b_transport(int from, tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    unsigned transport_dbg(int from, tlm::tlm_generic_payload &transaction);
    bool get_direct_mem_ptr(int from, tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi);
    void invalidate(int to, sc_dt::uint64 first, sc_dt::uint64 last);

    std::vector<window> m_windows;
};

#endif
