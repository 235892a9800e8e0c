// SPDX-License-Identifier: MIT
//
// loader: writes files and data into memory before the run, with TLM-2.0 debug writes.
//
// Entries, in the order of their numbers:
//   { elf_file = "f" }                the PT_LOAD segments at their physical addresses
//   { bin_file = "f", address = a }   the file as it is
//   { data = {w, ...}, address = a }  32-bit words, little endian
// Files are read when the platform is built, so that a missing one is found before anything runs; the bytes
// are written at the start of simulation, when all sockets are bound, and again at each cold reset.
#ifndef PLATFORMS_COMPONENTS_LOADER_H
#define PLATFORMS_COMPONENTS_LOADER_H

#include "elf_image.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/reset.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <string>
#include <vector>

namespace components
{

class loader : public tk::module
{
  public:
    loader(const sc_core::sc_module_name &name, tk::module_context &context);
    void configured() override;
    void start_of_simulation() override;
    void on_reset_end(tk::reset_kind kind) override;

  private:
    // An entry of the configuration, read.
    struct entry {
        const tk::config_node *node;
        std::string what; // for errors: the file's name or "data"
        std::vector<image_part> parts;
    };

    void describe_entries();
    void read_entry(tk::config_node &node);
    std::vector<image_part> read_elf_entry(const tk::config_node &file);
    std::vector<image_part> read_bin_entry(tk::config_node &node, const tk::config_node &file);
    std::vector<image_part> read_data_entry(tk::config_node &node, const tk::config_node &data);
    void write_all();
    void write(const entry &from, const image_part &part);
    void write(const entry &from, uint64_t address, const unsigned char *data, size_t length);

    tlm_utils::simple_initiator_socket<loader> m_socket{"initiator_socket"};
    tk::tlm_initiator_port m_port{*this, "initiator_socket", m_socket, "where the bytes go"};
    tk::reset_input m_reset_input{*this, "reset", tk::reset_kind::cold, "when it falls all is written again"};
    std::vector<entry> m_entries;
};

} // namespace components

#endif
