// SPDX-License-Identifier: MIT
//
// The loadable parts of an ELF file, by physical address.
#ifndef PLATFORMS_COMPONENTS_ELF_IMAGE_H
#define PLATFORMS_COMPONENTS_ELF_IMAGE_H

#include <cstdint>
#include <string>
#include <vector>

namespace components
{

// Bytes for consecutive addresses, all of them below 2^64.
struct image_part {
    uint64_t address = 0;             // of the first
    std::vector<unsigned char> bytes; // from there on
    uint64_t zeros = 0;               // how many follow the bytes
};

// The PT_LOAD segments of a 32- or 64-bit ELF file: file contents at p_paddr, and zeros up to p_memsz (System
// V ABI, "Program Header"); 4 GiB together at most. Throws std::runtime_error that says what is wrong with
// the file.
std::vector<image_part> read_elf(const std::string &file);
// A whole file. Throws std::runtime_error.
std::vector<unsigned char> read_file(const std::string &file);

} // namespace components

#endif
