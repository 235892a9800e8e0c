// SPDX-License-Identifier: MIT
#include "ticks.h"

#include <algorithm>

namespace components
{

static const uint64_t ps_per_second = UINT64_C(1000000000000);
using wide = unsigned __int128;

uint64_t now_ps()
{
    return tk::to_ps(sc_core::sc_time_stamp());
}

uint64_t access_ps(const sc_core::sc_time &delay)
{
    return add_ps(now_ps(), tk::to_ps(delay));
}

uint64_t add_ps(uint64_t a, uint64_t b)
{
    return b > never - a ? never : a + b;
}

// --- tick_clock --------------------------------------------------------------------------------------

uint64_t tick_clock::ticks_in(uint64_t ps) const
{
    return static_cast<uint64_t>(static_cast<wide>(ps) * m_hz /
                                 (static_cast<wide>(ps_per_second) * m_divider));
}

uint64_t tick_clock::time_of(uint64_t ticks) const
{
    const wide scale = static_cast<wide>(ps_per_second) * m_divider;
    if (ticks > (~wide(0) - m_hz) / scale) {
        return never;
    }
    const wide ps = (static_cast<wide>(ticks) * scale + m_hz - 1) / m_hz;
    return ps >= never ? never : static_cast<uint64_t>(ps);
}

// --- expiries ----------------------------------------------------------------------------------------

void expiries::begin(uint64_t start, const tick_clock &clock, uint64_t first, uint64_t period)
{
    latch(start);
    m_clock = clock;
    m_start = start;
    m_first = first;
    m_period = period;
    m_cleared = 0;
}

void expiries::end(uint64_t time)
{
    latch(time);
    m_start = never;
}

void expiries::clear(uint64_t time)
{
    m_latched = never;
    m_cleared = std::max(m_cleared, count_by(time));
}

// The run ends: what it has raised by then stays.
void expiries::latch(uint64_t time)
{
    const uint64_t raised = when();
    if (raised <= time) {
        m_latched = raised;
    }
}

uint64_t expiries::count_by(uint64_t time) const
{
    if (m_start == never || time < m_start) {
        return 0;
    }
    const uint64_t ticks = m_clock.ticks_in(time - m_start);
    if (ticks < m_first) {
        return 0;
    }
    return m_period ? (ticks - m_first) / m_period + 1 : 1;
}

// The first expiry of the run that is not cleared.
uint64_t expiries::next_ps() const
{
    const bool over = m_period == 0 && m_cleared > 0;
    if (m_start == never || over || (m_period && m_cleared > (never - m_first) / m_period)) {
        return never;
    }
    return add_ps(m_start, m_clock.time_of(m_first + m_cleared * m_period));
}

uint64_t expiries::when() const
{
    return std::min(m_latched, next_ps());
}

} // namespace components
