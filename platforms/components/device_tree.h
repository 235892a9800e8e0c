// SPDX-License-Identifier: MIT
//
// device_tree: makes the flattened device tree of the platform, and writes it into memory before the run.
//
// A module of the same container, at any depth, has a node if it has a table `device_tree`, beside the
// sockets whose addresses the node repeats:
//
//   uart = { moduletype = "Pl011",
//            target_socket = { address = 0x09000000, size = 0x1000, bind = "&router.initiator_socket" },
//            irq = { bind = "&gic.spi_in_1" },
//            device_tree = { compatible = { "arm,pl011", "arm,primecell" }, clocks = "&/clock" } }
//
// What such a table may hold, and what this module's own table `root` (the root node) may hold:
//
//   key = value    a property. A string; an array of strings; true (an empty property; false: none); cells:
//                  an integer below 2^32, or an array in which there is one. "&name" stands for the phandle
//                  of the module `name`, "&name/a" for that of the node a below it, "&/a/b" for that of the
//                  node with this path, where unit addresses are left out; in cells or alone.
//   key = table    a node below it.
//   node           the node's name without its unit address; the module's name if it is missing.
//   under          the path of the node to put it under; the root if it is missing.
//   reg            left out: the address windows of the module, in the file's order.
//   interrupts     left out: the interrupt inputs that the module's lines are bound to, in the file's order.
//   interrupt_inputs   of an interrupt controller: for each family of its ports the cells that name one,
//                  where "%" stands for the number in the port's name: { ["spi_in_%"] = { 0, "%", 4 } }.
//
// A name that has no unit address gets that of `reg`. #address-cells and #size-cells of the root are 2 unless
// it says otherwise, and below as in the Devicetree Specification (v0.4, 2.3.5): 2 and 1.
#ifndef PLATFORMS_COMPONENTS_DEVICE_TREE_H
#define PLATFORMS_COMPONENTS_DEVICE_TREE_H

#include "fdt_blob.h"
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace components
{

class device_tree : public tk::module
{
  public:
    device_tree(const sc_core::sc_module_name &name, tk::module_context &context);
    void configured() override;
    void start_of_simulation() override;
    void on_reset_end(tk::reset_kind kind) override;

    // From configured() on.
    const std::string &blob() const { return m_blob; }

  private:
    void write_blob();
    // Where a node comes from.
    struct source {
        fdt_node *node;
        tk::config_node *table; // its properties
        tk::config_node *owner; // whose node it is; nullptr: a node that only a table describes
        fdt_node *parent;       // nullptr: the root
    };

    // A module that has a node.
    struct described {
        tk::config_node *owner, *table, *under;
    };

    void add_subnodes(fdt_node &node, tk::config_node &table);
    void find_modules(tk::config_node &container, std::vector<described> &found);
    void add_modules(std::vector<described> waiting);
    void add_module(tk::config_node &owner, tk::config_node &table, fdt_node &parent);
    fdt_node &node_at(const std::string &path, const tk::config_node &where);
    uint32_t phandle(const std::string &reference, const tk::config_node &where);

    void fill(const source &from);
    void fill_from_table(fdt_node &node, const tk::config_node &table, bool of_module);
    void fill_from_module(fdt_node &node, tk::config_node &owner, const fdt_node &parent);
    std::string cells(const tk::config_node &value);
    std::string property(const tk::config_node &value);
    std::string windows(tk::config_node &owner, const fdt_node &parent);
    std::string interrupts(tk::config_node &owner);
    std::string interrupt_at(const tk::config_node &owner, const tk::config_node &bind);
    void write_file();

    tk::param<uint64_t> m_address{*this, "address", 0, "", "where it is written in memory; a multiple of 8"};
    tk::path_param m_file{*this, "dtb_file", "a file that receives it too, for people to look at",
                          tk::file_access::write};

    tlm_utils::simple_initiator_socket<device_tree> m_socket{"initiator_socket"};
    tk::tlm_initiator_port m_port{*this, "initiator_socket", m_socket, "where it is written"};
    fdt_node m_root;
    std::vector<source> m_sources;
    std::map<const tk::config_node *, fdt_node *> m_by_module;
    uint32_t m_phandles = 0;
    std::string m_blob;
};

} // namespace components

#endif
