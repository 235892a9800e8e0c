// SPDX-License-Identifier: MIT
#include "memory.h"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

static const size_t page_size = 4096; // of the host: direct access is by whole pages
static const sc_core::sc_time access_time(10, sc_core::SC_NS);

memory::memory(const sc_core::sc_module_name &name, uint64_t size)
    : sc_module(name), m_size(size),
      m_bytes(static_cast<unsigned char *>(std::aligned_alloc(page_size, size)))
{
    memset(m_bytes.get(), 0, size);
    socket.register_b_transport(this, &memory::b_transport);
    socket.register_transport_dbg(this, &memory::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &memory::get_direct_mem_ptr);
}

void memory::load(const std::string &file, uint64_t base)
{
    std::ifstream in(file, std::ios::binary);
    const std::vector<char> all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    Elf64_Ehdr header{};

    if (all.size() < sizeof(header)) {
        throw std::runtime_error("cannot read " + file);
    }
    memcpy(&header, all.data(), sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment{};
        memcpy(&segment, &all.at(header.e_phoff + i * sizeof(segment)), sizeof(segment));
        if (segment.p_type != PT_LOAD || segment.p_filesz == 0) {
            continue;
        }
        if (segment.p_paddr < base || segment.p_paddr + segment.p_filesz > base + m_size ||
            segment.p_offset + segment.p_filesz > all.size()) {
            throw std::runtime_error(file + " does not fit into " + name());
        }
        memcpy(m_bytes.get() + (segment.p_paddr - base), &all[segment.p_offset], segment.p_filesz);
    }
}

bool memory::copy(tlm::tlm_generic_payload &transaction)
{
    const uint64_t offset = transaction.get_address();
    const unsigned length = transaction.get_data_length();

    if (offset >= m_size || length > m_size - offset) {
        return false;
    }
    if (transaction.is_read()) {
        memcpy(transaction.get_data_ptr(), m_bytes.get() + offset, length);
    } else if (transaction.is_write()) {
        memcpy(m_bytes.get() + offset, transaction.get_data_ptr(), length);
    }
    return true;
}

void memory::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    if (transaction.get_byte_enable_ptr()) {
        transaction.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    const bool done = copy(transaction);
    delay += access_time;
    transaction.set_dmi_allowed(done);
    transaction.set_response_status(done ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

unsigned memory::transport_dbg(tlm::tlm_generic_payload &transaction)
{
    return copy(transaction) ? transaction.get_data_length() : 0;
}

bool memory::get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
{
    dmi.set_start_address(0);
    dmi.set_end_address(m_size - 1);
    dmi.set_dmi_ptr(m_bytes.get());
    dmi.allow_read_write();
    return true;
}
