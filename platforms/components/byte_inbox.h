// SPDX-License-Identifier: MIT
//
// Bytes on their way from a host thread into a stream port, in order and without loss.
#ifndef PLATFORMS_COMPONENTS_BYTE_INBOX_H
#define PLATFORMS_COMPONENTS_BYTE_INBOX_H

#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/port.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace components
{

class byte_inbox : public sc_core::sc_module
{
  public:
    // Delivers to whatever `port` is bound to. Sets the port's on_room(). Elaboration.
    byte_inbox(const sc_core::sc_module_name &name, tk::stream_port &port);

    // Appends bytes. Any host thread but SystemC's; waits while the inbox is full. False: closed, the bytes
    // are dropped.
    bool push(const uint8_t *bytes, size_t count);
    // True if push() would not wait for a first byte. Any thread.
    bool has_room();
    // `taken` is called on SystemC's thread when a full inbox has room again. Before the simulation starts.
    void on_room_again(std::function<void()> taken) { m_room_again = std::move(taken); }
    // No more bytes: push() returns at once from now on. Any thread.
    void close();

  private:
    static constexpr size_t capacity = 65536;

    void deliver();

    tk::stream_port &m_port;
    tk::async_event m_arrived{"arrived"};
    std::function<void()> m_room_again;
    std::mutex m_lock; // guards the members below; never held while the port or the kernel is called
    std::condition_variable m_room;
    std::deque<uint8_t> m_bytes;
    bool m_closed = false;
};

} // namespace components

#endif
