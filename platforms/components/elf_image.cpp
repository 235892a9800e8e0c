// SPDX-License-Identifier: MIT
#include "elf_image.h"

#include <gelf.h>
#include <libelf.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace components
{

// All segments together: more than a mistake in a header may ask the host for.
static const uint64_t max_image = uint64_t(1) << 32;

std::vector<unsigned char> read_file(const std::string &file)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<unsigned char> bytes;
    if (in) {
        bytes.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    if (!in || in.bad()) {
        throw std::runtime_error("cannot read " + file + ": " + strerror(errno));
    }
    return bytes;
}

static std::runtime_error bad_elf(const std::string &file, const std::string &why)
{
    return std::runtime_error(file + " is no ELF file that can be loaded: " + why);
}

static image_part read_segment(const std::string &file, const std::vector<unsigned char> &bytes,
                               const GElf_Phdr &header)
{
    image_part part;
    if (header.p_filesz > bytes.size() || header.p_offset > bytes.size() - header.p_filesz) {
        throw bad_elf(file, "a segment lies beyond the end of the file");
    }
    if (header.p_memsz < header.p_filesz || header.p_memsz > max_image ||
        header.p_memsz - 1 > UINT64_MAX - header.p_paddr) {
        throw bad_elf(file, "a segment has the impossible size " + std::to_string(header.p_memsz));
    }
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(header.p_offset);
    part.address = header.p_paddr;
    part.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(header.p_filesz));
    part.zeros = header.p_memsz - header.p_filesz;
    return part;
}

std::vector<image_part> read_elf(const std::string &file)
{
    std::vector<unsigned char> bytes = read_file(file);
    std::vector<image_part> parts;
    size_t count = 0;
    uint64_t total = 0;

    elf_version(EV_CURRENT);
    const std::unique_ptr<Elf, int (*)(Elf *)> elf(
        elf_memory(reinterpret_cast<char *>(bytes.data()), bytes.size()), elf_end);
    if (!elf || elf_kind(elf.get()) != ELF_K_ELF) {
        throw bad_elf(file, "it has no ELF header");
    }
    if (elf_getphdrnum(elf.get(), &count) != 0) {
        throw bad_elf(file, elf_errmsg(-1));
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf.get(), static_cast<int>(i), &header)) {
            throw bad_elf(file, elf_errmsg(-1));
        }
        if (header.p_type == PT_LOAD && header.p_memsz > 0) {
            parts.push_back(read_segment(file, bytes, header));
            total += header.p_memsz;
            if (total > max_image) {
                throw bad_elf(file, "its segments have more than 4 GiB together");
            }
        }
    }
    if (parts.empty()) {
        throw bad_elf(file, "it has no PT_LOAD segment");
    }
    return parts;
}

} // namespace components
