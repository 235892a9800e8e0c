// SPDX-License-Identifier: MIT
//
// What QEMU is told of grants: a QEMU that only writes down what it has in its map stands for it.
#include "timekeeper/systemc/qemu/direct_map.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

struct libqemu_memory {
    enum { ram, rom, alias } kind;
    char *host;
    uint64_t size, offset;
    libqemu_access_fn fn;
    void *opaque;
};

namespace
{

class fake_qemu
{
  public:
    fake_qemu()
    {
        s_this = this;
        api.memory_ram = [](const char *, void *host, uint64_t size, bool) {
            return s_this->make({libqemu_memory::ram, static_cast<char *>(host), size, 0, nullptr, nullptr});
        };
        api.memory_rom = [](const char *, void *host, uint64_t size, libqemu_access_fn fn, void *opaque) {
            return s_this->make({libqemu_memory::rom, static_cast<char *>(host), size, 0, fn, opaque});
        };
        api.memory_alias = [](const char *, libqemu_memory *, uint64_t offset, uint64_t size) {
            return s_this->make({libqemu_memory::alias, nullptr, size, offset, nullptr, nullptr});
        };
        api.memory_add = [](libqemu_memory *, libqemu_memory *sub, uint64_t address, int) {
            EXPECT_EQ(s_this->m_map.count(address), 0u);
            s_this->m_map[address] = sub;
            return 0;
        };
        api.memory_remove = [](libqemu_memory *, libqemu_memory *sub) {
            for (const auto &each : s_this->m_map) {
                if (each.second == sub) {
                    s_this->m_map.erase(each.first);
                    return 0;
                }
            }
            ADD_FAILURE() << "it is not there";
            return -1;
        };
        api.memory_sync = []() {
            s_this->syncs++;
            return 0;
        };
    }

    // "1000+1000 ram 0, ...": address, size, kind, and the offset in `host` or in the region.
    std::string map() const
    {
        std::ostringstream out;
        for (const auto &each : m_map) {
            const libqemu_memory &at = *each.second;
            out << (out.tellp() > 0 ? ", " : "") << std::hex << each.first << "+" << at.size
                << (at.kind == libqemu_memory::ram   ? " ram "
                    : at.kind == libqemu_memory::rom ? " rom "
                                                     : " alias ")
                << (at.host ? static_cast<uint64_t>(at.host - reinterpret_cast<char *>(memory()))
                            : at.offset);
        }
        return out.str();
    }
    libqemu_memory &at(uint64_t address) { return *m_map.at(address); }
    size_t made() const { return m_made.size(); }

    // 64 KiB of host memory that begins with a page.
    unsigned char *memory() const
    {
        const auto begin = reinterpret_cast<uintptr_t>(m_memory.data());
        return reinterpret_cast<unsigned char *>((begin + 4095) & ~uintptr_t(4095));
    }

    libqemu_api api{};
    int syncs = 0;

  private:
    libqemu_memory *make(const libqemu_memory &what)
    {
        m_made.push_back(std::make_unique<libqemu_memory>(what));
        return m_made.back().get();
    }

    static fake_qemu *s_this;
    mutable std::vector<char> m_memory = std::vector<char>(0x11000);
    std::vector<std::unique_ptr<libqemu_memory>> m_made;
    std::map<uint64_t, libqemu_memory *> m_map;
};

fake_qemu *fake_qemu::s_this;

class direct_map : public testing::Test
{
  protected:
    static libqemu_access_result note(void *opaque, libqemu_access *access)
    {
        static_cast<direct_map *>(opaque)->m_written.push_back(access->address);
        return LIBQEMU_ACCESS_OK;
    }

    fake_qemu m_qemu;
    libqemu_memory m_root{};
    std::vector<uint64_t> m_written;
    tk::direct_map m_map{m_qemu.api, "test", &m_root, &note, this};
    unsigned char *const m_host = m_qemu.memory();
};

} // namespace

TEST_F(direct_map, maps_what_may_only_be_read_so_that_writes_are_calls)
{
    m_map.grant(0x5000, 0x5fff, m_host, true, false);
    EXPECT_EQ(m_qemu.map(), "5000+1000 rom 0");
    EXPECT_TRUE(m_map.reads(0x5000));
    EXPECT_FALSE(m_map.writes(0x5000));

    libqemu_access access{};
    access.address = 0x123;
    const libqemu_memory &rom = m_qemu.at(0x5000);
    EXPECT_EQ(rom.fn(rom.opaque, &access), LIBQEMU_ACCESS_OK);
    EXPECT_EQ(m_written, std::vector<uint64_t>{0x5123});
}

