// SPDX-License-Identifier: MIT
#include "fdt_blob.h"

#include <libfdt.h>

#include <stdexcept>

namespace components
{

const std::string *fdt_node::find(const std::string &property) const
{
    for (const auto &each : properties) {
        if (each.first == property) {
            return &each.second;
        }
    }
    return nullptr;
}

fdt_node *fdt_node::child(const std::string &child_name) const
{
    for (const auto &each : children) {
        if (each->name == child_name || each->name.substr(0, each->name.find('@')) == child_name) {
            return each.get();
        }
    }
    return nullptr;
}

std::string fdt_cell(uint32_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(value >> shift);
    }
    return bytes;
}

std::string fdt_cells(uint64_t value, unsigned count)
{
    if (count != 1 && count != 2) {
        throw std::runtime_error("a number of " + std::to_string(count) + " cells; 1 or 2 can be written");
    }
    if (count == 1 && value > UINT32_MAX) {
        throw std::runtime_error(std::to_string(value) + " does not fit into one cell of 32 bits");
    }
    const std::string low = fdt_cell(static_cast<uint32_t>(value));
    return count == 1 ? low : fdt_cell(static_cast<uint32_t>(value >> 32)) + low;
}

// libfdt answers with an error when the room is too small: the size is found by trying.
static int write_node(void *blob, const fdt_node &node)
{
    int status = fdt_begin_node(blob, node.name.c_str());
    for (const auto &each : node.properties) {
        if (status == 0) {
            status = fdt_property(blob, each.first.c_str(), each.second.data(),
                                  static_cast<int>(each.second.size()));
        }
    }
    if (status == 0 && node.phandle != 0) {
        status = fdt_property_u32(blob, "phandle", node.phandle);
    }
    for (const auto &each : node.children) {
        if (status == 0) {
            status = write_node(blob, *each);
        }
    }
    return status == 0 ? fdt_end_node(blob) : status;
}

static int write_blob(std::string &blob, const fdt_node &root)
{
    int status = fdt_create(blob.data(), static_cast<int>(blob.size()));
    if (status == 0) {
        status = fdt_finish_reservemap(blob.data());
    }
    if (status == 0) {
        status = write_node(blob.data(), root);
    }
    return status == 0 ? fdt_finish(blob.data()) : status;
}

std::string fdt_blob(const fdt_node &root)
{
    static constexpr size_t least = 4096, most = size_t(2) << 20; // Linux maps at most 2 MiB
    int status = -FDT_ERR_NOSPACE;

    for (size_t size = least; size <= most && status == -FDT_ERR_NOSPACE; size *= 2) {
        std::string blob(size, '\0');
        status = write_blob(blob, root);
        if (status == 0) {
            blob.resize(fdt_totalsize(blob.data()));
            return blob;
        }
    }
    throw std::runtime_error(std::string("libfdt cannot write the tree: ") + fdt_strerror(status));
}

} // namespace components
