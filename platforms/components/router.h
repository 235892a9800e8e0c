// SPDX-License-Identifier: MIT
//
// router: hands transactions of many initiators to many targets by address.
//
// Each target is bound with a window: address, size, and optionally priority (default 0; the lower value wins
// where windows overlap) and relative_addresses (default true: the target sees offsets within its window).
// `aliases = { { address =, size = }, ... }` are more windows of the same target; what an entry does not say
// (size, priority, relative_addresses) is as in the first. Windows of equal priority must not overlap. What
// no window covers answers TLM_ADDRESS_ERROR_RESPONSE, as does a transaction that leaves its window; a debug
// access is split at the edges instead. A router may be a target of another.
//
// Whether a target is direct (timekeeper/systemc/direct.h) is answered here: the router itself never waits.
// DMI is passed on, translated, and clipped to where the window is not hidden by another; invalidations go
// back to all initiators. Targets are called by b_transport; initiators may be AT, too (at_queue.h). TLM-2.0:
// IEEE 1666-2011, clauses 11 and 16.1.
#ifndef PLATFORMS_COMPONENTS_ROUTER_H
#define PLATFORMS_COMPONENTS_ROUTER_H

#include "at_queue.h"

#include "timekeeper/systemc/direct.h"
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace components
{

class router : public tk::module, public tlm::tlm_fw_transport_if<>
{
  public:
    router(const sc_core::sc_module_name &name, tk::module_context &context);
    void configured() override;

    ~router() override;

    // TLM-2.0, from an initiator that is not known: through a target socket of a module that the router is
    // in. SystemC's thread, or the thread that holds its baton.
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay) override;
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &transaction, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi) override;
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction) override;

  private:
    using target_socket = tlm_utils::simple_initiator_socket_tagged<router>;

    struct bound_target {
        std::string name;
        const tk::tlm_target_port *port = nullptr;
        std::unique_ptr<target_socket> socket; // of its own, so that it knows who invalidates DMI
    };
    // The bytes first..last belong to a target.
    struct window {
        bound_target *target = nullptr;
        tk::source_location where;
        uint64_t first = 0, last = 0;
        int64_t priority = 0;
        bool relative = true;

        uint64_t base() const { return relative ? first : 0; } // what the target's address 0 is here
    };
    // A stretch of addresses in which one window is the one to answer.
    struct stretch {
        uint64_t first, last;
        const window *owner;
    };

    // One initiator's way in.
    class entry;
    class entry_socket
        : public tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, 0, sc_core::SC_ZERO_OR_MORE_BOUND>
    {
      public:
        explicit entry_socket(router &owner) : tlm_target_socket("target_socket"), m_router(owner) {}
        // Is called once for each initiator that binds.
        tlm::tlm_fw_transport_if<> &get_base_interface() override { return m_router.add_entry(); }
        const tlm::tlm_fw_transport_if<> &get_base_interface() const override { return m_router; }

      private:
        router &m_router;
    };

    class target_side : public tk::tlm_initiator_port
    {
      public:
        explicit target_side(router &owner);
        void connect(tk::tlm_target_port &target) override;
        void bound(port &other, tk::config_node &attributes) override;

      private:
        router &m_router;
    };

    tlm::tlm_fw_transport_if<> &add_entry();
    tlm::tlm_bw_transport_if<> &initiator_of(size_t entry);
    void route(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    bool grant(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi,
               const tlm::tlm_fw_transport_if<> &called);
    void add_target(tk::tlm_target_port &target);
    bool answer_direct(tk::direct_extension &ask, const stretch &at, tlm::tlm_dmi &dmi,
                       const tlm::tlm_fw_transport_if<> &called) const;
    void read_windows(tk::port &target, tk::config_node &attributes);
    window read_window(tk::port &target, tk::config_node &attributes, const window *first);
    void refuse_overlaps() const;
    void lay_out();
    const window *winner_at(uint64_t address) const;
    const stretch *find(uint64_t address) const;
    void invalidate(int index, sc_dt::uint64 first, sc_dt::uint64 last);

    entry_socket m_socket{*this};
    std::vector<std::unique_ptr<entry>> m_entries; // in the order of m_socket
    at_queue m_unknown;                            // of initiators without an entry
    tk::tlm_target_port m_initiator_side{*this, "target_socket", m_socket, "from any number of initiators"};
    target_side m_target_side{*this};
    std::vector<std::unique_ptr<bound_target>> m_targets;
    bound_target *m_unplaced = nullptr; // bound, but its addresses are not read yet
    std::vector<window> m_windows;      // complete when m_map is made, which points into it
    std::vector<stretch> m_map;         // sorted, without overlaps
    mutable std::atomic<const stretch *> m_recent{nullptr};
};

} // namespace components

#endif
