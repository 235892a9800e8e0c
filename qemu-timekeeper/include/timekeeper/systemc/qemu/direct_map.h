// SPDX-License-Identifier: MIT
//
// What one bus master of QEMU's reaches without transactions: host memory that targets have granted by DMI,
// and regions of devices inside the same QEMU.
//
// A grant is for reading, for writing, or for both, and may grow: what is granted later is added to what was
// granted before. QEMU reads directly where reading is granted, and writes directly where both are; a write
// to what may only be read is a transaction, and so is everything where only writing is granted. A grant that
// says something else of an address (other memory) replaces the older one.
//
// QEMU maps whole pages of guest and host: of a grant those that are whole on both sides are used.
//
// Thread: SystemC's, or the one that has its baton; not before QEMU has started. Errors: QEMU may refuse a
// range (memory_ram() in timekeeper/libqemu.h); it stays a matter of transactions then.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_DIRECT_MAP_H
#define TIMEKEEPER_SYSTEMC_QEMU_DIRECT_MAP_H

#include "timekeeper/libqemu.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class direct_map
{
  public:
    // `name`: what QEMU calls its regions after. `write`: gets each write to memory that may only be read,
    // with its address in `root`, on the accessing thread.
    direct_map(const libqemu_api &api, std::string name, libqemu_memory *root, libqemu_access_fn write,
               void *opaque);

    // Host memory `host` for the addresses first..last.
    void grant(uint64_t first, uint64_t last, unsigned char *host, bool reads, bool writes);
    // The bytes of `region`, from `offset`, for the addresses first..last.
    void grant(uint64_t first, uint64_t last, libqemu_memory *region, uint64_t offset);
    // No grant for these addresses is valid any more. When it returns, no vCPU makes an access by one.
    void revoke(uint64_t first, uint64_t last);

    // True: that access is granted there, and is made without transaction where QEMU has it in its map.
    bool reads(uint64_t address) const;
    // The same for writing.
    bool writes(uint64_t address) const;

  private:
    // Addresses that have the same grant.
    struct stretch {
        uint64_t first = 0, last = 0;
        bool reads = false, writes = false;
        unsigned char *host = nullptr;    // where first is; nullptr: a region's
        libqemu_memory *region = nullptr; // nullptr: host memory
        uint64_t offset = 0;              // in the region
        libqemu_memory *memory = nullptr; // in QEMU's map; nullptr: it is not
    };
    // What QEMU was told of once, to be used again: its regions stay until it ends.
    struct view {
        stretch of;
        bool used;
    };
    // A view that is only read: where it is.
    struct window {
        const direct_map *map;
        uint64_t first;
    };

    static libqemu_access_result on_write(void *opaque, libqemu_access *access);
    static stretch part(const stretch &of, uint64_t first, uint64_t last);
    static bool agree(const stretch &a, const stretch &b);
    const stretch *find(uint64_t address) const;
    void add(const stretch &wanted);
    void extend(stretch old, const stretch &by);
    void put(stretch added);
    void take_out(const stretch &old);
    bool drop(uint64_t first, uint64_t last, const stretch *unless_agrees);
    libqemu_memory *view_of(const stretch &wanted);
    libqemu_memory *make_view(const stretch &wanted);

    const libqemu_api &m_api;
    const std::string m_name;
    libqemu_memory *const m_root;
    const libqemu_access_fn m_write;
    void *const m_opaque;
    std::vector<stretch> m_stretches; // sorted, without overlaps
    std::vector<view> m_views;
    std::vector<std::unique_ptr<window>> m_windows; // until QEMU ends
};

} // namespace tk

#endif
