// SPDX-License-Identifier: MIT
#define SC_INCLUDE_DYNAMIC_PROCESSES // sc_spawn
#include "delayed_lines.h"

#include <algorithm>
#include <utility>

namespace components
{

delayed_lines::delayed_lines(const std::string &name, std::function<void(uint32_t)> drive)
    : m_drive(std::move(drive)), m_due((name + "_due").c_str())
{
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&m_due);
    sc_core::sc_spawn([this] { drive_due(); }, (name + "_drive").c_str(), &options);
}

void delayed_lines::set(uint32_t bits, const sc_core::sc_time &delay)
{
    if (bits == m_bits) {
        return;
    }
    m_bits = bits;
    if (delay == sc_core::SC_ZERO_TIME && m_changes.empty()) {
        m_drive(bits);
        return;
    }
    // Two initiators' local times come in any order: what was said last holds, from the later of the two on.
    const sc_core::sc_time when = sc_core::sc_time_stamp() + delay;
    m_changes.push_back({m_changes.empty() ? when : std::max(when, m_changes.back().when), bits});
    if (m_changes.size() == 1) {
        m_due.notify(delay);
    }
}

void delayed_lines::reset(uint32_t bits)
{
    m_changes.clear();
    m_due.cancel();
    m_bits = bits;
    m_drive(bits);
}

void delayed_lines::drive_due()
{
    uint32_t bits = 0;

    while (!m_changes.empty() && m_changes.front().when <= sc_core::sc_time_stamp()) {
        bits = m_changes.front().bits;
        m_changes.pop_front();
    }
    m_drive(bits);
    if (!m_changes.empty()) {
        m_due.notify(m_changes.front().when - sc_core::sc_time_stamp());
    }
}

} // namespace components
