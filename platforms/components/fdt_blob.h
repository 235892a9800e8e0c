// SPDX-License-Identifier: MIT
//
// A device tree as nodes, and as the flattened blob that a kernel reads.
#ifndef PLATFORMS_COMPONENTS_FDT_BLOB_H
#define PLATFORMS_COMPONENTS_FDT_BLOB_H

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace components
{

// A node of a device tree.
struct fdt_node {
    std::string name;                                            // with its unit address
    std::vector<std::pair<std::string, std::string>> properties; // values are bytes, in the blob's order
    std::vector<std::unique_ptr<fdt_node>> children;             // in order
    uint32_t phandle = 0;                                        // 0: nobody refers to it
    unsigned address_cells = 2;                                  // of the children's addresses
    unsigned size_cells = 1;                                     // of the children's sizes

    // The property's bytes, or nullptr.
    const std::string *find(const std::string &property) const;
    // The child of that name with or without its unit address, or nullptr.
    fdt_node *child(const std::string &child_name) const;
};

// A cell, big-endian.
std::string fdt_cell(uint32_t value);
// `count` (1 or 2) cells; throws std::runtime_error if the value does not fit.
std::string fdt_cells(uint64_t value, unsigned count);

// The tree in the flattened format of the Devicetree Specification (v0.4, chapter 5). Throws
// std::runtime_error.
std::string fdt_blob(const fdt_node &root);

} // namespace components

#endif
