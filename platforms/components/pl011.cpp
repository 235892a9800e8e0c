// SPDX-License-Identifier: MIT
#include "pl011.h"

namespace components
{

TK_MODULE("Pl011", pl011, "Arm PrimeCell UART PL011");

// Arm DDI 0183, table 3-1.
enum : uint32_t {
    reg_dr = 0x000,
    reg_rsr = 0x004,
    reg_fr = 0x018,
    reg_ilpr = 0x020,
    reg_ibrd = 0x024,
    reg_fbrd = 0x028,
    reg_lcr_h = 0x02c,
    reg_cr = 0x030,
    reg_ifls = 0x034,
    reg_imsc = 0x038,
    reg_ris = 0x03c,
    reg_mis = 0x040,
    reg_icr = 0x044,
    reg_dmacr = 0x048,
    reg_id = 0xfe0,
    span = 0x1000
};

// DR and RSR: the overrun flag in each.
enum : uint32_t { dr_oe = 1u << 11, rsr_oe = 1u << 3 };
// FR, table 3-4.
enum : uint32_t {
    fr_cts = 1u << 0,
    fr_dsr = 1u << 1,
    fr_dcd = 1u << 2,
    fr_busy = 1u << 3,
    fr_rxfe = 1u << 4,
    fr_txff = 1u << 5,
    fr_rxff = 1u << 6,
    fr_txfe = 1u << 7
};
enum : uint32_t { lcr_fen = 1u << 4 };
enum : uint32_t { cr_uarten = 1u << 0, cr_lbe = 1u << 7, cr_rxe = 1u << 9, cr_reset = 0x300 };
enum : uint32_t { ifls_reset = 0x12 };
// RIS and its kin, table 3-14.
enum : uint32_t { int_rx = 1u << 4, int_tx = 1u << 5, int_rt = 1u << 6, int_oe = 1u << 10, int_all = 0x7ff };

static const uint8_t identification[8] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
static const size_t fifo_depth = 16;

pl011::pl011(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 4 KiB"), m_control(cr_reset), m_ifls(ifls_reset)
{
    context.expect_args(0, 1); // files for other programs name a QemuInstance, where this is QEMU's
    declare_direct();
    declare_registers({{"FR", reg_fr},
                       {"RSR", reg_rsr},
                       {"ILPR", reg_ilpr},
                       {"IBRD", reg_ibrd},
                       {"FBRD", reg_fbrd},
                       {"LCR_H", reg_lcr_h},
                       {"CR", reg_cr},
                       {"IFLS", reg_ifls},
                       {"IMSC", reg_imsc},
                       {"RIS", reg_ris},
                       {"MIS", reg_mis},
                       {"DMACR", reg_dmacr}});
    m_backend.on_receive([this](uint8_t byte) { return receive(byte); });
    m_backend.on_room([this] { send_waiting(); });
}

// --- FIFOs -------------------------------------------------------------------------------------------

// Without LCR_H.FEN the FIFOs are holding registers for one character.
size_t pl011::depth() const
{
    return m_lcr_h & lcr_fen ? fifo_depth : 1;
}

// Table 3-12: 1/8, 1/4, 1/2, 3/4, 7/8 full; the other codes are reserved and read here as the last.
static size_t level(uint32_t code)
{
    static const size_t eighths[] = {1, 2, 4, 6, 7, 7, 7, 7};
    return eighths[code & 7] * fifo_depth / 8;
}

size_t pl011::receive_trigger() const
{
    return m_lcr_h & lcr_fen ? level(m_ifls >> 3) : 1;
}

size_t pl011::transmit_trigger() const
{
    return m_lcr_h & lcr_fen ? level(m_ifls) : 0;
}

static uint32_t when(bool condition, uint32_t bits)
{
    return condition ? bits : 0;
}

uint32_t pl011::flags() const
{
    return fr_cts | fr_dsr | fr_dcd | when(m_received.empty(), fr_rxfe) |
           when(m_received.size() >= depth(), fr_rxff) | when(m_to_send.empty(), fr_txfe) |
           when(!m_to_send.empty(), fr_busy) | when(m_to_send.size() >= depth(), fr_txff);
}

bool pl011::receiver_on() const
{
    return (m_control & (cr_uarten | cr_rxe)) == (cr_uarten | cr_rxe);
}

bool pl011::receive(uint8_t byte)
{
    if (!receiver_on() || (m_control & cr_lbe) || m_received.size() >= depth()) {
        return false;
    }
    push_received(byte);
    update_line();
    return true;
}

void pl011::push_received(uint16_t entry)
{
    m_received.push_back(entry);
    m_raw |= m_received.size() >= receive_trigger() ? int_rx : int_rt;
}

uint16_t pl011::pop_received()
{
    if (m_received.empty()) {
        return 0;
    }
    const uint16_t entry = m_received.front();
    m_received.pop_front();
    m_status = (entry >> 8) & 0xf;
    if (m_received.size() < receive_trigger()) {
        m_raw &= ~uint32_t(int_rx);
        m_raw |= m_received.empty() ? 0u : uint32_t(int_rt);
    }
    if (m_received.empty()) {
        m_raw &= ~uint32_t(int_rt);
    }
    return entry;
}

void pl011::transmit(uint8_t byte)
{
    if (m_control & cr_lbe) {
        if (m_received.size() < depth()) {
            push_received(byte);
        } else {
            m_received.back() = static_cast<uint16_t>(m_received.back() | dr_oe);
            m_status |= rsr_oe;
            m_raw |= int_oe;
        }
    } else if (!m_to_send.empty() || !m_backend.send(byte)) {
        // The back end has no room. As on the hardware, a character for a full FIFO is lost: FR.TXFF said so.
        if (m_to_send.size() < depth()) {
            m_to_send.push_back(byte);
        }
    }
    // TX is raised when the FIFO empties through its level (section 2.8.3): at once, unless the back end
    // waits.
    if (m_to_send.size() <= transmit_trigger()) {
        m_raw |= int_tx;
    } else {
        m_raw &= ~uint32_t(int_tx);
    }
}

void pl011::send_waiting()
{
    while (!m_to_send.empty() && m_backend.send(m_to_send.front())) {
        m_to_send.pop_front();
        if (m_to_send.size() <= transmit_trigger()) {
            m_raw |= int_tx;
        }
    }
    update_line();
}

// --- registers ---------------------------------------------------------------------------------------

uint32_t pl011::peek(uint32_t offset) const
{
    switch (offset) {
    case reg_dr:
        return m_received.empty() ? 0 : m_received.front();
    case reg_rsr:
        return m_status;
    case reg_fr:
        return flags();
    case reg_ilpr:
        return m_ilpr;
    case reg_ibrd:
        return m_ibrd;
    case reg_fbrd:
        return m_fbrd;
    case reg_lcr_h:
        return m_lcr_h;
    case reg_cr:
        return m_control;
    case reg_ifls:
        return m_ifls;
    case reg_imsc:
        return m_mask;
    case reg_ris:
        return m_raw;
    case reg_mis:
        return m_raw & m_mask;
    case reg_dmacr:
        return m_dmacr;
    default:
        // Reserved and write-only registers read as zero.
        return offset >= reg_id ? identification[(offset - reg_id) / 4] : 0;
    }
}

bool pl011::read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay)
{
    if (offset != reg_dr) {
        value = peek(offset);
        return true;
    }
    value = pop_received();
    update_line(delay);
    m_backend.announce_room();
    return true;
}

void pl011::write_control(uint32_t value)
{
    const bool was_on = receiver_on();
    m_control = value & 0xff87;
    if (receiver_on() && !was_on) {
        m_backend.announce_room();
    }
}

bool pl011::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    switch (offset) {
    case reg_dr:
        transmit(static_cast<uint8_t>(value));
        break;
    case reg_rsr:
        m_status = 0;
        break;
    case reg_ilpr:
        m_ilpr = value & 0xff;
        break;
    case reg_ibrd:
        m_ibrd = value & 0xffff;
        break;
    case reg_fbrd:
        m_fbrd = value & 0x3f;
        break;
    case reg_lcr_h:
        m_lcr_h = value & 0xff;
        m_backend.announce_room(); // the receive FIFO may just have become deeper
        break;
    case reg_cr:
        write_control(value);
        break;
    case reg_ifls:
        m_ifls = value & 0x3f;
        break;
    case reg_imsc:
        m_mask = value & int_all;
        break;
    case reg_icr:
        m_raw &= ~(value & int_all);
        break;
    case reg_dmacr:
        m_dmacr = value & 0x7;
        break;
    default:
        break; // read-only and reserved: no effect
    }
    update_line(delay);
    return true;
}

void pl011::update_line(const sc_core::sc_time &delay)
{
    m_line.set(m_raw & m_mask, delay);
}

void pl011::on_reset(tk::reset_kind)
{
    m_received.clear();
    m_to_send.clear();
    m_status = m_ilpr = m_ibrd = m_fbrd = m_lcr_h = m_dmacr = m_mask = m_raw = 0;
    m_control = cr_reset;
    m_ifls = ifls_reset;
    m_line.reset(0);
}

} // namespace components
