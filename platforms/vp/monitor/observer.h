// SPDX-License-Identifier: MIT
//
// A thread that looks at the run four times a second: for the watchdog ("why is it stuck?"), and for the line
// at the bottom of the terminal. It only looks.
#ifndef PLATFORMS_VP_MONITOR_OBSERVER_H
#define PLATFORMS_VP_MONITOR_OBSERVER_H

#include "progress.h"
#include "simulation.h"
#include "watchdog.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace vp
{

class observer
{
  public:
    // `quiet`: no line on the terminal.
    observer(simulation &observed, bool quiet);
    // Ends the thread, and takes the line away.
    ~observer();
    observer(const observer &) = delete;
    observer &operator=(const observer &) = delete;

  private:
    void watch();

    simulation &m_observed;
    std::unique_ptr<progress> m_progress; // nullptr: none
    watchdog m_watchdog{};
    std::mutex m_lock;
    std::condition_variable m_ends;
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace vp

#endif
