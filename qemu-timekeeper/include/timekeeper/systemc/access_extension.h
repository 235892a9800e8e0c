// SPDX-License-Identifier: MIT
//
// Who accesses, and how: on each transaction of a bus master of QEMU's (b_transport), filled from QEMU's
// MemTxAttrs. Ignorable. A transaction that carries it to a device of QEMU's hands it on to that.
//
//     const auto *access = payload.get_extension<tk::access_extension>();
//     if (access && !access->secure) { ... }
//
// It is the initiator's, for the length of the call: it is not allocated for the transaction.
#ifndef TIMEKEEPER_SYSTEMC_ACCESS_EXTENSION_H
#define TIMEKEEPER_SYSTEMC_ACCESS_EXTENSION_H

#include <cstdint>
#include <tlm>

namespace tk
{

class access_extension : public tlm::tlm_extension<access_extension>
{
  public:
    // TLM-2.0: a copy.
    tlm::tlm_extension_base *clone() const override { return new access_extension(*this); }
    // TLM-2.0: takes over what the other says.
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        *this = static_cast<const access_extension &>(other);
    }

    int32_t cpu = -1;          // the timeline's index of the vCPU that accesses; -1: a device
    uint16_t requester_id = 0; // as QEMU has it: of a PCI device its bus, device and function
    bool secure = false;       // Arm TrustZone; false where there is none
    bool privileged = true;    // false: in the guest's user mode
    bool fetch = false;        // for an instruction, or a walk of page tables for it
    bool exclusive = false;    // of an atomic instruction, while the other vCPUs of its QEMU stand still
};

} // namespace tk

#endif
