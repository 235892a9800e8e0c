// SPDX-License-Identifier: MIT
//
// How a QEMU device that sits behind TLM sockets tells a CPU of the same QEMU where it is, so that QEMU
// reaches it by itself: the CPU puts this extension on its request for a direct memory pointer. Routers
// translate and clip the address range as they do for memory. A target that understands it grants the
// request, and fills it in.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_REGION_H
#define TIMEKEEPER_SYSTEMC_QEMU_REGION_H

#include "timekeeper/systemc/qemu/instance.h"

#include <tlm>

namespace tk
{

class qemu_region_extension : public tlm::tlm_extension<qemu_region_extension>
{
  public:
    // `owner`: whose CPU asks.
    explicit qemu_region_extension(const qemu_instance &owner) : instance(&owner) {}
    // TLM-2.0: a copy.
    tlm::tlm_extension_base *clone() const override { return new qemu_region_extension(*this); }
    // TLM-2.0: takes over what the other says.
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        *this = static_cast<const qemu_region_extension &>(other);
    }

    const qemu_instance *instance;    // in: whose CPU asks
    libqemu_memory *region = nullptr; // out: the device's region
    uint64_t address = 0;             // out: the request's address, as offset within the region
};

} // namespace tk

#endif
