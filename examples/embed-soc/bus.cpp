// SPDX-License-Identifier: MIT
#include "bus.h"

#include <algorithm>

bus::bus(const sc_core::sc_module_name &name) : sc_module(name)
{
    target.register_b_transport(this, &bus::b_transport);
    target.register_transport_dbg(this, &bus::transport_dbg);
    target.register_get_direct_mem_ptr(this, &bus::get_direct_mem_ptr);
    initiator.register_invalidate_direct_mem_ptr(this, &bus::invalidate);
}

void bus::map(uint64_t address, uint64_t size)
{
    m_windows.push_back({address, address + size - 1});
}

int bus::find(uint64_t address) const
{
    const auto at = std::find_if(m_windows.begin(), m_windows.end(), [address](const window &each) {
        return address >= each.first && address <= each.last;
    });
    return at == m_windows.end() ? -1 : static_cast<int>(at - m_windows.begin());
}

void bus::b_transport(int, tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    const uint64_t address = transaction.get_address();
    const int to = find(address);

    if (to < 0) {
        transaction.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    transaction.set_address(address - m_windows[static_cast<size_t>(to)].first);
    initiator[to]->b_transport(transaction, delay);
    transaction.set_address(address);
}

unsigned bus::transport_dbg(int, tlm::tlm_generic_payload &transaction)
{
    const uint64_t address = transaction.get_address();
    const int to = find(address);

    if (to < 0) {
        return 0;
    }
    transaction.set_address(address - m_windows[static_cast<size_t>(to)].first);
    const unsigned count = initiator[to]->transport_dbg(transaction);
    transaction.set_address(address);
    return count;
}

bool bus::get_direct_mem_ptr(int, tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi)
{
    const uint64_t address = transaction.get_address();
    const int to = find(address);

    if (to < 0) {
        return false;
    }
    const window &its = m_windows[static_cast<size_t>(to)];
    transaction.set_address(address - its.first);
    const bool granted = initiator[to]->get_direct_mem_ptr(transaction, dmi);
    transaction.set_address(address);
    dmi.set_end_address(std::min<uint64_t>(dmi.get_end_address(), its.last - its.first) + its.first);
    dmi.set_start_address(dmi.get_start_address() + its.first);
    return granted;
}

void bus::invalidate(int to, sc_dt::uint64 first, sc_dt::uint64 last)
{
    const window &its = m_windows[static_cast<size_t>(to)];

    for (unsigned i = 0; i < target.size(); i++) {
        target[static_cast<int>(i)]->invalidate_direct_mem_ptr(
            its.first + first, its.first + std::min<uint64_t>(last, its.last - its.first));
    }
}
