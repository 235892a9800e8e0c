// SPDX-License-Identifier: MIT
#include "observer.h"

#include <chrono>

namespace vp
{

static const std::chrono::milliseconds period(250);

observer::observer(simulation &observed, bool quiet) : m_observed(observed)
{
    if (!quiet && progress::possible()) {
        m_progress = std::make_unique<progress>();
    }
    m_thread = std::thread([this] { watch(); });
}

observer::~observer()
{
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_ending = true;
    }
    m_ends.notify_one();
    m_thread.join();
}

void observer::watch()
{
    const auto view = std::make_unique<run_view>();
    std::unique_lock<std::mutex> hold(m_lock);

    // A wait ends after a period, or at the end.
    while (!m_ends.wait_for(hold, period, [this] { return m_ending; })) {
        // What the timeline's lock does not let us see is stuck for good: the watchdog sees the last look
        // again.
        const bool seen = m_observed.look(*view);
        if (watchdog_look(&m_watchdog, view.get(), static_cast<unsigned>(period.count()))) {
            m_observed.print_why();
        }
        if (seen && m_progress) {
            m_progress->show(*view);
        }
    }
}

} // namespace vp
