// SPDX-License-Identifier: MIT
#include "wall_limit.h"

namespace vp
{

wall_limit::wall_limit(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace,
                       std::function<void()> ask, std::function<void()> force)
    : m_ask(std::move(ask)), m_force(std::move(force))
{
    if (limit.count() > 0) {
        m_thread = std::thread([this, limit, grace] { watch(limit, grace); });
    }
}

wall_limit::~wall_limit()
{
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_ending = true;
    }
    m_ends.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

bool wall_limit::ends_within(std::chrono::nanoseconds time)
{
    std::unique_lock<std::mutex> hold(m_lock);
    return m_ends.wait_for(hold, time, [this] { return m_ending; });
}

void wall_limit::watch(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace)
{
    if (ends_within(limit)) {
        return;
    }
    m_ask();
    if (!ends_within(grace)) {
        m_force();
    }
}

} // namespace vp
