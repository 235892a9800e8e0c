// SPDX-License-Identifier: MIT
//
// Sockets of other kinds than our own: of any width, multi sockets, AT initiators and targets.
#include "test_modules.h"
#include "test_platform.h"

#include "timekeeper/systemc/subsystem.h"

#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstring>

namespace
{

const sc_core::sc_time ns(1, sc_core::SC_NS);

// Adds 7 ns to each transaction, and remembers its address.
template <unsigned WIDTH>
class wide_target : public tk::module
{
  public:
    wide_target(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_b_transport(this, &wide_target::b_transport);
    }
    void invalidate() { m_socket->invalidate_direct_mem_ptr(0x10, 0x1f); }
    std::vector<uint64_t> addresses;

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        addresses.push_back(payload.get_address());
        delay += 7 * ns;
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    tlm_utils::simple_target_socket<wide_target, WIDTH> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "socket", m_socket, "a target"};
};
TK_MODULE("test_target_8", wide_target<8>, "8 bits wide");
TK_MODULE("test_target_64", wide_target<64>, "64 bits wide");
TK_MODULE("test_target_512", wide_target<512>, "512 bits wide");

template <unsigned WIDTH>
class wide_initiator : public tk::module
{
  public:
    wide_initiator(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.register_invalidate_direct_mem_ptr(this, &wide_initiator::invalidate);
    }
    sc_core::sc_time read(uint64_t address)
    {
        unsigned char data[4];
        tlm::tlm_generic_payload payload;
        sc_core::sc_time delay;
        test::fill(payload, tlm::TLM_READ_COMMAND, address, data, 4);
        m_socket->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok());
        return delay;
    }
    unsigned invalidated = 0;

  private:
    void invalidate(sc_dt::uint64, sc_dt::uint64) { invalidated++; }
    tlm_utils::simple_initiator_socket<wide_initiator, WIDTH> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "socket", m_socket, "an initiator"};
};
TK_MODULE("test_initiator_8", wide_initiator<8>, "8 bits wide");
TK_MODULE("test_initiator_64", wide_initiator<64>, "64 bits wide");
TK_MODULE("test_initiator_512", wide_initiator<512>, "512 bits wide");

// Many sockets 64 bits wide in one, both ways.
class multi : public tk::module
{
  public:
    multi(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_target.register_b_transport(this, &multi::b_transport);
        m_initiator.register_invalidate_direct_mem_ptr(this, &multi::invalidate);
    }
    std::vector<int> from; // the index of each caller
    unsigned invalidated = 0;

  private:
    void b_transport(int index, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        from.push_back(index);
        m_initiator[0]->b_transport(payload, delay);
    }
    void invalidate(int, sc_dt::uint64 first, sc_dt::uint64 last)
    {
        invalidated++;
        m_target[0]->invalidate_direct_mem_ptr(first, last);
    }
    tlm_utils::multi_passthrough_target_socket<multi, 64> m_target{"target"};
    tlm_utils::multi_passthrough_initiator_socket<multi, 64> m_initiator{"initiator"};
    tk::tlm_target_port m_target_port{*this, "target", m_target, "any number"};
    tk::tlm_initiator_port m_initiator_port{*this, "initiator", m_initiator, "any number"};
};
TK_MODULE("test_multi", multi, "a bus of multi sockets");

// Has nb_transport_fw only. END_REQ after 2 ns, BEGIN_RESP 3 ns later; or it is over at once, after 4 ns.
class at_target : public tk::module, public tlm::tlm_fw_transport_if<>
{
  public:
    SC_HAS_PROCESS(at_target);
    at_target(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.bind(*this);
        SC_THREAD(answer);
    }
    bool early = false;
    unsigned ended = 0, together = 0, most_together = 0;

