// SPDX-License-Identifier: MIT
#include "uart_16550.h"

namespace components
{

TK_MODULE("uart_16550", uart_16550, "a UART like National's 16550");

enum : uint32_t { reg_data, reg_ier, reg_iir_fcr, reg_lcr, reg_mcr, reg_lsr, reg_msr, reg_scr, registers };
enum : uint8_t { ier_received = 1, ier_empty = 2, ier_line = 4, ier_all = 0x0f };
// IIR: the interrupt control functions.
enum : uint8_t {
    iir_none = 0x01,
    iir_empty = 0x02,
    iir_received = 0x04,
    iir_line = 0x06,
    iir_timeout = 0x0c
};
enum : uint8_t { iir_fifos = 0xc0 };
enum : uint8_t { fcr_enable = 1, fcr_reset_receiver = 2, fcr_reset_transmitter = 4, fcr_kept = 0xc9 };
enum : uint8_t { lcr_dlab = 0x80 };
enum : uint8_t { mcr_dtr = 1, mcr_rts = 2, mcr_out1 = 4, mcr_out2 = 8, mcr_loop = 0x10, mcr_all = 0x1f };
enum : uint8_t { lsr_ready = 0x01, lsr_overrun = 0x02, lsr_holding_empty = 0x20, lsr_empty = 0x40 };
enum : uint8_t { msr_cts = 0x10, msr_dsr = 0x20, msr_ri = 0x40, msr_dcd = 0x80 };
static const uint32_t fifo_depth = 16;

uart_16550::uart_16550(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, registers, "registers, 8 << regshift bytes")
{
    // Files for other programs name a QemuInstance, where this is a model of QEMU's.
    context.expect_args(0, 1);
    declare_direct();
    set_layout(uint64_t(registers) << m_shift.get(), 1u << m_shift.get());
    const unsigned shift = static_cast<unsigned>(m_shift.get());
    declare_registers({{"RBR", reg_data << shift, 8},
                       {"IER", reg_ier << shift, 8},
                       {"IIR", reg_iir_fcr << shift, 8},
                       {"LCR", reg_lcr << shift, 8},
                       {"MCR", reg_mcr << shift, 8},
                       {"LSR", reg_lsr << shift, 8},
                       {"MSR", reg_msr << shift, 8},
                       {"SCR", reg_scr << shift, 8}});
    m_backend.on_receive([this](uint8_t byte) { return receive(byte); });
    m_backend.on_room([this] { send_waiting(); });
}

// --- FIFOs -------------------------------------------------------------------------------------------

uint32_t uart_16550::depth() const
{
    return m_fifo_control & fcr_enable ? fifo_depth : 1;
}

uint32_t uart_16550::trigger() const
{
    static const uint32_t levels[] = {1, 4, 8, 14};
    return m_fifo_control & fcr_enable ? levels[m_fifo_control >> 6] : 1;
}

bool uart_16550::receive(uint8_t byte)
{
    if ((m_modem_control & mcr_loop) || m_received.size() >= depth()) {
        return false;
    }
    m_received.push_back(byte);
    update_line();
    return true;
}

uint8_t uart_16550::take_received()
{
    if (m_received.empty()) {
        return 0;
    }
    const uint8_t byte = m_received.front();
    m_received.pop_front();
    return byte;
}

void uart_16550::loop_back(uint8_t byte)
{
    if (m_received.size() < depth()) {
        m_received.push_back(byte);
    } else {
        m_overrun = true;
        if (depth() == 1) {
            m_received.back() = byte; // without FIFOs the newer character replaces the older one
        }
    }
}

void uart_16550::transmit(uint8_t byte)
{
    m_emptied = false;
    if (m_modem_control & mcr_loop) {
        loop_back(byte);
    } else if (!m_to_send.empty() || !m_backend.send(byte)) {
        // The back end has no room. As on the hardware, a character for a full FIFO is lost.
        if (m_to_send.size() < depth()) {
            m_to_send.push_back(byte);
        }
    }
    m_emptied = m_to_send.empty();
}

void uart_16550::send_waiting()
{
    const bool waited = !m_to_send.empty();
    while (!m_to_send.empty() && m_backend.send(m_to_send.front())) {
        m_to_send.pop_front();
    }
    m_emptied = m_emptied || (waited && m_to_send.empty());
    update_line();
}

// --- status ------------------------------------------------------------------------------------------

uint8_t uart_16550::interrupt() const
{
    if ((m_enables & ier_line) && m_overrun) {
        return iir_line;
    }
    if ((m_enables & ier_received) && !m_received.empty()) {
        return m_received.size() >= trigger() ? iir_received : iir_timeout;
    }
    return (m_enables & ier_empty) && m_emptied ? iir_empty : iir_none;
}

static uint8_t when(bool condition, uint8_t bits)
{
    return condition ? bits : uint8_t(0);
}

uint8_t uart_16550::line_status() const
{
    return static_cast<uint8_t>(when(!m_received.empty(), lsr_ready) | when(m_overrun, lsr_overrun) |
                                when(m_to_send.empty(), lsr_holding_empty | lsr_empty));
}

// In loopback the modem control's outputs are its inputs (modem control register).
uint8_t uart_16550::modem_status() const
{
    if (!(m_modem_control & mcr_loop)) {
        return msr_cts | msr_dsr | msr_dcd;
    }
    return static_cast<uint8_t>(
        when(m_modem_control & mcr_rts, msr_cts) | when(m_modem_control & mcr_dtr, msr_dsr) |
        when(m_modem_control & mcr_out1, msr_ri) | when(m_modem_control & mcr_out2, msr_dcd));
}

void uart_16550::update_line(const sc_core::sc_time &delay)
{
    m_line.set(interrupt() != iir_none, delay);
}

// --- registers ---------------------------------------------------------------------------------------

bool uart_16550::divisor_shown() const
{
    return m_line_control & lcr_dlab;
}

uint32_t uart_16550::peek(uint32_t offset) const
{
    switch (offset >> m_shift.get()) {
    case reg_data:
        return divisor_shown() ? m_divisor_low : m_received.empty() ? uint8_t(0) : m_received.front();
    case reg_ier:
        return divisor_shown() ? m_divisor_high : m_enables;
    case reg_iir_fcr:
        return interrupt() | (m_fifo_control & fcr_enable ? uint32_t(iir_fifos) : 0u);
    case reg_lcr:
        return m_line_control;
    case reg_mcr:
        return m_modem_control;
    case reg_lsr:
        return line_status();
    case reg_msr:
        return modem_status();
    default:
        return m_scratch;
    }
}

bool uart_16550::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    bool room = false;

