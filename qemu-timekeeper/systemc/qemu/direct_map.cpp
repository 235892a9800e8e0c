// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/direct_map.h"

#include <algorithm>
#include <utility>

namespace tk
{

static constexpr uint64_t page_bytes = 4096; // of QEMU's memory, and of the host's

direct_map::direct_map(const libqemu_api &api, std::string name, libqemu_memory *root,
                       libqemu_access_fn write, void *opaque)
    : m_api(api), m_name(std::move(name)), m_root(root), m_write(write), m_opaque(opaque)
{
}

const direct_map::stretch *direct_map::find(uint64_t address) const
{
    for (const stretch &each : m_stretches) {
        if (address >= each.first && address <= each.last) {
            return &each;
        }
    }
    return nullptr;
}

bool direct_map::reads(uint64_t address) const
{
    const stretch *at = find(address);
    return at && at->reads;
}

bool direct_map::writes(uint64_t address) const
{
    const stretch *at = find(address);
    return at && at->writes;
}

// --- grants ------------------------------------------------------------------------------------------

void direct_map::grant(uint64_t first, uint64_t last, unsigned char *host, bool reads, bool writes)
{
    const uint64_t cut = -first % page_bytes; // up to the first whole page
    const uint64_t whole = (last - first - cut + 1) / page_bytes * page_bytes;
    stretch wanted;

    // A range that ends at 2^64 - 1 and begins at 0 has a size of 0 here: no host has that much memory.
    if (!host || (!reads && !writes) || last < first || last - first < cut || whole == 0 ||
        (reinterpret_cast<uintptr_t>(host) + cut) % page_bytes != 0) {
        return;
    }
    wanted.first = first + cut;
    wanted.last = wanted.first + (whole - 1);
    wanted.host = host + cut;
    wanted.reads = reads;
    wanted.writes = writes;
    add(wanted);
}

void direct_map::grant(uint64_t first, uint64_t last, libqemu_memory *region, uint64_t offset)
{
    stretch wanted;

    wanted.first = first;
    wanted.last = last;
    wanted.reads = wanted.writes = true;
    wanted.region = region;
    wanted.offset = offset;
    add(wanted);
}

direct_map::stretch direct_map::part(const stretch &of, uint64_t first, uint64_t last)
{
    stretch result = of;
    const uint64_t beyond = first - of.first;

    result.first = first;
    result.last = last;
    result.memory = nullptr;
    if (of.region) {
        result.offset += beyond;
    } else {
        result.host += beyond;
    }
    return result;
}

// True: they say the same of the addresses that both have.
bool direct_map::agree(const stretch &a, const stretch &b)
{
    const auto base = [](const stretch &each) {
        return (each.region ? each.offset : reinterpret_cast<uintptr_t>(each.host)) - each.first;
    };
    return a.region == b.region && base(a) == base(b);
}

void direct_map::add(const stretch &wanted)
{
    drop(wanted.first, wanted.last, &wanted);

    const std::vector<stretch> before = m_stretches;
    uint64_t at = wanted.first;
    for (const stretch &old : before) {
        if (old.last < wanted.first || old.first > wanted.last) {
            continue;
        }
        if (at < old.first) {
            put(part(wanted, at, old.first - 1));
        }
        extend(old, wanted);
        if (old.last >= wanted.last) {
            return;
        }
        at = old.last + 1;
    }
    put(part(wanted, at, wanted.last));
}

// Both have the rights of both, where they overlap. What was mapped before is a piece of its own again: QEMU
// refuses memory that overlaps in part what it has.
void direct_map::extend(stretch old, const stretch &by)
{
    if ((old.reads || !by.reads) && (old.writes || !by.writes)) {
        return;
    }
    const uint64_t first = std::max(old.first, by.first), last = std::min(old.last, by.last);
    stretch both = part(old, first, last);
    both.reads = old.reads || by.reads;
    both.writes = old.writes || by.writes;

    take_out(old);
    if (old.first < first) {
        put(part(old, old.first, first - 1));
    }
    put(both);
    if (old.last > last) {
        put(part(old, last + 1, old.last));
    }
}

void direct_map::revoke(uint64_t first, uint64_t last)
{
    if (drop(first, last, nullptr)) {
        m_api.memory_sync();
    }
}

// Takes out what overlaps, but for what agrees with `unless_agrees`. True: some of it was in QEMU's map.
bool direct_map::drop(uint64_t first, uint64_t last, const stretch *unless_agrees)
{
    const std::vector<stretch> before = m_stretches;
    bool mapped = false;

    for (const stretch &old : before) {
        if (old.first <= last && first <= old.last && !(unless_agrees && agree(old, *unless_agrees))) {
            mapped = mapped || old.memory;
            take_out(old);
        }
    }
    return mapped;
}

// --- QEMU's map --------------------------------------------------------------------------------------

void direct_map::put(stretch added)
{
    added.memory = added.reads ? view_of(added) : nullptr;
    if (added.memory) {
        m_api.memory_add(m_root, added.memory, added.first, 0);
    }
    const auto after = std::find_if(m_stretches.begin(), m_stretches.end(),
                                    [&](const stretch &each) { return each.first > added.first; });
    m_stretches.insert(after, added);
}

void direct_map::take_out(const stretch &old)
{
    if (old.memory) {
        m_api.memory_remove(m_root, old.memory);
        for (view &each : m_views) {
            each.used = each.used && each.of.memory != old.memory;
        }
    }
    const auto gone = std::find_if(m_stretches.begin(), m_stretches.end(),
                                   [&](const stretch &each) { return each.first == old.first; });
    m_stretches.erase(gone);
}

libqemu_memory *direct_map::view_of(const stretch &wanted)
{
    const auto same = [&](const view &each) {
        return !each.used && each.of.first == wanted.first && each.of.last == wanted.last &&
               each.of.writes == wanted.writes && agree(each.of, wanted);
    };
    const auto known = std::find_if(m_views.begin(), m_views.end(), same);
    if (known != m_views.end()) {
        known->used = true;
        return known->of.memory;
    }
    m_views.push_back({wanted, true});
    stretch &made = m_views.back().of;
    made.memory = make_view(wanted);
    if (!made.memory) {
        m_views.pop_back();
        return nullptr;
    }
    return made.memory;
}

libqemu_memory *direct_map::make_view(const stretch &wanted)
{
    const uint64_t bytes = wanted.last - wanted.first + 1;

    if (wanted.region) {
        return m_api.memory_alias(m_name.c_str(), wanted.region, wanted.offset, bytes);
    }
    if (wanted.writes) {
        return m_api.memory_ram(m_name.c_str(), wanted.host, bytes, false);
    }
    m_windows.push_back(std::make_unique<window>(window{this, wanted.first}));
    return m_api.memory_rom(m_name.c_str(), wanted.host, bytes, &direct_map::on_write,
                            m_windows.back().get());
}

libqemu_access_result direct_map::on_write(void *opaque, libqemu_access *access)
{
    const window *at = static_cast<const window *>(opaque);

    access->address += at->first;
    return at->map->m_write(at->map->m_opaque, access);
}

} // namespace tk
