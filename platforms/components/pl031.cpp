// SPDX-License-Identifier: MIT
#include "pl031.h"

namespace components
{

TK_MODULE("pl031", pl031, "Arm PrimeCell real time clock PL031, on SystemC's time");

enum : uint32_t {
    reg_dr = 0x000,
    reg_mr = 0x004,
    reg_lr = 0x008,
    reg_cr = 0x00c,
    reg_imsc = 0x010,
    reg_ris = 0x014,
    reg_mis = 0x018,
    reg_icr = 0x01c,
    reg_id = 0xfe0,
    span = 0x1000
};
static const uint8_t identification[8] = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
static const uint64_t ps_per_second = UINT64_C(1000000000000);

pl031::pl031(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 4 KiB"),
      m_offset(static_cast<uint32_t>(m_start_seconds)), m_load(m_offset)
{
    context.expect_args(0, 0);
    declare_direct();
    declare_registers({{"DR", reg_dr},
                       {"MR", reg_mr},
                       {"LR", reg_lr},
                       {"CR", reg_cr},
                       {"IMSC", reg_imsc},
                       {"RIS", reg_ris},
                       {"MIS", reg_mis}});
    SC_HAS_PROCESS(pl031);
    SC_METHOD(update_line);
    dont_initialize();
    sensitive << m_line_changes;
}

uint32_t pl031::seconds_at(uint64_t time) const
{
    return m_offset + static_cast<uint32_t>(time / ps_per_second);
}

// The match comes at the beginning of a second; if RTCDR is there already, at once.
void pl031::wait_for_match(uint64_t time)
{
    const uint32_t left = m_match - seconds_at(time);
    if (!m_match_written) {
        return;
    }
    m_interrupt.end(time); // what it has raised by now stays, also in this second
    if (left == 0) {
        m_interrupt.begin(time, tick_clock(1), 0, 0);
    } else {
        const uint64_t second = time / ps_per_second * ps_per_second;
        m_interrupt.begin(second, tick_clock(1), left, 0);
    }
}

void pl031::update_line()
{
    const uint64_t now = now_ps();
    const uint64_t when = m_unmasked ? m_interrupt.when() : never;

    m_irq.write(when <= now);
    m_line_changes.cancel();
    if (when > now && when != never) {
        m_line_changes.notify(tk::from_ps(when - now));
    }
}

uint32_t pl031::value_at(uint32_t offset, uint64_t time) const
{
    const bool raised = m_interrupt.raised_by(time);
    switch (offset) {
    case reg_dr:
        return seconds_at(time);
    case reg_mr:
        return m_match;
    case reg_lr:
        return m_load;
    case reg_cr:
        return 1;
    case reg_imsc:
        return m_unmasked;
    case reg_ris:
        return raised;
    case reg_mis:
        return raised && m_unmasked;
    default:
        return offset >= reg_id ? identification[(offset - reg_id) / 4] : 0;
    }
}

uint32_t pl031::peek(uint32_t offset) const
{
    return value_at(offset, now_ps());
}

bool pl031::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    value = value_at(offset, access_ps(delay));
    return true;
}

bool pl031::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    switch (offset) {
    case reg_mr:
        m_match = value;
        m_match_written = true;
        wait_for_match(time);
        break;
    case reg_lr:
        m_load = value;
        m_offset = value - static_cast<uint32_t>(time / ps_per_second);
        wait_for_match(time);
        break;
    case reg_imsc:
        m_unmasked = value & 1;
        break;
    case reg_icr:
        if (value & 1) {
            m_interrupt.clear(time);
        }
        break;
    default:
        break; // RTCCR cannot stop it; the others are read-only or reserved
    }
    update_line();
    return true;
}

// The clock goes on: it is what a battery keeps.
void pl031::on_reset(tk::reset_kind)
{
    m_interrupt = expiries();
    m_match = 0;
    m_match_written = m_unmasked = false;
    update_line();
}

} // namespace components
