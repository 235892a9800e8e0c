// SPDX-License-Identifier: MIT
#include "loader.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace components
{

TK_MODULE("loader", loader, "writes ELF files, binary files and data into memory before the run");

static const char *const entry_forms =
    "an entry is { elf_file = }, { bin_file =, address = } or { data = {...}, address = }";

loader::loader(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    context.expect_args(0, 0);
    describe_entries();
}

// --- reading -----------------------------------------------------------------------------------------

// What read_entry() below reads.
void loader::describe_entries()
{
    describe_param({"N.elf_file", "string", "", "", "a file name", "entry N: the segments of this ELF file"});
    describe_param({"N.bin_file", "string", "", "", "a file name", "entry N: the bytes of this file"});
    describe_param({"N.data", "uint64s", "", "", "words of 32 bits", "entry N: these words, little endian"});
    describe_param({"N.address", "uint64", "", "", "", "where a bin_file or data goes"});
}

void loader::configured()
{
    std::vector<std::string> mistakes;
    for (tk::config_node *each : config().elements()) {
        try {
            read_entry(*each);
        } catch (const tk::config_error &error) {
            mistakes.push_back(error.what());
        }
    }
    if (!mistakes.empty()) {
        throw tk::config_error(mistakes);
    }
}

void loader::read_entry(tk::config_node &node)
{
    if (!node.is_table()) {
        node.fail("entry " + node.key() + " is " + node.kind_name(), entry_forms);
    }
    const tk::config_node *elf = node.find("elf_file");
    const tk::config_node *bin = node.find("bin_file");
    const tk::config_node *data = node.find("data");
    if ((elf != nullptr) + (bin != nullptr) + (data != nullptr) != 1) {
        throw tk::config_error(node.where(), full_name(), "entry " + node.key() + " is not clear",
                               entry_forms);
    }
    node.use();
    try {
        if (elf) {
            m_entries.push_back({elf, elf->as_string(), read_elf_entry(*elf)});
        } else if (bin) {
            m_entries.push_back({bin, bin->as_string(), read_bin_entry(node, *bin)});
        } else {
            m_entries.push_back({data, "data", read_data_entry(node, *data)});
        }
    } catch (const tk::config_error &) {
        throw;
    } catch (const std::runtime_error &error) {
        throw tk::config_error(elf ? elf->where() : bin->where(), full_name(), error.what());
    }
}

std::vector<image_part> loader::read_elf_entry(const tk::config_node &file)
{
    return read_elf(tk::resolve_path(file.where(), file.as_string()));
}

static uint64_t entry_address(tk::config_node &node, const std::string &loader_name)
{
    const tk::config_node *address = node.find("address");
    if (!address) {
        throw tk::config_error(node.where(), loader_name, "entry " + node.key() + " has no address",
                               entry_forms);
    }
    return address->as_uint64();
}

std::vector<image_part> loader::read_bin_entry(tk::config_node &node, const tk::config_node &file)
{
    return {{entry_address(node, full_name()), read_file(tk::resolve_path(file.where(), file.as_string()))}};
}

std::vector<image_part> loader::read_data_entry(tk::config_node &node, const tk::config_node &data)
{
    image_part part;
    part.address = entry_address(node, full_name());
    for (const uint64_t word : data.as_uint64s()) {
        if (word > UINT32_MAX) {
            throw tk::config_error(data.where(), full_name(), "a word of 'data' is " + std::to_string(word),
                                   "words have 32 bits");
        }
        for (unsigned shift = 0; shift < 32; shift += 8) {
            part.bytes.push_back(static_cast<unsigned char>(word >> shift));
        }
    }
    return {part};
}

// --- writing -----------------------------------------------------------------------------------------

void loader::start_of_simulation()
{
    write_all();
}

// Memories have been filled by now.
void loader::on_reset_end(tk::reset_kind kind)
{
    if (kind == tk::reset_kind::cold) {
        write_all();
    }
}

void loader::write_all()
{
    for (const entry &each : m_entries) {
        for (const image_part &part : each.parts) {
            write(each, part);
        }
    }
}

void loader::write(const entry &from, const image_part &part)
{
    // A payload counts in 32 bits: large images go in pieces.
    const size_t piece = size_t(1) << 24;
    for (size_t done = 0; done < part.bytes.size();) {
        const auto length = static_cast<unsigned>(std::min(piece, part.bytes.size() - done));
        tlm::tlm_generic_payload transaction;
        transaction.set_command(tlm::TLM_WRITE_COMMAND);
        transaction.set_address(part.address + done);
        // A write does not change the data.
        transaction.set_data_ptr(const_cast<unsigned char *>(part.bytes.data()) + done);
        transaction.set_data_length(length);
        transaction.set_streaming_width(length);
        const unsigned written = m_socket->transport_dbg(transaction);
        if (written < length) {
            char address[24];
            snprintf(address, sizeof(address), "0x%" PRIx64, part.address + done + written);
            throw tk::config_error(from.node->where(), full_name(),
                                   "cannot load " + from.what + ": there is no memory at " + address,
                                   "give it a gs_memory there");
        }
        done += length;
    }
}

} // namespace components
