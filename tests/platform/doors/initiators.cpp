// SPDX-License-Identifier: MIT
//
// An initiator of a user's beside the CPUs, and a target that says how it is accessed.
#include "timekeeper/systemc/access_extension.h"
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <tlm_utils/tlm_quantumkeeper.h>

#include <cstring>
#include <iostream>

namespace
{

// Writes a register of a device of QEMU's with 300 ns annotated, while a second process reads it, without a
// delay, 100 ns before that time and 100 ns behind.
class early_writer : public tk::module
{
  public:
    SC_HAS_PROCESS(early_writer);
    early_writer(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        SC_THREAD(write_ahead);
        SC_THREAD(read);
    }

  private:
    static sc_core::sc_time ns(double count) { return {count, sc_core::SC_NS}; }

    uint32_t access(tlm::tlm_command command, uint32_t value, sc_core::sc_time &delay)
    {
        tlm::tlm_generic_payload payload;
        tk::access_extension how;

        how.secure = true;
        payload.set_command(command);
        payload.set_address(0x400); // GPIODIR
        payload.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
        payload.set_data_length(sizeof(value));
        payload.set_streaming_width(sizeof(value));
        payload.set_extension(&how);
        m_socket->b_transport(payload, delay);
        payload.clear_extension(&how);
        if (!payload.is_response_ok()) {
            fail("no answer");
        }
        return value;
    }
    void write_ahead()
    {
        wait(ns(1000));
        sc_core::sc_time delay = ns(300);
        access(tlm::TLM_WRITE_COMMAND, 0x5a, delay);
        std::cout << full_name() << ": written at " << (sc_core::sc_time_stamp() / ns(1)) << ", delay "
                  << (delay / ns(1)) << "\n"
                  << std::flush;
    }
    void read()
    {
        sc_core::sc_time delay;
        wait(ns(1200));
        const uint32_t before = access(tlm::TLM_READ_COMMAND, 0, delay);
        wait(ns(200));
        const uint32_t behind = access(tlm::TLM_READ_COMMAND, 0, delay);
        std::cout << full_name() << ": read " << before << ", then " << behind << "\n" << std::flush;
    }

    tlm_utils::simple_initiator_socket<early_writer> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "initiator_socket", m_socket, "to the device"};
};
TK_MODULE("early_writer", early_writer, "an initiator that runs ahead");

// Reads 700 times by TLM-2.0's quantum keeper, 20 ns apart besides what the memory takes.
class lt_initiator : public tk::module
{
  public:
    SC_HAS_PROCESS(lt_initiator);
    lt_initiator(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        SC_THREAD(run);
    }

  private:
    void run()
    {
        tlm_utils::tlm_quantumkeeper local;
        uint32_t value = 0;

        local.reset();
        for (unsigned i = 0; i < 700; i++) {
            tlm::tlm_generic_payload payload;
            payload.set_command(tlm::TLM_READ_COMMAND);
            payload.set_address(0x0b000000);
            payload.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
            payload.set_data_length(sizeof(value));
            payload.set_streaming_width(sizeof(value));
            sc_core::sc_time delay = local.get_local_time();
            m_socket->b_transport(payload, delay);
            if (!payload.is_response_ok()) {
                fail("no answer");
            }
            local.set(delay);
            local.inc(sc_core::sc_time(20, sc_core::SC_NS));
            if (local.need_sync()) {
                local.sync();
            }
        }
        local.sync();
        std::cout << full_name() << ": over at "
                  << (sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS)) << " ns\n"
                  << std::flush;
    }

    tlm_utils::simple_initiator_socket<lt_initiator> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "initiator_socket", m_socket, "what it reads"};
};
TK_MODULE("lt_initiator", lt_initiator, "an initiator with a quantum keeper");

// A page whose words are 0; says at the end of each kind of access how many there were.
class observer : public tk::module
{
  public:
    observer(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_b_transport(this, &observer::b_transport);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
    {
        const auto *how = payload.get_extension<tk::access_extension>();

        if (payload.is_read()) {
            // What is fetched: "ret" (Arm ARM, C6.2 "RET").
            for (unsigned i = 0; i < payload.get_data_length(); i++) {
                payload.get_data_ptr()[i] = static_cast<unsigned char>(0xd65f03c0u >> 8 * (i % 4));
            }
        }
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        if (!how) {
            m_unknown++;
            return;
        }
        m_cpu0 += how->cpu == 0;
        m_privileged += how->privileged;
        m_fetches += how->fetch;
        m_exclusive += how->exclusive;
        m_secure += how->secure;
        m_all++;
    }
    void end_of_simulation() override
    {
        std::cout << full_name() << ": " << m_all << " accesses, " << m_cpu0 << " of cpu 0, " << m_privileged
                  << " privileged, " << m_fetches << " fetches, " << m_exclusive << " exclusive, " << m_secure
                  << " secure, " << m_unknown << " unknown\n"
                  << std::flush;
    }

    unsigned m_all = 0, m_cpu0 = 0, m_privileged = 0, m_fetches = 0, m_exclusive = 0, m_secure = 0,
             m_unknown = 0;
    tlm_utils::simple_target_socket<observer> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "target_socket", m_socket, "its bytes"};
};
TK_MODULE("observer", observer, "a target that looks at access_extension");

} // namespace
