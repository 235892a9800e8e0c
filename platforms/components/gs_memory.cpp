// SPDX-License-Identifier: MIT
#include "gs_memory.h"
#include "timekeeper/systemc/memory_watch.h"
#include "window.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace components
{

TK_MODULE("gs_memory", gs_memory, "RAM or ROM");

gs_memory::gs_memory(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context), m_port(*this, m_socket)
{
    context.expect_args(0, 0);
    m_socket.register_b_transport(this, &gs_memory::b_transport);
    m_socket.register_get_direct_mem_ptr(this, &gs_memory::get_direct_mem_ptr);
    m_socket.register_transport_dbg(this, &gs_memory::transport_dbg);
    m_port.declare_direct();
}

gs_memory::~gs_memory()
{
    if (m_data) {
        munmap(m_data, m_mapped);
    }
}

gs_memory::memory_port::memory_port(gs_memory &owner, tlm_utils::simple_target_socket<gs_memory> &socket)
    : tlm_target_port(owner, "target_socket", socket, "the memory's bytes, from offset 0"), m_memory(owner)
{
}

void gs_memory::memory_port::bound(port &, tk::config_node &attributes)
{
    if (const tk::config_node *size = window_table(*this, attributes).find("size")) {
        m_memory.m_window = size->as_uint64();
    }
}

// --- storage -----------------------------------------------------------------------------------------

void gs_memory::configured()
{
    map_storage();
    load_all();
}

void gs_memory::load_all()
{
    if (!m_bin_file.get().empty()) {
        load_file();
    }
    if (!m_words.get().empty()) {
        load_words();
    }
}

void gs_memory::on_reset(tk::reset_kind kind)
{
    if (kind == tk::reset_kind::cold) {
        fill();
        load_all();
        tk::memory_written(m_data, m_bytes);
    }
}

// Zeros by giving the pages back, which costs only what was used.
void gs_memory::fill()
{
    const int value = m_init ? static_cast<int>(m_fill.get()) : 0;
    if (value != 0 || m_shared || madvise(m_data, m_mapped, MADV_DONTNEED) != 0) {
        memset(m_data, value, m_bytes);
    }
}

void gs_memory::map_storage()
{
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    m_bytes = m_size.get() ? m_size.get() : m_window;
    if (m_bytes == 0) {
        fail("has no size", "give size = ... in its target_socket table or of its own");
    }
    if (m_bytes > SIZE_MAX - page) {
        fail("size " + std::to_string(m_bytes) + " is more than the host can map");
    }
    m_mapped = static_cast<size_t>((m_bytes + page - 1) / page * page);
    // Not reserved: a guest that uses little of a large RAM costs the host little.
    const int sharing = m_shared ? MAP_SHARED : MAP_PRIVATE;
    void *at =
        mmap(nullptr, m_mapped, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        fail("the host cannot map " + std::to_string(m_bytes) + " bytes: " + strerror(errno),
             "give a smaller size");
    }
    m_data = static_cast<unsigned char *>(at);
    if (m_init && m_fill.get() != 0) {
        memset(m_data, static_cast<int>(m_fill.get()), m_bytes);
    }
}

bool gs_memory::fits(uint64_t length) const
{
    return m_load_offset <= m_bytes && length <= m_bytes - m_load_offset;
}

void gs_memory::load_words()
{
    const std::vector<uint64_t> &words = m_words;
    if (!fits(4 * words.size())) {
        m_words.fail("load.data has " + std::to_string(4 * words.size()) +
                         " bytes, which do not fit at offset " + std::to_string(m_load_offset),
                     "the memory has " + std::to_string(m_bytes));
    }
    unsigned char *at = m_data + m_load_offset;
    for (const uint64_t word : words) {
        if (word > UINT32_MAX) {
            m_words.fail("a word of load.data is " + std::to_string(word), "words have 32 bits");
        }
        for (unsigned shift = 0; shift < 32; shift += 8) {
            *at++ = static_cast<unsigned char>(word >> shift);
        }
    }
}

void gs_memory::load_file()
{
    std::ifstream file(m_bin_file.resolved(), std::ios::binary | std::ios::ate);
    if (!file) {
        m_bin_file.fail("cannot read " + m_bin_file.resolved() + ": " + strerror(errno));
    }
    const auto length = static_cast<uint64_t>(file.tellg());
    if (!fits(length)) {
        m_bin_file.fail(m_bin_file.resolved() + " has " + std::to_string(length) +
                            " bytes, which do not fit at offset " + std::to_string(m_load_offset),
                        "the memory has " + std::to_string(m_bytes));
    }
    file.seekg(0);
    if (!file.read(reinterpret_cast<char *>(m_data + m_load_offset), static_cast<std::streamsize>(length))) {
        m_bin_file.fail("cannot read " + m_bin_file.resolved() + ": " + strerror(errno));
    }
}

// --- TLM-2.0 -----------------------------------------------------------------------------------------

void gs_memory::move_bytes(tlm::tlm_generic_payload &transaction)
{
    unsigned char *const data = transaction.get_data_ptr();
    const unsigned length = transaction.get_data_length();
    const unsigned width = transaction.get_streaming_width();
    const unsigned char *const enables = transaction.get_byte_enable_ptr();
    const unsigned enable_length = transaction.get_byte_enable_length();
    unsigned char *const at = m_data + transaction.get_address();

    if (!enables && width >= length) {
        transaction.is_read() ? memcpy(data, at, length) : memcpy(at, data, length);
        return;
    }
    for (unsigned i = 0; i < length; i++) {
        if (enables && enables[i % enable_length] != TLM_BYTE_ENABLED) {
            continue;
        }
        unsigned char &cell = at[i % width];
        transaction.is_read() ? data[i] = cell : cell = data[i];
    }
}

tlm::tlm_response_status gs_memory::serve(tlm::tlm_generic_payload &transaction)
{
    const uint64_t address = transaction.get_address();
    const unsigned length = transaction.get_data_length();
    const unsigned width = transaction.get_streaming_width();

    if (length == 0 || width == 0) {
        return tlm::TLM_BURST_ERROR_RESPONSE;
    }
    if (transaction.get_byte_enable_ptr() && transaction.get_byte_enable_length() == 0) {
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
    if (address >= m_bytes || std::min(length, width) > m_bytes - address) {
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
    if (transaction.is_write() && m_read_only) {
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    }
    if (!transaction.is_read() && !transaction.is_write()) {
        return tlm::TLM_OK_RESPONSE; // TLM_IGNORE_COMMAND moves no data
    }
    move_bytes(transaction);
    if (transaction.is_write()) {
        tk::memory_written(m_data + address, std::min(length, width));
    }
    return tlm::TLM_OK_RESPONSE;
}

void gs_memory::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    const tlm::tlm_response_status status = serve(transaction);
    transaction.set_dmi_allowed(m_dmi_allow && status == tlm::TLM_OK_RESPONSE);
    transaction.set_response_status(status);
    if (m_latency_ns.get() > 0) {
        // Not beyond the end of time: the sum would come out as a small one.
        const uint64_t latency = m_latency_ns * sc_core::sc_time(1, sc_core::SC_NS).value();
        delay += sc_core::sc_time::from_value(std::min<uint64_t>(latency, UINT64_MAX - delay.value()));
    }
}

bool gs_memory::get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi)
{
    // The answer, yes or no, is the same for every address that there is; and for all beyond.
    const bool inside = transaction.get_address() < m_bytes;
    dmi.init();
    dmi.set_start_address(inside ? 0 : m_bytes);
    dmi.set_end_address(inside ? m_bytes - 1 : UINT64_MAX);
    if (!m_dmi_allow || !inside || (transaction.is_write() && m_read_only)) {
        dmi.allow_none();
        return false;
    }
    dmi.set_dmi_ptr(m_data);
    // The standard counts DMI latency per byte; a transaction here is a word of the 32-bit bus.
    const sc_core::sc_time per_byte =
        sc_core::sc_time::from_value(m_latency_ns * sc_core::sc_time(1, sc_core::SC_NS).value() / 4);
    dmi.set_read_latency(per_byte);
    dmi.set_write_latency(per_byte);
    m_read_only ? dmi.allow_read() : dmi.allow_read_write();
    return true;
}

unsigned gs_memory::transport_dbg(tlm::tlm_generic_payload &transaction)
{
    const uint64_t address = transaction.get_address();
    if (address >= m_bytes) {
        return 0;
    }
    const auto count =
        static_cast<unsigned>(std::min<uint64_t>(transaction.get_data_length(), m_bytes - address));
    if (count == 0) {
        return 0; // there may be no data at all
    }
    if (transaction.is_read()) {
        memcpy(transaction.get_data_ptr(), m_data + address, count);
    } else if (transaction.is_write()) {
        memcpy(m_data + address, transaction.get_data_ptr(), count);
        tk::memory_written(m_data + address, count);
    }
    return count;
}

} // namespace components
