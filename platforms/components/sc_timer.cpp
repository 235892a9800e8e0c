// SPDX-License-Identifier: MIT
#include "sc_timer.h"

#include <algorithm>

namespace components
{

TK_MODULE("sc_timer", sc_timer, "a timer on SystemC's time that raises an interrupt");

enum : uint32_t {
    reg_count_lo = 0x00,
    reg_count_hi = 0x04,
    reg_ctrl = 0x08,
    reg_status = 0x0c,
    reg_period_lo = 0x10,
    reg_period_hi = 0x14,
    reg_expiries = 0x18,
    reg_id = 0x1c,
    span = 0x20
};
enum : uint32_t { ctrl_enable = 1, ctrl_irq_enable = 2, ctrl_one_shot = 4, status_expired = 1 };
enum : uint32_t { id_value = 0x544b544d };
static const uint64_t ps_per_ns = 1000;

sc_timer::sc_timer(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 32 bytes")
{
    context.expect_args(0, 0);
    declare_registers({{"COUNT_LO", reg_count_lo},
                       {"CTRL", reg_ctrl},
                       {"STATUS", reg_status},
                       {"PERIOD_LO", reg_period_lo},
                       {"PERIOD_HI", reg_period_hi},
                       {"EXPIRIES", reg_expiries}});
    SC_HAS_PROCESS(sc_timer);
    SC_METHOD(on_event);
    dont_initialize();
    sensitive << m_event;
    declare_direct();
}

// --- time --------------------------------------------------------------------------------------------

// How many expiries that SystemC has not come to yet happen by `time`.
uint64_t sc_timer::due_by(uint64_t time) const
{
    const uint64_t end = std::min(time, m_stopped_at);
    if (m_next == never || m_next > end) {
        return 0;
    }
    return m_run_once ? 1 : (end - m_next) / m_run_period + 1;
}

bool sc_timer::enabled_at(uint64_t time) const
{
    if (m_next == never || time >= m_stopped_at) {
        return false;
    }
    return !(m_run_once && due_by(time) > 0);
}

// The first of the expiries due by `time` that sets EXPIRED, being later than the last clearing of it; or
// `never`.
uint64_t sc_timer::first_visible_by(uint64_t time) const
{
    const uint64_t count = due_by(time);
    const uint64_t cleared =
        count > 0 && m_next <= m_cleared_at ? (m_cleared_at - m_next) / m_run_period + 1 : 0;
    return cleared < count ? m_next + cleared * m_run_period : never;
}

// --- expiring ----------------------------------------------------------------------------------------

// Asks for a look at the next expiry, if there will be one.
void sc_timer::arm()
{
    m_event.cancel();
    if (m_next != never && m_next > m_stopped_at) {
        m_next = never;
    }
    if (m_next != never) {
        m_event.notify(tk::from_ps(m_next > now_ps() ? m_next - now_ps() : 0));
    }
}

void sc_timer::on_event()
{
    settle(now_ps());
}

// Everything that happens by `time` has happened. All at once: `time` may be an initiator's local one, which
// is any number of periods ahead.
void sc_timer::settle(uint64_t time)
{
    const uint64_t count = due_by(time), visible = first_visible_by(time);
    if (count > 0) {
        m_expiries += static_cast<uint32_t>(count);
        m_next = m_run_once ? never : add_ps(m_next + (count - 1) * m_run_period, m_run_period);
    }
    arm();
    if (visible != never) {
        m_expired = true;
        update_line(tk::from_ps(visible > now_ps() ? visible - now_ps() : 0));
    }
}

void sc_timer::update_line(const sc_core::sc_time &delay)
{
    m_line.set(m_expired && m_irq_enable, delay);
}

// --- registers ---------------------------------------------------------------------------------------

uint32_t sc_timer::value_at(uint32_t offset, uint64_t time) const
{
    switch (offset) {
    case reg_count_lo:
        return static_cast<uint32_t>(time / ps_per_ns);
    case reg_count_hi:
        return m_count_hi;
    case reg_ctrl:
        return (enabled_at(time) ? ctrl_enable : 0u) | (m_irq_enable ? ctrl_irq_enable : 0u) |
               (m_one_shot ? ctrl_one_shot : 0u);
    case reg_status:
        return m_expired || first_visible_by(time) != never ? status_expired : 0u;
    case reg_period_lo:
        return static_cast<uint32_t>(m_period_ns);
    case reg_period_hi:
        return static_cast<uint32_t>(m_period_ns >> 32);
    case reg_expiries:
        return m_expiries + static_cast<uint32_t>(due_by(time));
    default:
        return id_value;
    }
}

uint32_t sc_timer::peek(uint32_t offset) const
{
    return value_at(offset, now_ps());
}

bool sc_timer::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    value = value_at(offset, time);
    if (offset == reg_count_lo) {
        m_count_hi = static_cast<uint32_t>((time / ps_per_ns) >> 32);
    }
    return true;
}

void sc_timer::start(uint64_t time)
{
    m_run_once = m_one_shot;
    m_run_period = m_period_ns > UINT64_MAX / ps_per_ns ? UINT64_MAX : m_period_ns * ps_per_ns;
    m_next = add_ps(time, m_run_period);
    m_stopped_at = never;
    arm();
}

void sc_timer::stop(uint64_t time)
{
    if (enabled_at(time)) {
        m_stopped_at = time;
        arm();
    }
}

void sc_timer::write_control(uint32_t value, uint64_t time)
{
    const bool enable = value & ctrl_enable;
    const bool starts = enable && !enabled_at(time) && m_period_ns > 0;
    if (starts) {
        settle(time); // what the run before still has to do comes first, with the interrupt as it was
    }
    m_irq_enable = value & ctrl_irq_enable;
    m_one_shot = value & ctrl_one_shot;
    if (starts) {
        start(time);
    } else if (!enable) {
        stop(time);
    }
}

bool sc_timer::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    switch (offset) {
    case reg_ctrl:
        write_control(value, time);
        break;
    case reg_status:
        if (value & status_expired) {
            m_expired = false;
            m_cleared_at = std::max(m_cleared_at, time);
        }
        break;
    case reg_period_lo:
        m_period_ns = (m_period_ns & ~uint64_t(UINT32_MAX)) | value;
        break;
    case reg_period_hi:
        m_period_ns = (m_period_ns & UINT32_MAX) | uint64_t(value) << 32;
        break;
    default:
        break; // read-only: no effect
    }
    update_line(delay);
    return true;
}

// COUNT is SystemC's time, which no reset changes.
void sc_timer::on_reset(tk::reset_kind)
{
    m_next = m_stopped_at = never;
    m_period_ns = m_cleared_at = 0;
    m_irq_enable = m_one_shot = m_expired = false;
    m_expiries = m_count_hi = 0;
    arm();
    m_line.reset(0);
}

} // namespace components
