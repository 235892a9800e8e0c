// SPDX-License-Identifier: MIT
#include "throttle.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace tk
{

static const uint64_t step_ns = 2000000;
static const uint64_t catch_up_ns = 500000000;
static const uint64_t millionths = 1000000;

// --- the host ----------------------------------------------------------------------------------------

namespace
{

class monotonic_clock : public host_clock
{
  public:
    uint64_t now_ns() override
    {
        timespec t{};
        clock_gettime(CLOCK_MONOTONIC, &t);
        return static_cast<uint64_t>(t.tv_sec) * 1000000000 + static_cast<uint64_t>(t.tv_nsec);
    }

    void sleep_until_ns(uint64_t when) override
    {
        const timespec t = {static_cast<time_t>(when / 1000000000), static_cast<long>(when % 1000000000)};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
        }
    }
};

} // namespace

host_clock &host_clock::monotonic()
{
    static monotonic_clock clock;
    return clock;
}

// --- arithmetic --------------------------------------------------------------------------------------

// a * b / c, or the greatest number when it does not fit.
static uint64_t scaled(uint64_t a, uint64_t b, uint64_t c)
{
    const auto result = static_cast<unsigned __int128>(a) * b / c;
    return result > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(result);
}

throttle::throttle(uint64_t speed_ppm, host_clock &clock) : m_ppm(speed_ppm), m_clock(clock) {}

uint64_t throttle::host_ns(uint64_t ps) const
{
    return scaled(ps, millionths / 1000, m_ppm);
}

uint64_t throttle::next_ps(uint64_t now_ps) const
{
    const uint64_t step_ps = scaled(step_ns * 1000, m_ppm, millionths);
    const uint64_t left_ps = step_ps - now_ps % step_ps;
    return left_ps > UINT64_MAX - now_ps ? UINT64_MAX : now_ps + left_ps;
}

// --- holding -----------------------------------------------------------------------------------------

void throttle::hold(uint64_t now_ps)
{
    uint64_t now_ns = m_clock.now_ns();

    if (m_stood.exchange(false)) {
        m_base_ps = m_last_ps = now_ps;
        m_base_ns = m_last_ns = now_ns;
        return;
    }
    const uint64_t due_ns = m_base_ns + host_ns(now_ps - m_base_ps);
    if (now_ns < due_ns) {
        m_holds = true;
        m_clock.sleep_until_ns(due_ns);
        m_holds = false;
        m_waited_ns += due_ns - now_ns;
        now_ns = m_clock.now_ns();
    } else if (now_ns - due_ns > catch_up_ns) {
        m_lost_ns += now_ns - due_ns;
        m_base_ps = now_ps;
        m_base_ns = now_ns;
    }
    m_passed_ps += now_ps - m_last_ps;
    m_passed_ns += now_ns - m_last_ns;
    m_last_ps = now_ps;
    m_last_ns = now_ns;
}

throttle_stats throttle::stats() const
{
    throttle_stats result;
    result.speed = static_cast<double>(m_ppm) / static_cast<double>(millionths);
    result.simulated_ps = m_passed_ps;
    result.host_ns = m_passed_ns;
    result.waited_ns = m_waited_ns;
    result.lost_ns = m_lost_ns;
    return result;
}

} // namespace tk
