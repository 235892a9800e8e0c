// SPDX-License-Identifier: MIT
#include "byte_inbox.h"

#include <algorithm>

namespace components
{

byte_inbox::byte_inbox(const sc_core::sc_module_name &name, tk::stream_port &port)
    : sc_module(name), m_port(port)
{
    m_port.on_room([this] { deliver(); });
    SC_HAS_PROCESS(byte_inbox);
    SC_METHOD(deliver);
    dont_initialize();
    sensitive << m_arrived.event();
}

bool byte_inbox::push(const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        std::unique_lock<std::mutex> hold(m_lock);
        m_room.wait(hold, [this] { return m_closed || m_bytes.size() < capacity; });
        if (m_closed) {
            return false;
        }
        const size_t part = std::min(count, capacity - m_bytes.size());
        m_bytes.insert(m_bytes.end(), bytes, bytes + part);
        bytes += part;
        count -= part;
        hold.unlock();
        m_arrived.notify();
    }
    return true;
}

bool byte_inbox::has_room()
{
    const std::lock_guard<std::mutex> hold(m_lock);
    return m_bytes.size() < capacity;
}

void byte_inbox::close()
{
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_closed = true;
    }
    m_room.notify_all();
}

// Until the inbox is empty or the receiver has no room; in the latter case on_room() calls again. Only
// SystemC's thread takes bytes out, so the first one stays the same while it is offered without the lock.
void byte_inbox::deliver()
{
    for (;;) {
        uint8_t byte;
        {
            const std::lock_guard<std::mutex> hold(m_lock);
            if (m_bytes.empty()) {
                return;
            }
            byte = m_bytes.front();
        }
        if (!m_port.send(byte)) {
            return;
        }
        bool was_full;
        {
            const std::lock_guard<std::mutex> hold(m_lock);
            was_full = m_bytes.size() >= capacity;
            m_bytes.pop_front();
        }
        if (was_full) {
            m_room.notify_all();
            if (m_room_again) {
                m_room_again();
            }
        }
    }
}

} // namespace components
