// SPDX-License-Identifier: MIT
#include "simple_intc.h"

namespace components
{

TK_MODULE("simple_intc", simple_intc, "an interrupt controller: level inputs, one output");

enum : uint32_t {
    reg_raw = 0x00,
    reg_pending = 0x04,
    reg_enable = 0x08,
    reg_enable_set = 0x0c,
    reg_enable_clear = 0x10,
    reg_soft = 0x14,
    reg_soft_clear = 0x18,
    reg_first = 0x1c,
    reg_id = 0x20,
    span = 0x24
};
enum : uint32_t { id_value = 0x544b4943 };

simple_intc::simple_intc(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 36 bytes"),
      m_in(*this, "irq_in", static_cast<unsigned>(m_inputs.get()), "an interrupt, high while it lasts")
{
    context.expect_args(0, 0);
    declare_registers({{"RAW", reg_raw},
                       {"PENDING", reg_pending},
                       {"ENABLE", reg_enable},
                       {"SOFT", reg_soft},
                       {"FIRST", reg_first}});
    SC_HAS_PROCESS(simple_intc);
    SC_METHOD(inputs_changed);
    m_in.trigger(sensitive);
    declare_direct();
}

// The bits that there are.
uint32_t simple_intc::all() const
{
    return static_cast<uint32_t>((uint64_t(1) << m_inputs.get()) - 1);
}

void simple_intc::inputs_changed()
{
    m_line.set(raw() & m_enable);
}

static uint32_t lowest(uint32_t bits)
{
    return bits ? static_cast<uint32_t>(__builtin_ctz(bits)) : UINT32_MAX;
}

uint32_t simple_intc::peek(uint32_t offset) const
{
    switch (offset) {
    case reg_raw:
        return raw();
    case reg_pending:
        return raw() & m_enable;
    case reg_enable:
        return m_enable;
    case reg_soft:
        return m_soft;
    case reg_first:
        return lowest(raw() & m_enable);
    case reg_id:
        return id_value;
    default:
        return 0; // write-only
    }
}

bool simple_intc::read(uint32_t offset, uint32_t &value, sc_core::sc_time &)
{
    value = peek(offset);
    return true;
}

bool simple_intc::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    switch (offset) {
    case reg_enable:
        m_enable = value & all();
        break;
    case reg_enable_set:
        m_enable |= value & all();
        break;
    case reg_enable_clear:
        m_enable &= ~value;
        break;
    case reg_soft:
        m_soft |= value & all();
        break;
    case reg_soft_clear:
        m_soft &= ~value;
        break;
    default:
        break; // read-only: no effect
    }
    m_line.set(raw() & m_enable, delay);
    return true;
}

void simple_intc::on_reset(tk::reset_kind)
{
    m_enable = m_soft = 0;
    m_line.reset(0);
}

} // namespace components