  private:
    void b_transport(tlm::tlm_generic_payload &, sc_core::sc_time &) override { FAIL() << "it is AT"; }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &payload, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase == tlm::END_RESP) {
            ended++;
            return tlm::TLM_COMPLETED;
        }
        EXPECT_EQ(phase, tlm::BEGIN_REQ);
        EXPECT_TRUE(payload.has_mm());
        together++;
        most_together = std::max(most_together, together);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        if (early) {
            together--;
            delay += 4 * ns;
            return tlm::TLM_COMPLETED;
        }
        payload.acquire();
        m_requests.push_back(&payload);
        m_begin.notify();
        return tlm::TLM_ACCEPTED;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override { return false; }
    unsigned transport_dbg(tlm::tlm_generic_payload &) override { return 0; }
    void answer()
    {
        for (;;) {
            while (m_requests.empty()) {
                wait(m_begin);
            }
            tlm::tlm_generic_payload &payload = *m_requests.front();
            m_requests.erase(m_requests.begin());
            wait(1 * ns);
            tlm::tlm_phase phase = tlm::END_REQ;
            sc_core::sc_time delay = 1 * ns; // annotated
            together--;
            m_socket->nb_transport_bw(payload, phase, delay);
            wait(4 * ns);
            phase = tlm::BEGIN_RESP;
            delay = sc_core::SC_ZERO_TIME;
            m_socket->nb_transport_bw(payload, phase, delay);
            payload.release();
        }
    }
    tlm::tlm_target_socket<> m_socket{"socket"};
    tk::tlm_target_port m_port{*this, "socket", m_socket, "AT"};
    std::vector<tlm::tlm_generic_payload *> m_requests;
    sc_core::sc_event m_begin;
};
TK_MODULE("test_at_target", at_target, "has nb_transport_fw only");

// Reads 4 times, by b_transport, beginning at its `at_ns`; notes when each one is over.
class reader : public tk::module
{
  public:
    SC_HAS_PROCESS(reader);
    reader(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        SC_THREAD(read);
    }
    std::vector<sc_core::sc_time> ends;

  private:
    void read()
    {
        for (unsigned i = 0; i < 4; i++) {
            unsigned char data[4];
            tlm::tlm_generic_payload payload;
            sc_core::sc_time delay = 10 * ns;
            test::fill(payload, tlm::TLM_READ_COMMAND, 0, data, 4);
            m_socket->b_transport(payload, delay);
            EXPECT_TRUE(payload.is_response_ok());
            EXPECT_FALSE(payload.has_mm());
            wait(delay);
            ends.push_back(sc_core::sc_time_stamp());
        }
    }
    tlm_utils::simple_initiator_socket<reader> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "socket", m_socket, "LT"};
};
TK_MODULE("test_reader", reader, "reads by b_transport");

// An AT initiator: 4 transactions, each begun when the last one's request was accepted; notes when each has
// its answer.
class at_initiator : public tk::module, public tlm::tlm_bw_transport_if<>, public tlm::tlm_mm_interface
{
  public:
    SC_HAS_PROCESS(at_initiator);
    at_initiator(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        m_socket.bind(*this);
        SC_THREAD(run);
    }
    std::vector<sc_core::sc_time> answers;
    unsigned freed = 0;

  private:
    void run()
    {
        for (unsigned i = 0; i < 4; i++) {
            unsigned char data[4];
            auto *payload = new tlm::tlm_generic_payload(this);
            test::fill(*payload, tlm::TLM_READ_COMMAND, 0x104, data, 4);
            payload->acquire();
            tlm::tlm_phase phase = tlm::BEGIN_REQ;
            sc_core::sc_time delay = 3 * ns;
            EXPECT_EQ(m_socket->nb_transport_fw(*payload, phase, delay), tlm::TLM_ACCEPTED);
            wait(m_answered);
            answers.push_back(sc_core::sc_time_stamp());
            EXPECT_TRUE(payload->is_response_ok());
            if (i % 2 == 0) { // else END_RESP is what nb_transport_bw returned
                wait(1 * ns);
                phase = tlm::END_RESP;
                delay = sc_core::SC_ZERO_TIME;
                m_socket->nb_transport_fw(*payload, phase, delay);
            }
            payload->release();
            m_count++;
        }
    }
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &, tlm::tlm_phase &phase,
                                       sc_core::sc_time &) override
    {
        EXPECT_EQ(phase, tlm::BEGIN_RESP);
        m_answered.notify(sc_core::SC_ZERO_TIME);
        return m_count % 2 == 0 ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
    void free(tlm::tlm_generic_payload *payload) override
    {
        freed++;
        delete payload;
    }
    tlm::tlm_initiator_socket<> m_socket{"socket"};
    tk::tlm_initiator_port m_port{*this, "socket", m_socket, "AT"};
    sc_core::sc_event m_answered;
    unsigned m_count = 0;
};
TK_MODULE("test_at_initiator", at_initiator, "calls nb_transport_fw");

