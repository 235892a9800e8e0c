// SPDX-License-Identifier: MIT
//
// Modules that tests put into platforms: the other ends of what is tested.
//
//   test_initiator   does what the test says, from outside of any process
//   test_target      remembers what reached it, and answers as told
//   test_line        an input that can be looked at
//   test_driver      an output that the test drives
//   test_stream      the other end of a byte stream
//   test_script      an SC_THREAD that carries out the entries of its table
#ifndef TESTS_SUPPORT_TEST_MODULES_H
#define TESTS_SUPPORT_TEST_MODULES_H

#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace test
{

class initiator : public tk::module
{
  public:
    initiator(const sc_core::sc_module_name &name, tk::module_context &context);

    // A plain transaction; the status and the delay stay in the members below.
    uint32_t read(uint64_t address, unsigned length = 4);
    void write(uint64_t address, uint32_t value, unsigned length = 4);
    // Any transaction.
    tlm::tlm_response_status transport(tlm::tlm_generic_payload &payload);
    unsigned debug(tlm::tlm_command command, uint64_t address, unsigned char *data, unsigned length);
    bool dmi(tlm::tlm_command command, uint64_t address, tlm::tlm_dmi &answer);

    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
    bool dmi_hint = false;
    sc_core::sc_time delay; // local time ahead of SystemC's; targets add to it
    std::vector<std::pair<uint64_t, uint64_t>> invalidated;

  private:
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);
    tlm_utils::simple_initiator_socket<initiator> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "socket", m_socket, "the test's transactions"};
};

// Fills in a payload as IEEE 1666-2011, 14.7 asks.
void fill(tlm::tlm_generic_payload &payload, tlm::tlm_command command, uint64_t address, unsigned char *data,
          unsigned length);

class target : public tk::module
{
  public:
    target(const sc_core::sc_module_name &name, tk::module_context &context);
    void invalidate(uint64_t first, uint64_t last) { m_socket->invalidate_direct_mem_ptr(first, last); }

    std::vector<uint64_t> addresses; // of all transactions, as they arrived
    std::vector<std::pair<uint64_t, unsigned>> debugged;
    bool grant = false;
    uint64_t dmi_first = 0, dmi_last = UINT64_MAX;
    unsigned char *dmi_data = nullptr; // what is at dmi_first

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi);
    unsigned transport_dbg(tlm::tlm_generic_payload &payload);
    tlm_utils::simple_target_socket<target> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "socket", m_socket, "remembers"};
};

class line : public tk::module
{
  public:
    line(const sc_core::sc_module_name &name, tk::module_context &context);
    bool level() const { return m_in.read(); }
    std::vector<std::pair<sc_core::sc_time, bool>> edges;

  private:
    void changed();
    sc_core::sc_in<bool> m_in{"in"};
    tk::signal_in_port m_port{*this, "in", m_in, "looked at"};
};

class driver : public tk::module
{
  public:
    driver(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context) {}
    void drive(bool level) { m_out.write(level); }

  private:
    sc_core::sc_out<bool> m_out{"out"};
    tk::signal_out_port m_port{*this, "out", m_out, "driven"};
};

class stream : public tk::module
{
  public:
    stream(const sc_core::sc_module_name &name, tk::module_context &context);
    // Sends as much of the text as the other end takes; returns how many bytes.
    size_t send(const std::string &text);
    void make_room(size_t bytes);

    std::string received;
    size_t room = SIZE_MAX; // how many more bytes it takes
    unsigned room_calls = 0;

  private:
    tk::stream_port m_port{*this, "stream", "the test's end"};
};

// Entries, in order: { write = address, value = v }, { read = address, expect = v } (else the run ends with
// 99), { wait_ns = n }, { local_ns = n } (runs ahead of SystemC), { fatal = "text" }, { throws = "text" },
// { ticks_ns = n } (waits so long again and again), { hang = "" } (SystemC's thread does).
class script : public tk::module
{
  public:
    script(const sc_core::sc_module_name &name, tk::module_context &context);
    void configured() override;

  private:
    struct step {
        std::string what, text;
        uint64_t number = 0, value = 0;
    };
    void run();
    void execute(const step &each);
    tlm::tlm_response_status access(tlm::tlm_command command, uint64_t address, uint32_t &value);

    tlm_utils::simple_initiator_socket<script> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "socket", m_socket, "the script's transactions"};
    sc_core::sc_time m_delay;
    std::vector<step> m_steps;
};

} // namespace test

#endif
