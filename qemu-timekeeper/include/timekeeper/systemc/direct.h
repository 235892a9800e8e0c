// SPDX-License-Identifier: MIT
//
// The direct lane: a vCPU's thread calls b_transport itself, while SystemC's kernel waits for vCPUs. For
// targets that never call wait(), and honour the delay: an access happens at sc_time_stamp() + delay, which
// may be far ahead of SystemC's time, and what they arrange counts from there.
//
// A path is direct if each hop of it has said so for itself. A target's port says so
// (tlm_target_port::declare_direct, or `direct = true` in its Lua table). A module that hands transactions on
// by address says so for each address: a CPU asks once, with this extension on a request for a direct memory
// pointer, and the module fills it in, and answers with the addresses for which that is right. An
// invalidation of direct memory pointers invalidates this, too.
//
// A module that knows nothing of this, and hands requests for direct memory pointers on as they are, has said
// nothing: the extension carries where the last hop that agreed hands transactions on to, and the next one
// agrees only if that is itself.
#ifndef TIMEKEEPER_SYSTEMC_DIRECT_H
#define TIMEKEEPER_SYSTEMC_DIRECT_H

#include "timekeeper/systemc/port.h"

#include <string>
#include <tlm>

namespace tk
{

class direct_extension : public tlm::tlm_extension<direct_extension>
{
  public:
    // TLM-2.0: a copy.
    tlm::tlm_extension_base *clone() const override { return new direct_extension(*this); }
    // TLM-2.0: takes over what the other says.
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        *this = static_cast<const direct_extension &>(other);
    }
    // True: the last hop that agreed hands transactions on to `interface`, the forward interface of the port
    // `own`, with nothing between but ports that are declared to be direct.
    bool reaches(const tlm::tlm_fw_transport_if<> &interface, const tlm_target_port &own) const
    {
        return calls == &interface || (bound_to && bound_to->leads_to(own));
    }

    const tlm::tlm_fw_transport_if<> *calls = nullptr; // in: what the last hop that agreed calls
    const tlm_target_port *bound_to = nullptr;         // in: whose that is; nullptr: not known
    bool direct = false;                               // out
    std::string target;                                // out: its port's full name
};

// Finds out which module of a direct path has called wait() all the same. Thread: that which has SystemC's
// baton.
class wait_finder
{
  public:
    // From now on it is about this transaction; nullptr: about none.
    static void watch(const tlm::tlm_generic_payload *transaction)
    {
        s_transaction = transaction;
        s_waited = nullptr;
    }
    // What it has found until now is about something else.
    static void forget() { s_waited = nullptr; }
    // The innermost port behind which there was a wait, as far as hops have used call(); nullptr: not known.
    static const tlm_target_port *waited() { return s_waited; }

    // Calls `hand_on`, which hands the transaction on to the port `next`.
    template <typename CALL>
    static void call(const tlm::tlm_generic_payload &transaction, const tlm_target_port &next, CALL hand_on)
    {
        const bool watched = s_transaction == &transaction;
        const sc_dt::uint64 deltas = watched ? sc_core::sc_delta_count() : 0;

        try {
            hand_on();
        } catch (...) {
            note(next); // in the direct lane, SystemC refuses to wait
            throw;
        }
        if (watched && sc_core::sc_delta_count() != deltas) {
            note(next);
        }
    }

  private:
    static void note(const tlm_target_port &port);

    static const tlm::tlm_generic_payload *s_transaction;
    static const tlm_target_port *s_waited;
};

} // namespace tk

#endif
