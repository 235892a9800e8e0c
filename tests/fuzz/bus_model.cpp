// SPDX-License-Identifier: MIT
#include "bus_model.h"

#include <algorithm>

namespace fuzz
{

const bus_window *bus_model::at(uint64_t address) const
{
    const bus_window *best = nullptr;
    for (const bus_window &each : m_windows) {
        if (address >= each.first && address <= each.last && (!best || each.priority < best->priority)) {
            best = &each;
        }
    }
    return best;
}

uint64_t bus_model::last_of(uint64_t address) const
{
    const bus_window *const here = at(address);
    uint64_t last = UINT64_MAX;
    for (const bus_window &each : m_windows) {
        for (const uint64_t edge : {each.first, each.last + 1}) {
            if (edge > address && at(edge) != here) {
                last = std::min(last, edge - 1);
            }
        }
    }
    return last;
}

// --- b_transport -------------------------------------------------------------------------------------

static bool enabled(const tlm::tlm_generic_payload &asked, unsigned byte)
{
    const unsigned char *enables = asked.get_byte_enable_ptr();
    return !enables || enables[byte % asked.get_byte_enable_length()] == TLM_BYTE_ENABLED;
}

static tlm::tlm_response_status memory_status(const tlm::tlm_generic_payload &asked, const bus_target &target,
                                              uint64_t offset)
{
    const uint64_t reach = std::min(asked.get_data_length(), asked.get_streaming_width());
    if (reach == 0) {
        return tlm::TLM_BURST_ERROR_RESPONSE;
    }
    if (asked.get_byte_enable_ptr() && asked.get_byte_enable_length() == 0) {
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
    if (offset >= target.span || reach > target.span - offset) {
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
    return asked.is_write() && target.read_only ? tlm::TLM_COMMAND_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE;
}

static tlm::tlm_response_status register_status(const tlm::tlm_generic_payload &asked,
                                                const bus_target &target, uint64_t offset, bool in_time)
{
    const unsigned length = asked.get_data_length();
    if (!in_time) {
        return tlm::TLM_GENERIC_ERROR_RESPONSE;
    }
    if (asked.get_byte_enable_ptr()) {
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
    if ((length != 1 && length != 2 && length != 4) || length > target.stride ||
        asked.get_streaming_width() < length) {
        return tlm::TLM_BURST_ERROR_RESPONSE;
    }
    return offset % target.stride == 0 && offset < target.span ? tlm::TLM_OK_RESPONSE
                                                               : tlm::TLM_ADDRESS_ERROR_RESPONSE;
}

tlm::tlm_response_status bus_model::transport(const tlm::tlm_generic_payload &asked, bool in_time,
                                              std::vector<unsigned char> &data)
{
    const uint64_t address = asked.get_address();
    const unsigned length = asked.get_data_length(), width = asked.get_streaming_width();
    const uint64_t reach = std::min(length, width);
    const bus_window *window = at(address);

    // A target on its own has no window that could be left: it says itself what is wrong.
    const bool leaves = m_windows.size() > 1 && reach > 0 && reach - 1 > last_of(address) - address;
    if (!window || leaves) {
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
    bus_target &target = *window->target;
    const uint64_t offset = address - window->base;
    if (target.stride > 0) {
        return register_status(asked, target, offset, in_time);
    }
    const tlm::tlm_response_status status = memory_status(asked, target, offset);
    for (unsigned i = 0; i < length && status == tlm::TLM_OK_RESPONSE; i++) {
        unsigned char &cell = target.shadow[offset + i % width];
        if (asked.is_read() && enabled(asked, i)) {
            data[i] = cell;
        } else if (asked.is_write() && enabled(asked, i)) {
            cell = data[i];
        }
    }
    return status;
}

// --- transport_dbg -----------------------------------------------------------------------------------

unsigned bus_model::debug(const tlm::tlm_generic_payload &asked, std::vector<unsigned char> &data,
                          std::vector<bool> &known)
{
    const uint64_t address = asked.get_address();
    for (unsigned i = 0; i < asked.get_data_length(); i++) {
        const bus_window *window = address + i >= address ? at(address + i) : nullptr;
        const uint64_t offset = window ? address + i - window->base : 0;
        if (!window || offset >= window->target->span) {
            return i;
        }
        if (window->target->stride > 0) {
            if (!asked.is_read()) {
                return i;
            }
            known[i] = false;
        } else if (asked.is_read()) {
            data[i] = window->target->shadow[offset];
        } else if (asked.is_write()) {
            window->target->shadow[offset] = data[i];
        }
    }
    return asked.get_data_length();
}

} // namespace fuzz
