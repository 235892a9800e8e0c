// SPDX-License-Identifier: MIT
#include "test_modules.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <unistd.h>

namespace test
{

TK_MODULE("test_initiator", initiator, "the test's transactions");
TK_MODULE("test_target", target, "remembers what reached it");
TK_MODULE("test_line", line, "an input to look at");
TK_MODULE("test_driver", driver, "an output to drive");
TK_MODULE("test_stream", stream, "the other end of a byte stream");
TK_MODULE("test_script", script, "carries out its entries");

void fill(tlm::tlm_generic_payload &payload, tlm::tlm_command command, uint64_t address, unsigned char *data,
          unsigned length)
{
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

static uint32_t from_bytes(const unsigned char *data, unsigned length)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < length; i++) {
        value |= static_cast<uint32_t>(data[i]) << (8 * i);
    }
    return value;
}

// --- initiator ---------------------------------------------------------------------------------------

initiator::initiator(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    m_socket.register_invalidate_direct_mem_ptr(this, &initiator::invalidate);
}

tlm::tlm_response_status initiator::transport(tlm::tlm_generic_payload &payload)
{
    m_socket->b_transport(payload, delay);
    status = payload.get_response_status();
    dmi_hint = payload.is_dmi_allowed();
    return status;
}

uint32_t initiator::read(uint64_t address, unsigned length)
{
    unsigned char data[4] = {};
    tlm::tlm_generic_payload payload;
    fill(payload, tlm::TLM_READ_COMMAND, address, data, length);
    transport(payload);
    return from_bytes(data, length);
}

void initiator::write(uint64_t address, uint32_t value, unsigned length)
{
    unsigned char data[4];
    for (unsigned i = 0; i < 4; i++) {
        data[i] = static_cast<unsigned char>(value >> (8 * i));
    }
    tlm::tlm_generic_payload payload;
    fill(payload, tlm::TLM_WRITE_COMMAND, address, data, length);
    transport(payload);
}

unsigned initiator::debug(tlm::tlm_command command, uint64_t address, unsigned char *data, unsigned length)
{
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, data, length);
    return m_socket->transport_dbg(payload);
}

bool initiator::dmi(tlm::tlm_command command, uint64_t address, tlm::tlm_dmi &answer)
{
    tlm::tlm_generic_payload payload;
    unsigned char data[4];
    fill(payload, command, address, data, sizeof(data));
    return m_socket->get_direct_mem_ptr(payload, answer);
}

void initiator::invalidate(sc_dt::uint64 first, sc_dt::uint64 last)
{
    invalidated.emplace_back(first, last);
}

// --- target ------------------------------------------------------------------------------------------

target::target(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    m_socket.register_b_transport(this, &target::b_transport);
    m_socket.register_get_direct_mem_ptr(this, &target::get_direct_mem_ptr);
    m_socket.register_transport_dbg(this, &target::transport_dbg);
}

void target::b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
{
    addresses.push_back(payload.get_address());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

bool target::get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
{
    addresses.push_back(payload.get_address());
    dmi.set_start_address(dmi_first);
    dmi.set_end_address(dmi_last);
    dmi.set_dmi_ptr(dmi_data);
    if (grant) {
        dmi.allow_read_write();
    } else {
        dmi.allow_none();
    }
    return grant;
}

unsigned target::transport_dbg(tlm::tlm_generic_payload &payload)
{
    debugged.emplace_back(payload.get_address(), payload.get_data_length());
    return payload.get_data_length();
}

// --- line, stream ------------------------------------------------------------------------------------

line::line(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    SC_HAS_PROCESS(line);
    SC_METHOD(changed);
    dont_initialize();
    sensitive << m_in;
}

void line::changed()
{
    edges.emplace_back(sc_core::sc_time_stamp(), m_in.read());
}

stream::stream(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    m_port.on_receive([this](uint8_t byte) {
        if (room == 0) {
            return false;
        }
        room--;
        received.push_back(static_cast<char>(byte));
        return true;
    });
    m_port.on_room([this] { room_calls++; });
}

size_t stream::send(const std::string &text)
{
    size_t done = 0;
    while (done < text.size() && m_port.send(static_cast<uint8_t>(text[done]))) {
        done++;
    }
    return done;
}

void stream::make_room(size_t bytes)
{
    room = bytes;
    m_port.announce_room();
}

// --- script ------------------------------------------------------------------------------------------

script::script(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    SC_HAS_PROCESS(script);
    SC_THREAD(run);
}

void script::configured()
{
    for (tk::config_node *each : config().elements()) {
        step next;
        each->use();
        for (const char *what : {"write", "read", "wait_ns", "local_ns", "ticks_ns"}) {
            if (const tk::config_node *number = each->find(what)) {
                next.what = what;
                next.number = number->as_uint64();
            }
        }
        for (const char *what : {"fatal", "throws", "hang"}) {
            if (const tk::config_node *text = each->find(what)) {
                next.what = what;
                next.text = text->as_string();
            }
        }
        for (const char *what : {"value", "expect"}) {
            if (const tk::config_node *value = each->find(what)) {
                next.value = value->as_uint64();
            }
        }
        m_steps.push_back(next);
    }
}

tlm::tlm_response_status script::access(tlm::tlm_command command, uint64_t address, uint32_t &value)
{
    unsigned char data[4];
    for (unsigned i = 0; i < 4; i++) {
        data[i] = static_cast<unsigned char>(value >> (8 * i));
    }
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, data, sizeof(data));
    m_socket->b_transport(payload, m_delay);
    value = from_bytes(data, sizeof(data));
    return payload.get_response_status();
}

void script::execute(const step &each)
{
    auto value = static_cast<uint32_t>(each.value);
    if (each.what == "wait_ns") {
        wait(sc_core::sc_time(static_cast<double>(each.number), sc_core::SC_NS));
    } else if (each.what == "ticks_ns") {
        for (;;) {
            wait(sc_core::sc_time(static_cast<double>(each.number), sc_core::SC_NS));
        }
    } else if (each.what == "local_ns") {
        m_delay += sc_core::sc_time(static_cast<double>(each.number), sc_core::SC_NS);
    } else if (each.what == "fatal") {
        SC_REPORT_FATAL("script", each.text.c_str());
    } else if (each.what == "hang") {
        for (;;) {
            pause();
        }
    } else if (each.what == "throws") {
        throw std::runtime_error(each.text);
    } else if (each.what == "write") {
        if (access(tlm::TLM_WRITE_COMMAND, each.number, value) != tlm::TLM_OK_RESPONSE) {
            tk::request_exit(98);
        }
    } else if (access(tlm::TLM_READ_COMMAND, each.number, value) != tlm::TLM_OK_RESPONSE ||
               value != each.value) {
        fprintf(stderr, "read 0x%x\n", value);
        tk::request_exit(99);
    }
}

void script::run()
{
    for (const step &each : m_steps) {
        execute(each);
    }
}

} // namespace test
