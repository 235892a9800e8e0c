// SPDX-License-Identifier: MIT
#include "console.h"

#include "guest_stream.h"

#include <cstdio>
#include <mutex>

namespace components
{

static std::mutex s_lock; // of all that is written to stdout; a leaf
static guest_stream s_stream;
static bool s_held_back; // bytes that are in stdio's buffer only

void console_write(uint8_t byte)
{
    const std::lock_guard<std::mutex> hold(s_lock);
    guest_stream_take(&s_stream, byte);
    putchar(byte);
    s_held_back = true;
}

void console_flush()
{
    const std::lock_guard<std::mutex> hold(s_lock);
    fflush(stdout);
    s_held_back = false;
}

bool console_between(const std::function<void()> &write)
{
    const std::lock_guard<std::mutex> hold(s_lock);
    if (s_held_back || !guest_stream_between(&s_stream)) {
        return false;
    }
    write();
    return true;
}

bool console_owns_screen()
{
    const std::lock_guard<std::mutex> hold(s_lock);
    return s_stream.owns_screen;
}

} // namespace components