    value = peek(offset);
    switch (offset >> m_shift.get()) {
    case reg_data:
        room = !divisor_shown() && !m_received.empty();
        if (room) {
            take_received();
        }
        break;
    case reg_iir_fcr:
        m_emptied = m_emptied && interrupt() != iir_empty; // now somebody knows
        break;
    case reg_lsr:
        m_overrun = false;
        break;
    default:
        break;
    }
    update_line(delay);
    if (room) {
        m_backend.announce_room();
    }
    return true;
}

void uart_16550::write_fifo_control(uint8_t value)
{
    const bool switched = (value ^ m_fifo_control) & fcr_enable;
    if (switched || (value & fcr_reset_receiver)) {
        m_received.clear();
    }
    if (switched || (value & fcr_reset_transmitter)) {
        m_emptied = m_emptied || !m_to_send.empty();
        m_to_send.clear();
    }
    // Without bit 0 the other bits are not taken (FIFO control register).
    m_fifo_control = value & fcr_enable ? value & fcr_kept : uint8_t(0);
}

void uart_16550::write_interrupt_enable(uint8_t value)
{
    const bool newly = (value & ~m_enables) & ier_empty;
    m_enables = value & ier_all;
    m_emptied = m_emptied || (newly && m_to_send.empty());
}

void uart_16550::write_data(uint8_t value)
{
    if (divisor_shown()) {
        m_divisor_low = value;
    } else {
        transmit(value);
    }
}

bool uart_16550::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    const auto byte = static_cast<uint8_t>(value);
    switch (offset >> m_shift.get()) {
    case reg_data:
        write_data(byte);
        break;
    case reg_ier:
        if (divisor_shown()) {
            m_divisor_high = byte;
        } else {
            write_interrupt_enable(byte);
        }
        break;
    case reg_iir_fcr:
        write_fifo_control(byte);
        break;
    case reg_lcr:
        m_line_control = byte;
        break;
    case reg_mcr:
        m_modem_control = byte & mcr_all;
        break;
    case reg_scr:
        m_scratch = byte;
        break;
    default:
        break; // LSR and MSR are read-only
    }
    update_line(delay);
    m_backend.announce_room(); // a FIFO that is reset, on, or out of loopback may have some
    return true;
}

void uart_16550::on_reset(tk::reset_kind)
{
    m_received.clear();
    m_to_send.clear();
    m_divisor_low = m_divisor_high = m_enables = m_fifo_control = 0;
    m_line_control = m_modem_control = m_scratch = 0;
    m_overrun = m_emptied = false;
    m_line.reset(0);
    m_backend.announce_room();
}

} // namespace components
