// SPDX-License-Identifier: MIT
#include "dma.h"

#include "timekeeper/systemc/keeper.h"

#include <algorithm>

namespace components
{

TK_MODULE("dma", dma, "copies memory while CPUs run");

enum : uint32_t {
    reg_ctrl = 0x00,
    reg_status = 0x04,
    reg_src_lo = 0x08,
    reg_src_hi = 0x0c,
    reg_dst_lo = 0x10,
    reg_dst_hi = 0x14,
    reg_length = 0x18,
    reg_chain_lo = 0x1c,
    reg_chain_hi = 0x20,
    reg_moved_lo = 0x24,
    reg_moved_hi = 0x28,
    reg_fault_lo = 0x2c,
    reg_fault_hi = 0x30,
    reg_id = 0x34,
    span = 0x38
};
enum : uint32_t { ctrl_start = 1, ctrl_irq_enable = 2, ctrl_abort = 4 };
enum : uint32_t { status_busy = 1, status_done = 2, status_error = 4, status_aborted = 8 };
enum : uint32_t { flag_tell = 1, descriptor_bytes = 32, id_value = 0x544b444d };
static const uint64_t ps_per_second = UINT64_C(1000000000000);

dma::dma(const sc_core::sc_module_name &name, tk::module_context &context)
    : register_target(name, context, span, "registers, 56 bytes")
{
    context.expect_args(0, 0);
    declare_registers({{"CTRL", reg_ctrl},
                       {"STATUS", reg_status},
                       {"SRC_LO", reg_src_lo},
                       {"SRC_HI", reg_src_hi},
                       {"DST_LO", reg_dst_lo},
                       {"DST_HI", reg_dst_hi},
                       {"LENGTH", reg_length},
                       {"CHAIN_LO", reg_chain_lo},
                       {"CHAIN_HI", reg_chain_hi},
                       {"MOVED_LO", reg_moved_lo},
                       {"MOVED_HI", reg_moved_hi},
                       {"FAULT_LO", reg_fault_lo},
                       {"FAULT_HI", reg_fault_hi}});
    SC_HAS_PROCESS(dma);
    SC_THREAD(run);
    declare_direct();
}

// --- copying -----------------------------------------------------------------------------------------

bool dma::access(tlm::tlm_command command, uint64_t address, unsigned char *data, uint32_t length)
{
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;

    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    m_memory->b_transport(payload, delay);
    if (delay != sc_core::SC_ZERO_TIME) {
        wait(delay);
    }
    if (payload.is_response_error()) {
        m_fault = m_dropped ? 0 : address;
        return false;
    }
    return true;
}

// Exact over many bursts: what does not make a whole picosecond goes to the next.
sc_core::sc_time dma::time_for(uint32_t length)
{
    const uint64_t rate = m_bytes_per_second;
    if (rate == 0) {
        return sc_core::SC_ZERO_TIME;
    }
    const unsigned __int128 share = static_cast<unsigned __int128>(length) * ps_per_second + m_time_left_over;
    m_time_left_over = static_cast<uint64_t>(share % rate);
    return tk::from_ps(static_cast<uint64_t>(share / rate));
}

bool dma::move(uint64_t source, uint64_t destination, uint32_t length)
{
    m_data.resize(length);
    const sc_core::sc_time takes = time_for(length);
    if (takes != sc_core::SC_ZERO_TIME) {
        wait(takes);
    }
    if (!access(tlm::TLM_READ_COMMAND, source, m_data.data(), length) ||
        !access(tlm::TLM_WRITE_COMMAND, destination, m_data.data(), length)) {
        return false;
    }
    m_moved += m_dropped ? 0 : length;
    return true;
}

uint32_t dma::burst(uint64_t source, uint64_t destination, uint32_t left) const
{
    const uint64_t unit = m_burst_bytes;
    const uint64_t most = std::min(unit - source % unit, unit - destination % unit);
    return static_cast<uint32_t>(std::min<uint64_t>(most, left));
}

// False: an error, or it was told to end.
bool dma::copy(const job &what)
{
    for (uint32_t done = 0; done < what.length && !m_abort && !m_dropped;) {
        const uint32_t length = burst(what.source + done, what.destination + done, what.length - done);
        if (!move(what.source + done, what.destination + done, length)) {
            finish(status_error);
            return false;
        }
        done += length;
    }
    if (m_abort) {
        finish(status_aborted);
    }
    return !m_abort && !m_dropped;
}

static uint64_t load(const unsigned char *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value |= static_cast<uint64_t>(bytes[i]) << (8 * i);
    }
    return value;
}

bool dma::fetch(uint64_t address, job &into)
{
    unsigned char bytes[descriptor_bytes];
    if (!access(tlm::TLM_READ_COMMAND, address, bytes, sizeof(bytes))) {
        finish(status_error);
        return false;
    }
    into.source = load(bytes, 8);
    into.destination = load(bytes + 8, 8);
    into.length = static_cast<uint32_t>(load(bytes + 16, 4));
    into.flags = static_cast<uint32_t>(load(bytes + 20, 4));
    into.next = load(bytes + 24, 8);
    return true;
}

