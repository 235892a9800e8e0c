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

static void expect_fits(const tk::config_node &node, const std::string &loader_name, const image_part &part)
{
    if (!part.bytes.empty() && part.bytes.size() - 1 > UINT64_MAX - part.address) {
        throw tk::config_error(node.where(), loader_name, "entry " + node.key() + " goes beyond 2^64",
                               "give it a lower address");
    }
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
    image_part part;
    part.address = entry_address(node, full_name());
    part.bytes = read_file(tk::resolve_path(file.where(), file.as_string()));
    expect_fits(node, full_name(), part);
    return {part};
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
    expect_fits(node, full_name(), part);
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

// A payload counts in 32 bits: large images go in pieces.
static const size_t piece = size_t(1) << 24;

void loader::write(const entry &from, const image_part &part)
{
    for (uint64_t done = 0; done < part.bytes.size(); done += piece) {
        const size_t length = std::min<uint64_t>(piece, part.bytes.size() - done);
        write(from, part.address + done, part.bytes.data() + done, length);
    }
    const std::vector<unsigned char> zeros(std::min<uint64_t>(piece, part.zeros));
    for (uint64_t done = 0; done < part.zeros; done += piece) {
        const size_t length = std::min<uint64_t>(piece, part.zeros - done);
        write(from, part.address + part.bytes.size() + done, zeros.data(), length);
    }
}

void loader::write(const entry &from, uint64_t address, const unsigned char *data, size_t length)
{
    tlm::tlm_generic_payload transaction;
    transaction.set_command(tlm::TLM_WRITE_COMMAND);
    transaction.set_address(address);
    transaction.set_data_ptr(const_cast<unsigned char *>(data)); // a write does not change it
    transaction.set_data_length(static_cast<unsigned>(length));
    transaction.set_streaming_width(static_cast<unsigned>(length));
    const unsigned written = m_socket->transport_dbg(transaction);
    if (written < length) {
        char place[24];
        snprintf(place, sizeof(place), "0x%" PRIx64, address + written);
        throw tk::config_error(from.node->where(), full_name(),
                               "cannot load " + from.what + ": there is no memory at " + place,
                               "give it a gs_memory there");
    }
}

} // namespace components
