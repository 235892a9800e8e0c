// SPDX-License-Identifier: MIT
//
// Memories that grant direct access in other ways than gs_memory.
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/param.h"

#include <tlm_utils/simple_target_socket.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>

namespace
{

constexpr size_t page_bytes = 4096;

struct freed {
    void operator()(unsigned char *page) const { free(page); }
};
using page = std::unique_ptr<unsigned char, freed>;

page new_page()
{
    page made(static_cast<unsigned char *>(aligned_alloc(page_bytes, page_bytes)));
    memset(made.get(), 0, page_bytes);
    return made;
}

void move_bytes(tlm::tlm_generic_payload &payload, unsigned char *at)
{
    if (payload.is_read()) {
        memcpy(payload.get_data_ptr(), at, payload.get_data_length());
    } else {
        memcpy(at, payload.get_data_ptr(), payload.get_data_length());
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

// A page that grants exactly what it is asked for: reading for a read, writing for a write. Says at the end
// how many transactions there were.
class strict_memory : public tk::module
{
  public:
    SC_HAS_PROCESS(strict_memory);
    strict_memory(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_b_transport(this, &strict_memory::b_transport);
        m_socket.register_get_direct_mem_ptr(this, &strict_memory::get_direct_mem_ptr);
        SC_THREAD(take_away);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
    {
        (payload.is_read() ? m_reads : m_writes)++;
        move_bytes(payload, m_page.get() + payload.get_address());
        payload.set_dmi_allowed(true);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
    {
        dmi.init();
        dmi.set_dmi_ptr(m_page.get());
        dmi.set_start_address(0);
        dmi.set_end_address(page_bytes - 1);
        payload.is_read() ? dmi.allow_read() : dmi.allow_write();
        const sc_core::sc_time latency(static_cast<double>(m_latency_ns.get()), sc_core::SC_NS);
        dmi.set_read_latency(latency);
        dmi.set_write_latency(latency);
        return true;
    }
    void take_away()
    {
        while (m_period_ns.get() != 0) {
            wait(sc_core::sc_time(static_cast<double>(m_period_ns.get()), sc_core::SC_NS));
            m_socket->invalidate_direct_mem_ptr(0, page_bytes - 1);
        }
    }
    void end_of_simulation() override
    {
        std::cout << full_name() << ": " << m_reads << " reads, " << m_writes << " writes\n" << std::flush;
    }

    tk::param<uint64_t> m_period_ns{*this, "period_ns", 0, "ns",
                                    "how often it takes all grants away; 0: never"};
    tk::param<uint64_t> m_latency_ns{*this, "latency_ns", 0, "ns", "of its grants"};
    unsigned m_reads = 0, m_writes = 0;
    page m_page = new_page();
    tlm_utils::simple_target_socket<strict_memory> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "target_socket", m_socket, "its bytes"};
};
TK_MODULE("strict_memory", strict_memory, "a memory that grants what it is asked for");

// Two pages: the first is now here, now there in the host's memory, and holds how often it has moved; the
// second stays, and is told so when the move is complete. What the first has left keeps what it had. A write
// behind the two moves the first.
class moving_memory : public tk::module
{
  public:
    moving_memory(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_b_transport(this, &moving_memory::b_transport);
        m_socket.register_get_direct_mem_ptr(this, &moving_memory::get_direct_mem_ptr);
    }

  private:
    static std::atomic<uint32_t> &word(const page &in)
    {
        return *reinterpret_cast<std::atomic<uint32_t> *>(in.get());
    }
    const page &at(uint64_t address) const { return address < page_bytes ? m_moving[m_moves % 2] : m_stays; }
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
    {
        const uint64_t address = payload.get_address();
        if (address >= 2 * page_bytes) {
            move();
            payload.set_response_status(tlm::TLM_OK_RESPONSE);
            return;
        }
        move_bytes(payload, at(address).get() + address % page_bytes);
        payload.set_dmi_allowed(true);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi)
    {
        const uint64_t first = payload.get_address() / page_bytes * page_bytes;
        dmi.init();
        if (first >= 2 * page_bytes) {
            dmi.set_start_address(first);
            return false;
        }
        dmi.set_dmi_ptr(at(first).get());
        dmi.set_start_address(first);
        dmi.set_end_address(first + page_bytes - 1);
        m_reads_only ? dmi.allow_read() : dmi.allow_read_write();
        return true;
    }
    void move()
    {
        m_socket->invalidate_direct_mem_ptr(0, page_bytes - 1);
        m_moves++;
        word(m_moving[m_moves % 2]) = m_moves;
        word(m_stays) = m_moves;
    }

    tk::param<bool> m_reads_only{*this, "reads_only", false, "", "grants are for reading"};
    uint32_t m_moves = 0;
    const page m_moving[2] = {new_page(), new_page()};
    const page m_stays = new_page();
    tlm_utils::simple_target_socket<moving_memory> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "target_socket", m_socket, "its bytes"};
};
TK_MODULE("moving_memory", moving_memory, "a memory that moves");

} // namespace
