// SPDX-License-Identifier: MIT
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <elf.h>

#include <cstring>

namespace
{

// Memory at 0x1000..0x10ff, an initiator to look at it, and a loader with these entries.
std::string loading(const std::string &entries)
{
    return "platform = { r = { moduletype = 'router' },\n"
           " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n"
           " m = { moduletype = 'gs_memory', init_mem_val = 0xee, target_socket = { address = 0x1000, size = "
           "0x100,\n"
           "   bind = '&r.initiator_socket' } },\n"
           " l = { moduletype = 'loader', initiator_socket = { bind = '&r.target_socket' }, " +
           entries + " } }";
}

template <typename T>
std::string bytes_of(const T &value)
{
    return std::string(reinterpret_cast<const char *>(&value), sizeof(value));
}

// An ELF file with one PT_LOAD segment: "code" at physical 0x1010, 8 bytes in memory; and a note to be left
// out.
template <typename EHDR, typename PHDR>
std::string elf_file(unsigned char elf_class, uint64_t file_size = 4)
{
    EHDR header = {};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = elf_class;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof(EHDR);
    header.e_phoff = sizeof(EHDR);
    header.e_phentsize = sizeof(PHDR);
    header.e_phnum = 2;
    PHDR note = {};
    note.p_type = PT_NOTE;
    note.p_filesz = note.p_memsz = 4;
    note.p_paddr = 0x1040;
    PHDR load = {};
    load.p_type = PT_LOAD;
    load.p_offset = sizeof(EHDR) + 2 * sizeof(PHDR);
    load.p_vaddr = 0x9000;
    load.p_paddr = 0x1010;
    load.p_filesz = static_cast<decltype(load.p_filesz)>(file_size);
    load.p_memsz = static_cast<decltype(load.p_memsz)>(file_size + 4);
    return bytes_of(header) + bytes_of(note) + bytes_of(load) + "code";
}

void expect_loaded_elf(const std::string &content)
{
    const test::scratch directory;
    directory.write("p.elf", content);
    const test::platform p(directory, loading("{ elf_file = 'p.elf' }"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    EXPECT_EQ(cpu.read(0x100c), 0xeeeeeeeeu);
    EXPECT_EQ(cpu.read(0x1010), 0x65646f63u); // "code"
    EXPECT_EQ(cpu.read(0x1014), 0u);          // zeros up to p_memsz
    EXPECT_EQ(cpu.read(0x1018), 0xeeeeeeeeu);
    EXPECT_EQ(cpu.read(0x1040), 0xeeeeeeeeu);
}

// The error about a file with this content.
std::string elf_error(const std::string &content)
{
    const test::scratch directory;
    const std::string file = directory.write("p.elf", content);
    const std::string error = test::build_error(loading("{ elf_file = '" + file + "' }"));
    const size_t at = error.find("loaded: ");
    return at == std::string::npos ? error : error.substr(at + 8);
}

} // namespace

TEST(Loader, Data)
{
    const test::platform p(loading("{ data = { 0x11223344, 5, 0xffffffff }, address = 0x1001 }, "
                                   "{ data = { 7 }, address = 0x1005 }"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    EXPECT_EQ(cpu.read(0x1000, 1), 0xeeu);
    EXPECT_EQ(cpu.read(0x1001), 0x11223344u);
    EXPECT_EQ(cpu.read(0x1005), 7u); // entries are written in their order
    EXPECT_EQ(cpu.read(0x1009), 0xffffffffu);
}

TEST(Loader, BinaryFile)
{
    const test::scratch directory;
    directory.write("p.bin", "abcde");
    const test::platform p(directory, loading("{ bin_file = 'p.bin', address = 0x1004 }"));
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    EXPECT_EQ(cpu.read(0x1004), 0x64636261u);
    EXPECT_EQ(cpu.read(0x1008), 0xeeeeee65u);
}

TEST(Loader, Elf64)
{
    expect_loaded_elf(elf_file<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64));
}

TEST(Loader, Elf32)
{
    expect_loaded_elf(elf_file<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32));
}

TEST(Loader, FilesThatAreNoElf)
{
    EXPECT_EQ(elf_error("hello"), "it has no ELF header");
    EXPECT_EQ(elf_error(""), "it has no ELF header");
    EXPECT_EQ(elf_error(elf_file<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64, 5)),
              "a segment lies beyond the end of the file");
    std::string header_only = elf_file<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64).substr(0, sizeof(Elf64_Ehdr) + 10);
    EXPECT_NE(elf_error(header_only), "");
}

TEST(Loader, MissingFiles)
{
    EXPECT_EQ(test::build_error(loading("{ elf_file = '/nowhere/p.elf' }")),
              "test.lua:5: platform.l: cannot read /nowhere/p.elf: No such file or directory");
    EXPECT_EQ(test::build_error(
                  loading("{ data = { 1 }, address = 0x1000 },\n { bin_file = '/nowhere/p', address = 0 }")),
              "test.lua:6: platform.l: cannot read /nowhere/p: No such file or directory");
}

TEST(Loader, BadEntries)
{
    const std::string forms =
        "; an entry is { elf_file = }, { bin_file =, address = } or { data = {...}, address = }";
    EXPECT_EQ(test::build_error(loading("{ data = { 1 } }")),
              "test.lua:5: platform.l: entry 1 has no address" + forms);
    EXPECT_EQ(test::build_error(loading("{ }")), "test.lua:5: platform.l: entry 1 is not clear" + forms);
    EXPECT_EQ(test::build_error(loading("{ elf_file = 'a', bin_file = 'b' }")),
              "test.lua:5: platform.l: entry 1 is not clear" + forms);
    EXPECT_NE(test::build_error(loading("'file.elf'")).find("entry 1 is a string" + forms),
              std::string::npos);
    EXPECT_EQ(test::build_error(loading("{ data = { 0x100000000 }, address = 0 }")),
              "test.lua:5: platform.l: a word of 'data' is 4294967296; words have 32 bits");
    EXPECT_EQ(test::build_error(loading("{ data = { 1 }, address = 0x1000, adress = 1 }")),
              "test.lua:5: platform.l.1.adress: unknown parameter 'adress' of platform.l.1; did you mean "
              "'address'?");
}

TEST(Loader, WhereNoMemoryIs)
{
    const test::platform p(loading("{ data = { 1, 2, 3 }, address = 0x10f8 }"));
    std::string error;
    try {
        test::settle();
    } catch (const tk::config_error &e) {
        error = e.what();
    }
    EXPECT_NE(
        error.find(
            "test.lua:5: platform.l: cannot load data: there is no memory at 0x1100; give it a gs_memory"),
        std::string::npos)
        << error;
}

// And the mistakes of other modules beside it.
TEST(Loader, AllMistakesAtOnce)
{
    std::string text = test::build_error(
        loading("{ elf_file = 'none' },\n { data = { 1 } },\n"
                " { bin_file = 'nothing', address = 0x1000 } },\n"
                " n = { moduletype = 'gs_memory', load = { bin_file = 'no' },\n target_socket = { address = "
                "0x2000, size = 0x100, bind = '&r.initiator_socket' }"));
    for (const char *each : {"test.lua:5: platform.l: ", "test.lua:6: platform.l: entry 2 has no address",
                             "test.lua:7: platform.l: ", "test.lua:8: platform.n: "}) {
        EXPECT_NE(text.find(each), std::string::npos) << each << "\n" << text;
    }
}