void run_for(const sc_core::sc_time &time)
{
    sc_core::sc_start(time);
}

std::vector<sc_core::sc_time> times(const std::vector<double> &in_ns)
{
    std::vector<sc_core::sc_time> result;
    for (const double each : in_ns) {
        result.push_back(each * ns);
    }
    return result;
}

template <unsigned FROM, unsigned TO>
void expect_joined()
{
    const test::platform p("platform = { i = { moduletype = 'test_initiator_" + std::to_string(FROM) +
                           "', socket = { bind = '&t.socket' } },\n t = { moduletype = 'test_target_" +
                           std::to_string(TO) + "' } }");
    auto &initiator = p.get<wide_initiator<FROM>>("i");
    auto &target = p.get<wide_target<TO>>("t");
    test::settle();
    EXPECT_EQ(initiator.read(0x123456789), 7 * ns);
    EXPECT_EQ(target.addresses, std::vector<uint64_t>{0x123456789});
    target.invalidate();
    EXPECT_EQ(initiator.invalidated, 1u);
}

} // namespace

TEST(Sockets, OfTheSameWidthAreJoined)
{
    expect_joined<64, 64>();
}

TEST(Sockets, OfOtherWidthsAreJoined)
{
    expect_joined<64, 8>();
}

TEST(Sockets, FromNarrowToWideAreJoined)
{
    expect_joined<8, 512>();
}

TEST(Sockets, OfAnyWidthAreJoinedThroughARouter)
{
    const test::platform p(
        "platform = { r = { moduletype = 'router' },\n"
        " i = { moduletype = 'test_initiator_64', socket = { bind = '&r.target_socket' } },\n"
        " j = { moduletype = 'test_initiator_512', socket = { bind = '&r.target_socket' } },\n"
        " t = { moduletype = 'test_target_8', socket = { address = 0x1000, size = 0x100, bind = "
        "'&r.initiator_socket' } } }");
    test::settle();
    EXPECT_EQ(p.get<wide_initiator<64>>("i").read(0x1004), 7 * ns);
    EXPECT_EQ(p.get<wide_initiator<512>>("j").read(0x1008), 7 * ns);
    EXPECT_EQ(p.get<wide_target<8>>("t").addresses, (std::vector<uint64_t>{4, 8}));
    p.get<wide_target<8>>("t").invalidate();
    EXPECT_EQ(p.get<wide_initiator<64>>("i").invalidated, 1u);
    EXPECT_EQ(p.get<wide_initiator<512>>("j").invalidated, 1u);
}

TEST(Sockets, MultiSocketsOfAnotherWidthKnowTheirCallers)
{
    const test::platform p(
        "platform = { m = { moduletype = 'test_multi', initiator = { bind = '&t.socket' } },\n"
        " i = { moduletype = 'test_initiator_8', socket = { bind = '&m.target' } },\n"
        " j = { moduletype = 'test_initiator_64', socket = { bind = '&m.target' } },\n"
        " t = { moduletype = 'test_target_512' } }");
    test::settle();
    p.get<wide_initiator<8>>("i").read(1);
    p.get<wide_initiator<64>>("j").read(2);
    p.get<wide_initiator<8>>("i").read(3);
    EXPECT_EQ(p.get<multi>("m").from, (std::vector<int>{0, 1, 0}));
    EXPECT_EQ(p.get<wide_target<512>>("t").addresses, (std::vector<uint64_t>{1, 2, 3}));
    p.get<wide_target<512>>("t").invalidate();
    EXPECT_EQ(p.get<multi>("m").invalidated, 1u);
    EXPECT_EQ(p.get<wide_initiator<8>>("i").invalidated, 1u);
}

