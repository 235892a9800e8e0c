// SPDX-License-Identifier: MIT
#include "sp805.h"

#include <algorithm>

namespace components
{

TK_MODULE("sp805", sp805, "Arm watchdog SP805");

enum : uint32_t {
    reg_load = 0x000,
    reg_value = 0x004,
    reg_control = 0x008,
    reg_int_clr = 0x00c,
    reg_ris = 0x010,
    reg_mis = 0x014,
    reg_lock = 0xc00,
    reg_itcr = 0xf00,
    reg_id = 0xfe0,
    span = 0x1000
};
enum : uint32_t { control_inten = 1, control_resen = 2, unlock_key = 0x1acce551 };
static const uint8_t identification[8] = {0x05, 0x18, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

sp805::sp805(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 4 KiB", "reset_in"), m_clock(m_clock_hz)
{
    context.expect_args(0, 0);
    declare_direct();
    declare_registers({{"WdogLoad", reg_load},
                       {"WdogValue", reg_value},
                       {"WdogControl", reg_control},
                       {"WdogRIS", reg_ris},
                       {"WdogMIS", reg_mis},
                       {"WdogLock", reg_lock}});
    SC_HAS_PROCESS(sp805);
    SC_METHOD(look);
    dont_initialize();
    sensitive << m_look;
}

// --- counting ----------------------------------------------------------------------------------------

bool sp805::counts() const
{
    return m_control & control_inten;
}

// Load, Load - 1, ... 0 and again: Load + 1 ticks.
uint32_t sp805::counter_at(uint64_t time) const
{
    const uint64_t ticks = counts() && time > m_since ? m_clock.ticks_in(time - m_since) : 0;
    if (ticks <= m_from) {
        return m_from - static_cast<uint32_t>(ticks);
    }
    const uint64_t beyond = (ticks - m_from - 1) % (uint64_t(m_load) + 1);
    return m_load - static_cast<uint32_t>(beyond);
}

void sp805::count_from(uint32_t value, uint64_t time)
{
    m_from = value;
    m_since = time;
    if (counts()) {
        m_interrupt.begin(time, m_clock, value, uint64_t(m_load) + 1);
    } else {
        m_interrupt.end(time);
    }
}

// When the counter reaches 0 although the interrupt is raised.
uint64_t sp805::reset_due() const
{
    const uint64_t raised = m_interrupt.when();
    if (!counts() || !(m_control & control_resen) || raised == never) {
        return never;
    }
    const uint64_t begun = std::max(raised, m_since);
    const uint64_t period = uint64_t(m_load) + 1;
    const uint64_t ticks = m_clock.ticks_in(begun - m_since);
    const uint64_t rounds = ticks < m_from ? 0 : (ticks - m_from) / period + 1;
    // The one that raised it is not the second; the rest of a run that was begun after that is.
    const uint64_t next = m_from + rounds * period;
    return add_ps(m_since, m_clock.time_of(next));
}

void sp805::reset_registers()
{
    m_control = 0;
    m_load = UINT32_MAX;
    m_locked = false;
    m_itcr = 0;
    m_interrupt = expiries();
    m_from = UINT32_MAX;
    m_since = now_ps();
}

// A pulse on `reset` goes on: it may be what this comes from.
void sp805::on_reset(tk::reset_kind)
{
    reset_registers();
    look();
}

// Drives the lines as they are now, and asks to be called again when that changes.
void sp805::look()
{
    const uint64_t now = now_ps();
    if (reset_due() <= now) {
        reset_registers();
        m_reset_until = add_ps(now, m_reset_ns * 1000);
    }
    const uint64_t raised = counts() ? m_interrupt.when() : never;
    uint64_t next = std::min(raised > now ? raised : never, reset_due());
    if (m_reset_until > now) {
        next = std::min(next, m_reset_until);
    }
    m_irq.write(raised <= now);
    m_reset.write(m_reset_until > now);
    m_look.cancel();
    if (next != never) {
        m_look.notify(tk::from_ps(next - now));
    }
}

// --- registers ---------------------------------------------------------------------------------------

uint32_t sp805::value_at(uint32_t offset, uint64_t time) const
{
    const bool raised = m_interrupt.raised_by(time);
    switch (offset) {
    case reg_load:
        return m_load;
    case reg_value:
        return counter_at(time);
    case reg_control:
        return m_control;
    case reg_ris:
        return raised;
    case reg_mis:
        return raised && counts();
    case reg_lock:
        return m_locked;
    case reg_itcr:
        return m_itcr;
    default:
        return offset >= reg_id ? identification[(offset - reg_id) / 4] : 0;
    }
}

uint32_t sp805::peek(uint32_t offset) const
{
    return value_at(offset, now_ps());
}

bool sp805::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    value = value_at(offset, access_ps(delay));
    return true;
}

// INTEN from 0 to 1 reloads the counter (WdogControl).
void sp805::write_control(uint32_t value, uint64_t time)
{
    const uint32_t counter = counter_at(time);
    const bool counted = counts();
    m_control = value & (control_inten | control_resen);
    if (counts() != counted) {
        count_from(counts() ? m_load : counter, time);
    }
}

bool sp805::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    if (offset == reg_lock) {
        m_locked = value != unlock_key;
        return true;
    }
    if (m_locked || reset_due() <= time) {
        return true; // as if it had not been written; or too late: the reset comes first
    }
    switch (offset) {
    case reg_load:
        m_load = value;
        count_from(value, time);
        break;
    case reg_control:
        write_control(value, time);
        break;
    case reg_int_clr:
        count_from(m_load, time);
        m_interrupt.clear(time);
        break;
    case reg_itcr:
        m_itcr = value & 1;
        break;
    default:
        break; // read-only and reserved: no effect
    }
    look();
    return true;
}

} // namespace components
