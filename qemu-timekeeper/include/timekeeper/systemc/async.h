// SPDX-License-Identifier: MIT
//
// From a host thread into SystemC.
//
// async_event is the only way in: any thread calls notify(), and an sc_event fires on SystemC's side at the
// simulated time that is then current. Because the keeper parks SystemC's thread in a host wait of its own
// (inside an SC_THREAD, where the kernel cannot look at its queue), notify() also calls the kernel waker.
#ifndef TIMEKEEPER_SYSTEMC_ASYNC_H
#define TIMEKEEPER_SYSTEMC_ASYNC_H

#include <systemc>

#include <atomic>

namespace tk
{

class async_event : public sc_core::sc_prim_channel
{
  public:
    // Elaboration only.
    explicit async_event(const char *name);

    // Any thread, at any time while the object lives. Several calls may become one event. Calls the kernel
    // waker: the caller must hold no lock that the waker takes.
    void notify();
    // Fires on SystemC's side. Who wakes up looks for all that there is to do: the event carries no count.
    const sc_core::sc_event &event() const { return m_event; }

  private:
    void update() override;
    sc_core::sc_event m_event;
};

// While one lives, the world outside may still start something (a terminal's keys, a socket's bytes),
// although nothing is left to do in here: the run then waits instead of ending. Thread: any.
class external_input
{
  public:
    // `terminal`: somebody sits there, and expects idle time to pass as it does for them.
    explicit external_input(bool terminal);
    ~external_input();
    external_input(const external_input &) = delete;
    external_input &operator=(const external_input &) = delete;

    // Nothing more comes from there. Idempotent; wakes SystemC, so that it finds out.
    void close();

    // True if one is open. Any thread.
    static bool any();
    // True if one with a terminal is open. Any thread.
    static bool interactive();

  private:
    const bool m_terminal;
    std::atomic<bool> m_open{true};
};

// Installs the function that gets SystemC's thread out of a host wait (nullptr: none). It is called from any
// thread, must not wait for SystemC and must not call notify(). When set_kernel_waker() returns, no call of
// the former waker is under way: it must not be called with a lock held that the waker takes.
void set_kernel_waker(void (*waker)(void *opaque), void *opaque);
// Calls the waker, if one is installed. Any thread.
void wake_kernel();

} // namespace tk

#endif
