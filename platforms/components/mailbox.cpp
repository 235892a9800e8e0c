// SPDX-License-Identifier: MIT
#include "mailbox.h"

#include <algorithm>

namespace components
{

TK_MODULE("mailbox", mailbox, "words between two sides, with an interrupt each way");

enum : uint32_t {
    reg_send = 0x00,
    reg_receive = 0x04,
    reg_status = 0x08,
    reg_irq_enable = 0x0c,
    reg_irq_status = 0x10,
    reg_id = 0x14,
    span = 0x18
};
enum : uint32_t { status_available = 1, status_full = 2, status_overrun = 4 };
enum : uint32_t { irq_available = 1, irq_room = 2, irq_all = 3, id_value = 0x544b4d42 };

mailbox::mailbox(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
{
    context.expect_args(0, 0);
    m_side_0.set_other(m_side_1);
    m_side_1.set_other(m_side_0);
    SC_HAS_PROCESS(mailbox);
    SC_METHOD(update_lines);
    dont_initialize();
    sensitive << m_side_0.line_changes() << m_side_1.line_changes();
}

void mailbox::update_lines()
{
    m_side_0.update_line();
    m_side_1.update_line();
}

// --- one side ----------------------------------------------------------------------------------------

mailbox::side::side(mailbox &owner, const std::string &number)
    : m_owner(owner),
      m_registers(owner, "target_socket_" + number, *this, span, "registers of side " + number),
      m_irq(("irq_" + number).c_str()),
      m_irq_port(owner, "irq_" + number, m_irq, "to side " + number + ": it has mail, or there is room"),
      m_line_changes(("line_changes_" + number).c_str())
{
    m_registers.declare_direct();
}

uint32_t mailbox::side::available(uint64_t time) const
{
    const auto later = std::find_if(m_inbox.begin(), m_inbox.end(),
                                    [time](const letter &each) { return each.time_ps > time; });
    return static_cast<uint32_t>(later - m_inbox.begin());
}

uint32_t mailbox::side::room() const
{
    return static_cast<uint32_t>(m_owner.m_depth.get() - m_other->m_inbox.size());
}

uint32_t mailbox::side::status(uint64_t time) const
{
    const uint32_t count = available(time);
    return (count ? status_available : 0u) | (room() ? 0u : status_full) | (m_overrun ? status_overrun : 0u) |
           count << 8 | room() << 16;
}

uint32_t mailbox::side::interrupts(uint64_t time) const
{
    const uint32_t holds = (available(time) ? irq_available : 0u) | (room() ? irq_room : 0u);
    return holds & m_enable;
}

// Senders of several CPUs may come out of the order of their times: the word waits for the one before it.
void mailbox::side::send(uint32_t word, uint64_t time)
{
    if (room() == 0) {
        m_overrun = true;
        return;
    }
    auto &inbox = m_other->m_inbox;
    inbox.push_back({inbox.empty() ? time : std::max(time, inbox.back().time_ps), word});
}

uint32_t mailbox::side::receive(uint64_t time)
{
    if (available(time) == 0) {
        return 0;
    }
    const uint32_t word = m_inbox.front().word;
    m_inbox.pop_front();
    return word;
}

// As it is now; and again when the next word comes.
void mailbox::side::update_line()
{
    const uint64_t now = now_ps();
    const uint32_t count = available(now);

    m_irq.write(interrupts(now) != 0);
    m_line_changes.cancel();
    if (count < m_inbox.size()) {
        m_line_changes.notify(tk::from_ps(m_inbox[count].time_ps - now));
    }
}

uint32_t mailbox::side::value_at(uint32_t offset, uint64_t time) const
{
    switch (offset) {
    case reg_receive:
        return available(time) ? m_inbox.front().word : 0;
    case reg_status:
        return status(time);
    case reg_irq_enable:
        return m_enable;
    case reg_irq_status:
        return interrupts(time);
    case reg_id:
        return id_value;
    default:
        return 0; // write-only
    }
}

uint32_t mailbox::side::peek(uint32_t offset) const
{
    return value_at(offset, now_ps());
}

bool mailbox::side::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    const uint64_t time = access_ps(delay);
    if (offset == reg_receive) {
        value = receive(time);
        m_owner.update_lines();
    } else {
        value = value_at(offset, time);
    }
    return true;
}

bool mailbox::side::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    switch (offset) {
    case reg_send:
        send(value, access_ps(delay));
        break;
    case reg_status:
        m_overrun = m_overrun && !(value & status_overrun);
        break;
    case reg_irq_enable:
        m_enable = value & irq_all;
        break;
    default:
        break; // read-only: no effect
    }
    m_owner.update_lines();
    return true;
}

void mailbox::side::reset()
{
    m_inbox.clear();
    m_enable = 0;
    m_overrun = false;
}

void mailbox::on_reset(tk::reset_kind)
{
    m_side_0.reset();
    m_side_1.reset();
    update_lines();
}

} // namespace components