TEST_F(direct_map, upgrades_a_grant_by_what_comes_later)
{
    m_map.grant(0x5000, 0x5fff, m_host, true, false);
    m_map.grant(0x5000, 0x5fff, m_host, false, true);
    EXPECT_EQ(m_qemu.map(), "5000+1000 ram 0");
    EXPECT_TRUE(m_map.reads(0x5fff));
    EXPECT_TRUE(m_map.writes(0x5fff));
    EXPECT_EQ(m_qemu.syncs, 0) << "nothing has become invalid";
    m_map.grant(0x5000, 0x5fff, m_host, true, false);
    EXPECT_EQ(m_qemu.map(), "5000+1000 ram 0") << "the older right stays";
}

TEST_F(direct_map, leaves_what_may_only_be_written_to_transactions)
{
    m_map.grant(0x5000, 0x5fff, m_host, false, true);
    EXPECT_EQ(m_qemu.map(), "");
    EXPECT_TRUE(m_map.writes(0x5000));
    EXPECT_FALSE(m_map.reads(0x5000));
    m_map.grant(0x5000, 0x5fff, m_host, true, false);
    EXPECT_EQ(m_qemu.map(), "5000+1000 ram 0");
}

TEST_F(direct_map, takes_the_whole_pages_of_a_range)
{
    m_map.grant(0x4ffc, 0x7003, m_host + 0x0ffc, true, true);
    EXPECT_EQ(m_qemu.map(), "5000+2000 ram 1000");
    EXPECT_FALSE(m_map.reads(0x4fff));
    EXPECT_TRUE(m_map.reads(0x6fff));
    EXPECT_FALSE(m_map.reads(0x7000));
}

TEST_F(direct_map, takes_nothing_of_a_range_without_a_whole_page)
{
    m_map.grant(0x5001, 0x5fff, m_host + 1, true, true);
    m_map.grant(0x5000, 0x5ffe, m_host, true, true);
    m_map.grant(0x5ff0, 0x6ff0, m_host + 0xff0, true, true);
    m_map.grant(0x6ff0, 0x6ff0, m_host + 0xff0, true, true);
    EXPECT_EQ(m_qemu.map(), "");
}

TEST_F(direct_map, needs_the_same_place_in_the_page_on_both_sides)
{
    m_map.grant(0x5000, 0x7fff, m_host + 8, true, true);
    EXPECT_EQ(m_qemu.map(), "");
}

TEST_F(direct_map, extends_a_grant_without_touching_what_is_there)
{
    m_map.grant(0x5000, 0x5fff, m_host + 0x1000, true, true);
    m_map.grant(0x4000, 0x7fff, m_host, true, true);
    EXPECT_EQ(m_qemu.map(), "4000+1000 ram 0, 5000+1000 ram 1000, 6000+2000 ram 2000");
}

TEST_F(direct_map, upgrades_a_part)
{
    m_map.grant(0x4000, 0x7fff, m_host, true, false);
    m_map.grant(0x5000, 0x5fff, m_host + 0x1000, false, true);
    EXPECT_EQ(m_qemu.map(), "4000+1000 rom 0, 5000+1000 ram 1000, 6000+2000 rom 2000");
}

TEST_F(direct_map, replaces_a_grant_that_says_something_else)
{
    m_map.grant(0x4000, 0x5fff, m_host, true, true);
    m_map.grant(0x5000, 0x5fff, m_host + 0x8000, true, false);
    EXPECT_EQ(m_qemu.map(), "5000+1000 rom 8000");
}

TEST_F(direct_map, revokes_what_overlaps_and_waits_for_the_cpus_once)
{
    m_map.grant(0x4000, 0x4fff, m_host, true, true);
    m_map.grant(0x5000, 0x5fff, m_host + 0x1000, true, false);
    m_map.grant(0x6000, 0x6fff, m_host + 0x2000, true, true);
    m_map.revoke(0x4800, 0x5000);
    EXPECT_EQ(m_qemu.map(), "6000+1000 ram 2000");
    EXPECT_EQ(m_qemu.syncs, 1);
    m_map.revoke(0x4800, 0x5000);
    EXPECT_EQ(m_qemu.syncs, 1) << "there was nothing to wait for";
}

TEST_F(direct_map, uses_what_it_has_made_again)
{
    for (int i = 0; i < 100; i++) {
        m_map.grant(0x4000, 0x4fff, m_host, true, false);
        m_map.grant(0x4000, 0x4fff, m_host, true, true);
        m_map.revoke(0, UINT64_MAX);
    }
    EXPECT_EQ(m_qemu.made(), 2u);
}

TEST_F(direct_map, has_regions_of_any_size)
{
    libqemu_memory region{};
    m_map.grant(0x4008, 0x400f, &region, 0x20);
    EXPECT_EQ(m_qemu.map(), "4008+8 alias 20");
    m_map.revoke(0x4000, 0x4008);
    EXPECT_EQ(m_qemu.map(), "");
}
