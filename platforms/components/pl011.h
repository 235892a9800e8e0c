// SPDX-License-Identifier: MIT
//
// Pl011: Arm PrimeCell UART (PL011), r1p1 with 16-deep FIFOs. Source: Arm DDI 0183, chapter 3 "Programmer's
// Model".
//
//   0x000 DR      rw  data; reading: error flags in bits 11:8      0x030 CR     rw  control, reset 0x300
//   0x004 RSR/ECR rw  receive status; any write clears             0x034 IFLS   rw  FIFO trigger levels,
//   reset 0x12 0x018 FR      r   flags                                        0x038 IMSC   rw  interrupt mask
//   0x020 ILPR    rw  IrDA divisor (kept, no effect)               0x03c RIS    r   raw interrupts
//   0x024 IBRD    rw  baud rate, integer (kept, no effect)         0x040 MIS    r   masked interrupts
//   0x028 FBRD    rw  baud rate, fraction (kept, no effect)        0x044 ICR    w   write 1 to clear
//   0x02c LCR_H   rw  line control; FEN counts, the rest is kept   0x048 DMACR  rw  DMA control (kept, no
//   effect) 0xfe0..0xfec PeriphID0-3: 11 10 14 00                          0xff0..0xffc PCellID0-3: 0d f0 05
//   b1
//
// Where it differs from the hardware, on purpose:
// - No baud rate: a character is sent as soon as the back end takes it, at SystemC's time. What a guest sees
// is a
//   UART that is always fast enough; a simulation of the line's timing would cost a SystemC event for each
//   character.
// - Sending does not ask for CR.UARTEN and CR.TXE: bare-metal programs that were only ever run on emulators
// leave
//   them alone. Receiving does ask for UARTEN and RXE (a byte from the back end waits until then).
// - Nothing is overrun by a back end, which waits for room in the receive FIFO: OE only comes from loopback.
// - The receive timeout (RT), 32 bit times without a character on the hardware, is immediate: characters
// below the trigger
//   level raise RT as soon as they are there.
// - Modem lines are steady: CTS, DSR and DCD asserted.
#ifndef PLATFORMS_COMPONENTS_PL011_H
#define PLATFORMS_COMPONENTS_PL011_H

#include "delayed_lines.h"
#include "register_target.h"

#include <cstdint>
#include <deque>

namespace components
{

class pl011 : public register_target
{
  public:
    pl011(const sc_core::sc_module_name &name, tk::module_context &context);
    void on_reset(tk::reset_kind kind) override;

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    size_t depth() const;
    size_t receive_trigger() const;
    size_t transmit_trigger() const;
    uint32_t flags() const;
    bool receiver_on() const;

    bool receive(uint8_t byte);
    void push_received(uint16_t entry);
    uint16_t pop_received();
    void transmit(uint8_t byte);
    void send_waiting();
    void write_control(uint32_t value);
    void update_line(const sc_core::sc_time &delay = sc_core::SC_ZERO_TIME);

    tk::stream_port m_backend{*this, "backend_socket", "what is sent and received"};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "UARTINTR: any unmasked interrupt"};
    delayed_lines m_line{"irq", [this](uint32_t level) { m_irq.write(level != 0); }};

    std::deque<uint16_t> m_received; // data and its error flags, as DR shows them
    std::deque<uint8_t> m_to_send;   // what the back end did not take yet
    uint32_t m_status = 0;           // RSR
    uint32_t m_ilpr = 0, m_ibrd = 0, m_fbrd = 0, m_lcr_h = 0, m_dmacr = 0;
    uint32_t m_control;
    uint32_t m_ifls;
    uint32_t m_mask = 0;
    uint32_t m_raw = 0;
};

} // namespace components

#endif
