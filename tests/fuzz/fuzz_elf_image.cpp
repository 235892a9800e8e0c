// SPDX-License-Identifier: MIT
//
// Bytes -> an ELF file. What is read lies in the file, below 2^64, and is no more than was promised; or there
// is one line that says what is wrong.
#include "elf_image.h"

extern "C" {
#include "fuzz.h"
}

#include <cstring>
#include <stdexcept>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int memory = memfd_create("image", 0);
    REQUIRE(memory >= 0 && write(memory, data, size) == static_cast<ssize_t>(size));
    try {
        uint64_t total = 0;
        for (const components::image_part &each :
             components::read_elf("/proc/self/fd/" + std::to_string(memory))) {
            REQUIRE(each.bytes.size() <= size);
            const uint64_t length = each.bytes.size() + each.zeros;
            REQUIRE(length > 0 && length - 1 <= UINT64_MAX - each.address);
            total += length;
        }
        REQUIRE(total > 0 && total <= uint64_t(1) << 32);
    } catch (const std::runtime_error &error) {
        REQUIRE(*error.what() && !strchr(error.what(), '\n'));
    }
    close(memory);
    return 0;
}
