// SPDX-License-Identifier: MIT
//
// uart_16550: a UART like National's 16550. Source: Texas Instruments (National Semiconductor) PC16550D data
// sheet, section 8 "Registers". Register n is at n << regshift:
//
//   0 RBR  r   data; DLL while LCR.DLAB
//     THR  w   data; DLL while LCR.DLAB
//   1 IER  rw  interrupt enables; DLM while LCR.DLAB
//   2 IIR  r   the interrupt of the highest priority
//     FCR  w   FIFO enable, resets, receive trigger
//   3 LCR  rw  line control: DLAB counts, the rest is kept
//   4 MCR  rw  modem control: LOOP counts, the rest is kept and seen in loopback
//   5 LSR  r   line status; reading clears OE
//   6 MSR  r   modem status
//   7 SCR  rw  scratch
//
// Where it differs from the hardware, on purpose, as with Pl011: no baud rate (a character goes out as soon
// as the back end takes it); nothing is overrun by a back end, which waits for room (OE only comes from
// loopback); the character timeout is immediate; CTS, DSR and DCD are steady, without deltas.
#ifndef PLATFORMS_COMPONENTS_UART_16550_H
#define PLATFORMS_COMPONENTS_UART_16550_H

#include "delayed_lines.h"
#include "register_target.h"

#include <cstdint>
#include <deque>

namespace components
{

class uart_16550 : public register_target
{
  public:
    uart_16550(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    uint32_t depth() const;
    uint32_t trigger() const;
    bool divisor_shown() const;
    uint8_t interrupt() const;
    uint8_t line_status() const;
    uint8_t modem_status() const;

    bool receive(uint8_t byte);
    uint8_t take_received();
    void loop_back(uint8_t byte);
    void transmit(uint8_t byte);
    void send_waiting();
    void write_fifo_control(uint8_t value);
    void write_interrupt_enable(uint8_t value);
    void write_data(uint8_t value);
    void update_line(const sc_core::sc_time &delay = sc_core::SC_ZERO_TIME);

    tk::param<uint64_t> m_shift{*this, "regshift", 2, "", "register n is at n << regshift", {0, 2}};
    tk::param<uint64_t> m_baudbase{*this, "baudbase", 115200, "Hz",
                                   "accepted for other platforms' files; there is no baud rate here"};
    tk::stream_port m_backend{*this, "backend_socket", "what is sent and received"};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "INTR: any enabled interrupt"};
    delayed_lines m_line{"irq", [this](uint32_t level) { m_irq.write(level != 0); }};

    std::deque<uint8_t> m_received;
    std::deque<uint8_t> m_to_send; // what the back end did not take yet
    uint8_t m_divisor_low = 0, m_divisor_high = 0;
    uint8_t m_enables = 0, m_fifo_control = 0, m_line_control = 0, m_modem_control = 0, m_scratch = 0;
    bool m_overrun = false;
    bool m_emptied = false; // THRE's interrupt, from the emptying until somebody knows
};

} // namespace components

#endif
