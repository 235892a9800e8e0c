// SPDX-License-Identifier: MIT
//
// mailbox: words from either side to the other, with an interrupt each way: between two CPUs, or two QEMUs.
// Two sets of registers, `target_socket_0` and `target_socket_1`; what side 0 sends side 1 receives, and
// back. A register map of our own, 32-bit registers, little endian:
//
//   0x00 SEND        w   a word for the other side; lost when the way there is full (OVERRUN)
//   0x04 RECEIVE     r   the oldest word from the other side; 0 when there is none
//   0x08 STATUS      rw  bit 0 AVAILABLE: RECEIVE has a word; bit 1 FULL: SEND has no room; bit 2 OVERRUN: a
//                        SEND was lost, write 1 to clear; bits 15:8: words that can be received; bits 23:16:
//                        words that there is room for
//   0x0c IRQ_ENABLE  rw  bit 0: while AVAILABLE; bit 1: while not FULL
//   0x10 IRQ_STATUS  r   the enabled ones that hold
//   0x14 ID          r   0x544b4d42
//
// Time: a word that is sent at local time t is there from t on, for whoever looks at t or later; so is its
// interrupt (`irq_0`, `irq_1`: of the side of that number). Room comes back when the word is received.
#ifndef PLATFORMS_COMPONENTS_MAILBOX_H
#define PLATFORMS_COMPONENTS_MAILBOX_H

#include "register_target.h"
#include "ticks.h"

#include <cstdint>
#include <deque>
#include <string>

namespace components
{

class mailbox : public tk::module
{
  public:
    mailbox(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  private:
    struct letter {
        uint64_t time_ps;
        uint32_t word;
    };

    class side : public register_file
    {
      public:
        side(mailbox &owner, const std::string &number);
        void set_other(side &other) { m_other = &other; }

        bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
        bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
        uint32_t peek(uint32_t offset) const override;

        void reset();
        void update_line();
        const sc_core::sc_event &line_changes() const { return m_line_changes; }

      private:
        uint32_t available(uint64_t time) const;
        uint32_t room() const;
        uint32_t status(uint64_t time) const;
        uint32_t interrupts(uint64_t time) const;
        uint32_t value_at(uint32_t offset, uint64_t time) const;
        void send(uint32_t word, uint64_t time);
        uint32_t receive(uint64_t time);

        mailbox &m_owner;
        side *m_other = nullptr;
        std::deque<letter> m_inbox; // in the order of their times
        uint32_t m_enable = 0;
        bool m_overrun = false;
        register_socket m_registers;
        sc_core::sc_out<bool> m_irq;
        tk::signal_out_port m_irq_port;
        sc_core::sc_event m_line_changes;
    };

    void update_lines();

    tk::param<uint64_t> m_depth{*this,   "depth", 16, "words", "how many may be on the way in one direction",
                                {1, 255}};
    side m_side_0{*this, "0"}, m_side_1{*this, "1"};
    tk::reset_input m_reset_input{*this, "reset", tk::reset_kind::warm,
                                  "a rising edge empties and resets it"};
};

} // namespace components

#endif
