// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/async.h"

#include <mutex>
#include <shared_mutex>
#include <string>

namespace tk
{

// Shared by those who call the waker, exclusive for whoever changes it: so that a removed waker is not
// running.
static std::shared_mutex s_lock;
static void (*s_waker)(void *);
static void *s_opaque;

void set_kernel_waker(void (*waker)(void *opaque), void *opaque)
{
    std::unique_lock<std::shared_mutex> hold(s_lock);
    s_waker = waker;
    s_opaque = opaque;
}

void wake_kernel()
{
    std::shared_lock<std::shared_mutex> hold(s_lock);
    if (s_waker) {
        s_waker(s_opaque);
    }
}

static std::atomic<unsigned> s_inputs, s_terminals;

external_input::external_input(bool terminal) : m_terminal(terminal)
{
    s_inputs++;
    s_terminals += m_terminal;
}

external_input::~external_input()
{
    close();
}

void external_input::close()
{
    if (m_open.exchange(false)) {
        s_inputs--;
        s_terminals -= m_terminal;
        wake_kernel();
    }
}

bool external_input::any()
{
    return s_inputs > 0;
}

bool external_input::interactive()
{
    return s_terminals > 0;
}

async_event::async_event(const char *name)
    : sc_prim_channel(name), m_event((std::string(name) + "_event").c_str())
{
}

void async_event::notify()
{
    // First the request, then the wake-up: who is woken finds it.
    async_request_update();
    wake_kernel();
}

void async_event::update()
{
    m_event.notify(sc_core::SC_ZERO_TIME);
}

} // namespace tk
