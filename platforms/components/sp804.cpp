// SPDX-License-Identifier: MIT
#include "sp804.h"

#include <algorithm>

namespace components
{

TK_MODULE("sp804", sp804, "Arm dual timer SP804");

enum : uint32_t {
    reg_load = 0x00,
    reg_value = 0x04,
    reg_control = 0x08,
    reg_int_clr = 0x0c,
    reg_ris = 0x10,
    reg_mis = 0x14,
    reg_bg_load = 0x18,
    bank = 0x20,
    banks_end = 0x40,
    reg_itcr = 0xf00,
    reg_id = 0xfe0,
    span = 0x1000
};
enum : uint32_t {
    control_one_shot = 1u << 0,
    control_32_bits = 1u << 1,
    control_int_enable = 1u << 5,
    control_periodic = 1u << 6,
    control_enable = 1u << 7,
    control_writable = 0xef
};
static const uint8_t identification[8] = {0x04, 0x18, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

// --- a counter ---------------------------------------------------------------------------------------

// TimerPre: 00 no division, 01 by 16, 10 by 256; 11 is undefined, and read here as 256.
tick_clock sp804_counter::clock() const
{
    static const uint32_t dividers[] = {1, 16, 256, 256};
    return tick_clock(m_hz, dividers[(m_control >> 2) & 3]);
}

uint32_t sp804_counter::mask() const
{
    return m_control & control_32_bits ? UINT32_MAX : 0xffff;
}

uint32_t sp804_counter::value_at(uint64_t time) const
{
    if (!(m_control & control_enable) || time < m_since) {
        return m_from & mask();
    }
    const uint64_t ticks = clock().ticks_in(time - m_since);
    const uint32_t from = m_from & mask();
    if (ticks < from) {
        return from - static_cast<uint32_t>(ticks);
    }
    if (m_control & control_one_shot) {
        return 0;
    }
    const uint64_t beyond = ticks - from; // since it reached 0
    if (m_control & control_periodic) {
        const uint32_t load = m_load & mask();
        return load ? load - static_cast<uint32_t>(beyond % load) : 0;
    }
    return static_cast<uint32_t>(0 - beyond) & mask();
}

void sp804_counter::count_from(uint32_t value, uint64_t time)
{
    m_from = value & mask();
    m_since = time;
    if (!(m_control & control_enable)) {
        m_interrupt.end(time);
        return;
    }
    const uint64_t whole = static_cast<uint64_t>(mask()) + 1;
    const uint64_t period = m_control & control_one_shot   ? 0
                            : m_control & control_periodic ? m_load & mask()
                                                           : whole;
    m_interrupt.begin(time, clock(), m_from, period);
}

void sp804_counter::set_control(uint32_t value, uint64_t time)
{
    const uint32_t counter = value_at(time);
    const uint32_t before = m_control;
    m_control = value & control_writable;
    // The mask of the interrupt alone does not touch the count.
    if ((before ^ m_control) & ~uint32_t(control_int_enable)) {
        count_from(counter, time);
    }
}

uint32_t sp804_counter::read(uint32_t offset, uint64_t time) const
{
    const bool raised = m_interrupt.raised_by(time);
    switch (offset) {
    case reg_load:
    case reg_bg_load:
        return m_load;
    case reg_value:
        return value_at(time);
    case reg_control:
        return m_control;
    case reg_ris:
        return raised;
    case reg_mis:
        return raised && (m_control & control_int_enable);
    default:
        return 0; // IntClr, and what is reserved
    }
}

void sp804_counter::write(uint32_t offset, uint32_t value, uint64_t time)
{
    switch (offset) {
    case reg_load:
        m_load = value;
        count_from(value, time);
        break;
    case reg_control:
        set_control(value, time);
        break;
    case reg_int_clr:
        m_interrupt.clear(time);
        break;
    case reg_bg_load: {
        const uint32_t counter = value_at(time); // by the old period
        m_load = value;
        count_from(counter, time);
        break;
    }
    default:
        break; // read-only and reserved: no effect
    }
}

uint64_t sp804_counter::interrupt_ps() const
{
    return m_control & control_int_enable ? m_interrupt.when() : never;
}

// --- the module --------------------------------------------------------------------------------------

sp804::sp804(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 4 KiB"), m_counters{sp804_counter(m_clock_hz),
                                                                           sp804_counter(m_clock_hz)}
{
    context.expect_args(0, 0);
    declare_direct();
    declare_registers({{"Timer1Load", reg_load},
                       {"Timer1Value", reg_value},
                       {"Timer1Control", reg_control},
                       {"Timer1RIS", reg_ris},
                       {"Timer1MIS", reg_mis},
                       {"Timer1BGLoad", reg_bg_load},
                       {"Timer2Load", bank + reg_load},
                       {"Timer2Value", bank + reg_value},
                       {"Timer2Control", bank + reg_control},
                       {"Timer2RIS", bank + reg_ris},
                       {"Timer2MIS", bank + reg_mis},
                       {"Timer2BGLoad", bank + reg_bg_load}});
    SC_HAS_PROCESS(sp804);
    SC_METHOD(update_lines);
    dont_initialize();
    sensitive << m_lines_change;
}

uint32_t sp804::value_at(uint32_t offset, uint64_t time) const
{
    if (offset < banks_end) {
        return m_counters[offset / bank].read(offset % bank, time);
    }
    if (offset == reg_itcr) {
        return m_itcr;
    }
    return offset >= reg_id ? identification[(offset - reg_id) / 4] : 0;
}

uint32_t sp804::peek(uint32_t offset) const
{
    return value_at(offset, now_ps());
}

bool sp804::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    value = value_at(offset, access_ps(delay));
    return true;
}

bool sp804::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    if (offset < banks_end) {
        m_counters[offset / bank].write(offset % bank, value, access_ps(delay));
    } else if (offset == reg_itcr) {
        m_itcr = value & 1;
    }
    update_lines();
    return true;
}

// And asks to be called again when the next one changes.
void sp804::update_lines()
{
    const uint64_t now = now_ps();
    uint64_t next = never;
    bool levels[2];

    for (unsigned i = 0; i < 2; i++) {
        const uint64_t when = m_counters[i].interrupt_ps();
        levels[i] = when <= now;
        next = when > now ? std::min(next, when) : next;
    }
    m_irq_1.write(levels[0]);
    m_irq_2.write(levels[1]);
    m_irq.write(levels[0] || levels[1]);
    m_lines_change.cancel();
    if (next != never) {
        m_lines_change.notify(tk::from_ps(next - now));
    }
}

void sp804::on_reset(tk::reset_kind)
{
    m_counters[0] = m_counters[1] = sp804_counter(m_clock_hz);
    m_itcr = 0;
    update_lines();
}

} // namespace components
