// SPDX-License-Identifier: MIT
#include "pl061.h"

namespace components
{

TK_MODULE("pl061", pl061, "Arm PrimeCell GPIO PL061, 8 lines");

enum : uint32_t {
    data_end = 0x400,
    reg_dir = 0x400,
    reg_is = 0x404,
    reg_ibe = 0x408,
    reg_iev = 0x40c,
    reg_ie = 0x410,
    reg_ris = 0x414,
    reg_mis = 0x418,
    reg_ic = 0x41c,
    reg_afsel = 0x420,
    reg_id = 0xfe0,
    span = 0x1000
};
enum : uint32_t { interrupt_line = 0x100 }; // beside the eight outputs
static const uint8_t identification[8] = {0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

pl061::pl061(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 4 KiB")
{
    context.expect_args(0, 0);
    declare_registers({{"GPIODATA", data_end - 4, 8},
                       {"GPIODIR", reg_dir, 8},
                       {"GPIOIS", reg_is, 8},
                       {"GPIOIBE", reg_ibe, 8},
                       {"GPIOIEV", reg_iev, 8},
                       {"GPIOIE", reg_ie, 8},
                       {"GPIORIS", reg_ris, 8},
                       {"GPIOMIS", reg_mis, 8},
                       {"GPIOAFSEL", reg_afsel, 8}});
    SC_HAS_PROCESS(pl061);
    SC_METHOD(sample);
    m_in.trigger(sensitive);
    declare_direct();
}

uint32_t pl061::levels() const
{
    return (m_in.levels() & ~m_direction) | (m_data & m_direction);
}

// GPIORIS: levels are raised as long as they last, edges until they are cleared.
uint32_t pl061::raw() const
{
    return (m_level_sense & ~(levels() ^ m_event)) | (~m_level_sense & m_edges);
}

void pl061::notice_edges()
{
    const uint32_t now = levels();
    const uint32_t changed = now ^ m_seen;
    m_edges |= changed & ~m_level_sense & (m_both_edges | ~(now ^ m_event)) & 0xff;
    m_seen = now;
}

void pl061::sample()
{
    update(sc_core::SC_ZERO_TIME);
}

void pl061::update(const sc_core::sc_time &delay)
{
    notice_edges();
    const uint32_t interrupt = (raw() & m_enable & 0xff) != 0 ? uint32_t(interrupt_line) : 0;
    m_lines.set((m_data & m_direction) | interrupt, delay);
}

void pl061::drive(uint32_t lines)
{
    m_out.write(lines & 0xff);
    m_irq.write((lines & interrupt_line) != 0);
}

uint32_t pl061::peek(uint32_t offset) const
{
    if (offset < data_end) {
        return levels() & (offset >> 2);
    }
    switch (offset) {
    case reg_dir:
        return m_direction;
    case reg_is:
        return m_level_sense;
    case reg_ibe:
        return m_both_edges;
    case reg_iev:
        return m_event;
    case reg_ie:
        return m_enable;
    case reg_ris:
        return raw() & 0xff;
    case reg_mis:
        return raw() & m_enable;
    case reg_afsel:
        return m_alternate;
    default:
        return offset >= reg_id ? identification[(offset - reg_id) / 4] : 0;
    }
}

bool pl061::read(uint32_t offset, uint32_t &value, sc_core::sc_time &)
{
    value = peek(offset);
    return true;
}

bool pl061::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    value &= 0xff;
    if (offset < data_end) {
        const uint32_t mask = offset >> 2;
        m_data = (m_data & ~mask) | (value & mask);
    }
    switch (offset) {
    case reg_dir:
        m_direction = value;
        break;
    case reg_is:
        m_level_sense = value;
        break;
    case reg_ibe:
        m_both_edges = value;
        break;
    case reg_iev:
        m_event = value;
        break;
    case reg_ie:
        m_enable = value;
        break;
    case reg_ic:
        m_edges &= ~value;
        break;
    case reg_afsel:
        m_alternate = value;
        break;
    default:
        break; // read-only and reserved: no effect
    }
    update(delay);
    return true;
}

void pl061::on_reset(tk::reset_kind)
{
    m_data = m_direction = m_level_sense = m_both_edges = m_event = m_enable = m_alternate = m_edges = 0;
    m_seen = levels();
    m_lines.reset(0);
}

} // namespace components