// A chain may be a circle that copies nothing: ABORT ends it, and each descriptor takes a nanosecond, so that
// time passes until somebody writes that.
void dma::run_chain(const job &first)
{
    for (job each = first;;) {
        if (!copy(each)) {
            return;
        }
        if (each.next == 0) {
            finish(status_done);
            return;
        }
        if (each.flags & flag_tell) {
            set_status(status_done);
        }
        if (!fetch(each.next, each)) {
            return;
        }
        wait(sc_core::sc_time(1, sc_core::SC_NS));
    }
}

void dma::run()
{
    for (;;) {
        // Not at once, when it was started while a run that a reset has ended was still in a transaction. It
        // is asked again after each wait: there may have been another reset, and another start.
        while (!m_starts || m_start_ps > now_ps()) {
            wait(m_begin);
        }
        m_starts = m_dropped = false;
        run_chain(job(m_first));
    }
}

// --- status ------------------------------------------------------------------------------------------

void dma::finish(uint32_t flag)
{
    if (m_dropped) {
        return; // nobody waits for its end
    }
    m_status &= ~uint32_t(status_busy);
    set_status(flag);
}

void dma::set_status(uint32_t flag)
{
    m_status |= flag;
    update_line(sc_core::SC_ZERO_TIME);
}

void dma::update_line(const sc_core::sc_time &delay)
{
    m_line.set(m_irq_enable && (m_status & (status_done | status_error | status_aborted)), delay);
}

// --- registers ---------------------------------------------------------------------------------------

static uint32_t low(uint64_t value)
{
    return static_cast<uint32_t>(value);
}

static uint32_t high(uint64_t value)
{
    return static_cast<uint32_t>(value >> 32);
}

static void set_low(uint64_t &value, uint32_t bits)
{
    value = (value & ~uint64_t(UINT32_MAX)) | bits;
}

static void set_high(uint64_t &value, uint32_t bits)
{
    value = (value & UINT32_MAX) | uint64_t(bits) << 32;
}

uint32_t dma::peek(uint32_t offset) const
{
    switch (offset) {
    case reg_ctrl:
        return m_irq_enable ? ctrl_irq_enable : 0u;
    case reg_status:
        return m_status;
    case reg_src_lo:
        return low(m_programmed.source);
    case reg_src_hi:
        return high(m_programmed.source);
    case reg_dst_lo:
        return low(m_programmed.destination);
    case reg_dst_hi:
        return high(m_programmed.destination);
    case reg_length:
        return m_programmed.length;
    case reg_chain_lo:
        return low(m_chain);
    case reg_chain_hi:
        return high(m_chain);
    case reg_moved_lo:
        return low(m_moved);
    case reg_moved_hi:
        return high(m_moved);
    case reg_fault_lo:
        return low(m_fault);
    case reg_fault_hi:
        return high(m_fault);
    default:
        return id_value;
    }
}

bool dma::read(uint32_t offset, uint32_t &value, sc_core::sc_time &)
{
    value = peek(offset);
    return true;
}

void dma::start(sc_core::sc_time &delay)
{
    if (m_status & status_busy) {
        return;
    }
    m_status = status_busy;
    m_moved = 0;
    m_fault = 0;
    m_time_left_over = 0;
    m_abort = false;
    m_first = m_programmed;
    m_first.next = m_chain;
    m_first.length = m_chain != 0 ? 0 : m_programmed.length; // nothing to copy before the first descriptor
    m_start_ps = access_ps(delay);
    m_starts = true;
    m_begin.notify(delay);
}

bool dma::write(uint32_t offset, uint32_t value, sc_core::sc_time &delay)
{
    switch (offset) {
    case reg_ctrl:
        m_irq_enable = value & ctrl_irq_enable;
        if (value & ctrl_start) {
            start(delay);
        }
        m_abort = m_abort || ((value & ctrl_abort) && (m_status & status_busy));
        break;
    case reg_status:
        m_status &= ~(value & (status_done | status_error | status_aborted));
        break;
    case reg_src_lo:
        set_low(m_programmed.source, value);
        break;
    case reg_src_hi:
        set_high(m_programmed.source, value);
        break;
    case reg_dst_lo:
        set_low(m_programmed.destination, value);
        break;
    case reg_dst_hi:
        set_high(m_programmed.destination, value);
        break;
    case reg_length:
        m_programmed.length = value;
        break;
    case reg_chain_lo:
        set_low(m_chain, value);
        break;
    case reg_chain_hi:
        set_high(m_chain, value);
        break;
    default:
        break; // read-only: no effect
    }
    update_line(delay);
    return true;
}

// What has been asked of the bus is answered; nothing more is asked.
void dma::on_reset(tk::reset_kind)
{
    m_dropped = true;
    m_starts = m_abort = m_irq_enable = false;
    m_begin.cancel();
    m_programmed = job();
    m_chain = m_moved = m_fault = 0;
    m_status = 0;
    m_line.reset(0);
}

} // namespace components
