// SPDX-License-Identifier: MIT
//
// The direct lane: a vCPU's thread calls b_transport itself, while SystemC's kernel waits for vCPUs. For
// targets that never call wait(), and honour the delay: an access happens at sc_time_stamp() + delay, which
// may be far ahead of SystemC's time, and what they arrange counts from there.
//
// A target's port says so (tlm_target_port::declare_direct), or `direct = true` in its Lua table. A CPU asks
// once for an address: it puts this extension on a request for a direct memory pointer. Whoever knows the
// target fills it in and answers with the addresses for which that is right; routers translate and clip them
// as they do for memory. An invalidation of direct memory pointers invalidates this, too.
#ifndef TIMEKEEPER_SYSTEMC_DIRECT_H
#define TIMEKEEPER_SYSTEMC_DIRECT_H

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

    bool direct = false; // out
    std::string target;  // out: its port's full name
};

} // namespace tk

#endif
