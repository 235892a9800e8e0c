// SPDX-License-Identifier: MIT
#include "reset_controller.h"

namespace components
{

TK_MODULE("reset_controller", reset_controller, "registers that drive reset lines");

enum : uint32_t {
    reg_asserted = 0x00,
    reg_set = 0x04,
    reg_clear = 0x08,
    reg_pulse = 0x0c,
    reg_pulse_ns = 0x10,
    reg_levels = 0x14,
    reg_cause = 0x18,
    reg_requested = 0x1c,
    reg_id = 0x20,
    reg_system = 0x24,
    reg_resets = 0x28,
    span = 0x2c
};
enum : uint32_t {
    cause_request = 1,
    cause_warm_line = 2,
    cause_cold_line = 4,
    cause_register = 8,
    cause_other = 16
};
enum : uint32_t { system_warm = 1, system_cold = 2 };
enum : uint32_t { id_value = 0x544b5243, longest_pulse_ns = 1000000000 };

reset_controller::reset_controller(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 44 bytes"),
      m_lines(*this, "reset", static_cast<unsigned>(m_count.get()), "high: held in reset")
{
    context.expect_args(0, 0);
    declare_direct();
    set_start_values();
    declare_registers({{"ASSERTED", reg_asserted},
                       {"PULSE_NS", reg_pulse_ns},
                       {"LEVELS", reg_levels},
                       {"CAUSE", reg_cause},
                       {"REQUESTED", reg_requested}});
    SC_HAS_PROCESS(reset_controller);
    SC_METHOD(drive);
    sensitive << m_change;
    SC_METHOD(on_request);
    dont_initialize();
    sensitive << m_request;
    SC_METHOD(on_system_request);
    dont_initialize();
    sensitive << m_warm << m_cold;
}

void reset_controller::set_start_values()
{
    m_asserted = m_levels = static_cast<uint32_t>(m_asserted_at_start) & all();
    m_pulse_ns = static_cast<uint32_t>(m_pulse_default_ns);
    m_requested = all();
}

uint32_t reset_controller::all() const
{
    return static_cast<uint32_t>((uint64_t(1) << m_count.get()) - 1);
}

// --- lines -------------------------------------------------------------------------------------------

void reset_controller::at(uint64_t time, uint32_t hold, uint32_t let_go)
{
    m_changes.insert({time, {hold & all(), let_go & all(), 0}});
    drive();
}

void reset_controller::pulse(uint32_t lines, uint64_t time)
{
    const uint32_t which = lines & all();
    m_asserted &= ~which;
    // The end of a pulse that is under way does not end this one.
    for (auto each = m_changes.lower_bound(time); each != m_changes.end(); ++each) {
        each->second.let_go &= ~which;
    }
    at(time, which, 0);
    at(add_ps(time, uint64_t(m_pulse_ns) * 1000), 0, which);
}

// Carries out what is due by now, and asks to be called again for the rest.
void reset_controller::drive()
{
    const uint64_t now = now_ps();
    while (!m_changes.empty() && m_changes.begin()->first <= now) {
        const change each = m_changes.begin()->second;
        m_levels = (m_levels & ~each.let_go) | each.hold;
        m_changes.erase(m_changes.begin());
        if (each.system) {
            reset_system(each.system & system_cold ? tk::reset_kind::cold : tk::reset_kind::warm,
                         cause_register);
        }
    }
    m_lines.write(m_levels);
    m_change.cancel();
    if (!m_changes.empty()) {
        m_change.notify(tk::from_ps(m_changes.begin()->first - now));
    }
}

void reset_controller::on_request()
{
    if (m_request.read() && !m_request_was) {
        m_cause |= cause_request;
        pulse(m_requested, now_ps());
    }
    m_request_was = m_request.read();
}

// --- the whole system --------------------------------------------------------------------------------

void reset_controller::reset_system(tk::reset_kind kind, uint32_t cause)
{
    if (tk::system_reset *all_of_it = tk::system_reset::instance()) {
        m_cause |= cause;
        m_asked = true;
        all_of_it->request(kind);
    }
}

void reset_controller::on_system_request()
{
    if (m_warm.read() && !m_warm_was) {
        reset_system(tk::reset_kind::warm, cause_warm_line);
    }
    if (m_cold.read() && !m_cold_was) {
        reset_system(tk::reset_kind::cold, cause_cold_line);
    }
    m_warm_was = m_warm.read();
    m_cold_was = m_cold.read();
}

// Its own line resets it, too: then nobody has asked for the system's reset.
void reset_controller::on_reset(tk::reset_kind)
{
    const tk::system_reset *all_of_it = tk::system_reset::instance();
    if (all_of_it && all_of_it->under_way()) {
        m_cause |= m_asked ? 0u : uint32_t(cause_other);
        m_asked = false;
    }
    m_changes.clear();
    set_start_values();
    drive();
}

// --- registers ---------------------------------------------------------------------------------------

uint32_t reset_controller::peek(uint32_t offset) const
{
    switch (offset) {
    case reg_asserted:
        return m_asserted;
    case reg_pulse_ns:
        return m_pulse_ns;
    case reg_levels:
        return m_levels;
    case reg_cause:
        return m_cause;
    case reg_requested:
        return m_requested;
    case reg_id:
        return id_value;
    case reg_resets:
        return tk::system_reset::instance() ? tk::system_reset::instance()->count() : 0;
    default:
        return 0; // write-only
    }
}

bool reset_controller::read(uint32_t offset, uint32_t &value, sc_core::sc_time &)
{
    value = peek(offset);
    return true;
}

bool reset_controller::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    switch (offset) {
    case reg_asserted:
        m_asserted = value & all();
        at(time, m_asserted, ~m_asserted);
        break;
    case reg_set:
        m_asserted |= value & all();
        at(time, value, 0);
        break;
    case reg_clear:
        m_asserted &= ~value;
        at(time, 0, value);
        break;
    case reg_pulse:
        pulse(value, time);
        break;
    case reg_pulse_ns:
        m_pulse_ns = value > 0 && value <= longest_pulse_ns ? value : m_pulse_ns;
        break;
    case reg_cause:
        m_cause &= ~value;
        break;
    case reg_system:
        if (value & (system_warm | system_cold)) {
            m_changes.insert({time, {0, 0, value}});
            drive();
        }
        break;
    case reg_requested:
        m_requested = value & all();
        break;
    default:
        break; // read-only: no effect
    }
    return true;
}

} // namespace components
