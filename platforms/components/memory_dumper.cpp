// SPDX-License-Identifier: MIT
#include "memory_dumper.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace components
{

TK_MODULE("memory_dumper", memory_dumper, "writes ranges of memory into files");

enum : uint32_t { reg_dump = 0x00, reg_count = 0x04, reg_errors = 0x08, span = 0x0c };
static const char *const entry_form = "an entry is { address = a, size = n, file = \"f\" }";

memory_dumper::memory_dumper(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context),
      m_registers(*this, "target_socket", *this, span, "registers, 12 bytes; may stay unbound", true)
{
    context.expect_args(0, 0);
    describe_entries();
    m_registers.declare_direct();
    SC_HAS_PROCESS(memory_dumper);
    SC_METHOD(on_trigger);
    dont_initialize();
    sensitive << m_trigger.pos();
    SC_METHOD(dump);
    dont_initialize();
    sensitive << m_asked;
}

// What read_entry() below reads.
void memory_dumper::describe_entries()
{
    describe_param({"N.address", "uint64", "", "", "", "entry N: where the range begins"});
    describe_param({"N.size", "uint64", "", "bytes", "1 or more", "entry N: its length"});
    describe_param(
        {"N.file", "string", "", "", "a file name", "entry N: the file that receives it, written anew"});
}

// --- what to dump ------------------------------------------------------------------------------------

void memory_dumper::read_entry(tk::config_node &node)
{
    tk::config_node *address = node.find("address"), *size = node.find("size"), *file = node.find("file");
    if (!address || !size || !file) {
        throw tk::config_error(node.where(), full_name(), "entry " + node.key() + " is not complete",
                               entry_form);
    }
    node.use();
    if (size->as_uint64() == 0 || size->as_uint64() - 1 > UINT64_MAX - address->as_uint64()) {
        size->fail("'size' is " + size->text(), "the range must hold a byte and end below 2^64");
    }
    m_ranges.push_back({address->as_uint64(), size->as_uint64(),
                        tk::resolve_path(file->where(), file->as_string(), tk::file_access::write)});
}

void memory_dumper::configured()
{
    for (tk::config_node *each : config().elements()) {
        if (!each->is_table()) {
            each->fail("entry " + each->key() + " is " + each->kind_name(), entry_form);
        }
        read_entry(*each);
    }
    if (m_ranges.empty()) {
        fail("has nothing to dump", entry_form);
    }
}

// --- dumping -----------------------------------------------------------------------------------------

// False: not all of it.
bool memory_dumper::dump(const range &what)
{
    std::ofstream out(what.file, std::ios::binary | std::ios::trunc);
    std::vector<unsigned char> data(std::min<uint64_t>(what.size, 65536));

    for (uint64_t done = 0; out && done < what.size;) {
        tlm::tlm_generic_payload payload;
        const auto length = static_cast<unsigned>(std::min<uint64_t>(data.size(), what.size - done));
        payload.set_command(tlm::TLM_READ_COMMAND);
        payload.set_address(what.address + done);
        payload.set_data_ptr(data.data());
        payload.set_data_length(length);
        payload.set_streaming_width(length);
        const unsigned got = m_memory->transport_dbg(payload);
        out.write(reinterpret_cast<char *>(data.data()), got);
        done += got;
        if (got < length) {
            std::cerr << full_name() << ": " << what.file << " has only " << done << " of " << what.size
                      << " bytes: there is no memory behind them" << std::endl;
            return false;
        }
    }
    out.close();
    if (!out) {
        std::cerr << full_name() << ": cannot write " << what.file << ": " << strerror(errno) << std::endl;
    }
    return !out.fail();
}

void memory_dumper::dump()
{
    m_errors = 0;
    for (const range &each : m_ranges) {
        m_errors += !dump(each);
    }
    m_count++;
}

void memory_dumper::on_trigger()
{
    dump();
}

void memory_dumper::end_of_simulation()
{
    if (m_at_end) {
        dump();
    }
}

// --- registers ---------------------------------------------------------------------------------------

uint32_t memory_dumper::peek(uint32_t offset) const
{
    return offset == reg_count ? m_count : offset == reg_errors ? m_errors : 0;
}

bool memory_dumper::read(uint32_t offset, uint32_t &value, sc_core::sc_time &)
{
    value = peek(offset);
    return true;
}

bool memory_dumper::write(uint32_t offset, uint32_t, sc_core::sc_time &delay)
{
    if (offset == reg_dump) {
        m_asked.notify(delay);
    }
    return true;
}

} // namespace components
