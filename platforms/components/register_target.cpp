// SPDX-License-Identifier: MIT
#include "register_target.h"

#include <algorithm>

namespace components
{

register_socket::register_socket(tk::module &owner, const std::string &name, register_file &registers,
                                 uint64_t span, const std::string &help, bool optional)
    : m_registers(registers), m_span(span), m_socket(name.c_str()),
      m_port(owner, name, m_socket, help, optional)
{
    m_socket.register_b_transport(this, &register_socket::b_transport);
    m_socket.register_transport_dbg(this, &register_socket::transport_dbg);
}

void register_socket::set_layout(uint64_t span, unsigned stride)
{
    m_span = span;
    m_stride = stride;
}

register_target::register_target(const sc_core::sc_module_name &name, tk::module_context &context,
                                 uint64_t span, const std::string &help, const std::string &reset_name)
    : module(name, context), m_registers(*this, "target_socket", *this, span, help),
      m_reset_input(*this, reset_name, tk::reset_kind::warm, "a rising edge resets it")
{
}

// The bytes are put together one by one: whatever the host's byte order, the bus is little endian.
static uint32_t load_little_endian(const unsigned char *bytes, unsigned count)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value |= static_cast<uint32_t>(bytes[i]) << (8 * i);
    }
    return value;
}

static void store_little_endian(unsigned char *bytes, unsigned count, uint32_t value)
{
    for (unsigned i = 0; i < count; i++) {
        bytes[i] = static_cast<unsigned char>(value >> (8 * i));
    }
}

tlm::tlm_response_status register_socket::serve(tlm::tlm_generic_payload &transaction,
                                                sc_core::sc_time &delay)
{
    const uint64_t address = transaction.get_address();
    const unsigned length = transaction.get_data_length();
    uint32_t value = 0;

    if (delay.value() >= UINT64_MAX - sc_core::sc_time_stamp().value()) {
        return tlm::TLM_GENERIC_ERROR_RESPONSE;
    }
    if (transaction.get_byte_enable_ptr()) {
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
    if ((length != 1 && length != 2 && length != 4) || length > m_stride ||
        transaction.get_streaming_width() < length) {
        return tlm::TLM_BURST_ERROR_RESPONSE;
    }
    if (address % m_stride != 0 || address >= m_span) {
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
    const auto offset = static_cast<uint32_t>(address);
    if (transaction.is_write()) {
        value = load_little_endian(transaction.get_data_ptr(), length);
        return m_registers.write(offset, value, delay) ? tlm::TLM_OK_RESPONSE
                                                       : tlm::TLM_COMMAND_ERROR_RESPONSE;
    }
    if (transaction.is_read()) {
        if (!m_registers.read(offset, value, delay)) {
            return tlm::TLM_COMMAND_ERROR_RESPONSE;
        }
        store_little_endian(transaction.get_data_ptr(), length, value);
    }
    return tlm::TLM_OK_RESPONSE; // TLM_IGNORE_COMMAND moves no data
}

void register_socket::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    transaction.set_dmi_allowed(false);
    transaction.set_response_status(serve(transaction, delay));
}

unsigned register_socket::transport_dbg(tlm::tlm_generic_payload &transaction)
{
    const uint64_t address = transaction.get_address();
    const unsigned length = transaction.get_data_length();

    if (!transaction.is_read() || address >= m_span) {
        return 0;
    }
    const auto count = static_cast<unsigned>(std::min<uint64_t>(length, m_span - address));
    for (unsigned i = 0; i < count; i++) {
        const auto at = static_cast<uint32_t>(address + i);
        const uint32_t byte = at % m_stride;
        transaction.get_data_ptr()[i] = static_cast<unsigned char>(m_registers.peek(at - byte) >> (8 * byte));
    }
    return count;
}

} // namespace components