// 10 ns annotated, 2 to END_REQ, 3 to BEGIN_RESP.
TEST(AtTarget, IsReachedByTheBaseProtocol)
{
    const test::platform p(
        "platform = { a = { moduletype = 'test_at_target', socket = { protocol = 'at', bind = "
        "'&r.socket' } }, r = { moduletype = 'test_reader' } }");
    run_for(1000 * ns);
    EXPECT_EQ(p.get<reader>("r").ends, times({15, 30, 45, 60}));
    EXPECT_EQ(p.get<at_target>("a").ended, 4u);
}

TEST(AtTarget, MayCompleteEarly)
{
    const test::platform p(
        "platform = { a = { moduletype = 'test_at_target', socket = { protocol = 'at', bind = "
        "'&r.socket' } }, r = { moduletype = 'test_reader' } }");
    p.get<at_target>("a").early = true;
    run_for(1000 * ns);
    EXPECT_EQ(p.get<reader>("r").ends, times({14, 28, 42, 56}));
    EXPECT_EQ(p.get<at_target>("a").ended, 0u);
}

// Both come at 10 ns. The second one's request begins when the first one's was accepted, at 12; the target
// works on it when it has answered the first, at 15, which takes it 5.
TEST(AtTarget, GetsOneRequestAtATime)
{
    const test::platform p(
        "platform = { router = { moduletype = 'router' },\n"
        " a = { moduletype = 'test_at_target', socket = { protocol = 'at', address = 0, size = 16, bind = "
        "'&router.initiator_socket' } },\n"
        " r = { moduletype = 'test_reader', socket = { bind = '&router.target_socket' } },\n"
        " s = { moduletype = 'test_reader', socket = { bind = '&router.target_socket' } } }");
    run_for(21 * ns);
    std::vector<sc_core::sc_time> ends = p.get<reader>("r").ends;
    ends.insert(ends.end(), p.get<reader>("s").ends.begin(), p.get<reader>("s").ends.end());
    EXPECT_EQ(ends, times({15, 20}));
    run_for(979 * ns);
    EXPECT_EQ(p.get<at_target>("a").most_together, 1u);
    EXPECT_EQ(p.get<at_target>("a").ended, 8u);
}

TEST(AtTarget, AnotherProtocolIsRefused)
{
    EXPECT_NE(test::build_error(
                  "platform = { a = { moduletype = 'test_at_target', socket = { protocol = 'axi', bind "
                  "= '&r.socket' } }, r = { moduletype = 'test_reader' } }")
                  .find("'protocol' is 'axi'"),
              std::string::npos);
}

// 3 ns annotated, 7 of the target; END_RESP 1 ns after each second answer.
TEST(AtInitiator, DrivesTheRouterAndItsTargets)
{
    const test::platform p(
        "platform = { r = { moduletype = 'router' },\n"
        " i = { moduletype = 'test_at_initiator', socket = { bind = '&r.target_socket' } },\n"
        " j = { moduletype = 'test_at_initiator', socket = { bind = '&r.target_socket' } },\n"
        " t = { moduletype = 'test_target_64', socket = { address = 0x100, size = 0x100, bind = "
        "'&r.initiator_socket' } } }");
    run_for(1000 * ns);
    for (const char *name : {"i", "j"}) {
        EXPECT_EQ(p.get<at_initiator>(name).answers, times({10, 21, 31, 42})) << name;
        EXPECT_EQ(p.get<at_initiator>(name).freed, 4u);
    }
    EXPECT_EQ(p.get<wide_target<64>>("t").addresses, std::vector<uint64_t>(8, 4));
}
