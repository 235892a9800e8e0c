// SPDX-License-Identifier: MIT
//
// Initiators of others beside a CPU, on the same bus and targets: their transactions happen when they would
// without us.
#include "assertions.h"
#include "models.h"
#include "reports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

using namespace conformance;

namespace
{

constexpr uint64_t base = 0x10000000; // where the CPU has the bus; its targets are 0x10000000 bytes apart
constexpr uint64_t next = 0x10000000;
constexpr uint64_t apart = 0x400;      // from what the initiators write
constexpr uint64_t after_all = 100000; // turns of a pause: 400 us
const latencies slow{11003, 101009, 61013};

// What a traffic_generator leaves behind, read by the CPU: the address of each word, inverted at the second
// place.
void check_traffic(script &cpu, uint64_t first_of_cpu, uint64_t first, uint64_t second_of_cpu,
                   uint64_t second)
{
    for (uint64_t at = 0; at < 64; at += 4) {
        cpu.read(4, first_of_cpu + at, first + at);
        cpu.read(4, second_of_cpu + at, ~(second + at) & UINT32_MAX);
    }
}

// Loosely timed: each begins when the one before is over, from time 0 on.
void expect_back_to_back(const journal &calls)
{
    uint64_t end_ps = 0;

    ASSERT_EQ(calls.size(), traffic<lt_initiator>::transactions);
    for (const event &each : calls) {
        EXPECT_EQ(each.begin_ps, end_ps) << each;
        EXPECT_EQ(each.response, tlm::TLM_OK_RESPONSE) << each;
        end_ps = each.end_ps;
    }
}

// The CPU accesses both targets while the traffic goes on, and then reads what that has written.
script beside_traffic()
{
    script cpu;

    exercise(cpu, base + apart);
    exercise(cpu, base + next + apart);
    cpu.pause(after_all);
    check_traffic(cpu, base, 0, base + next, next);
    return cpu.end();
}

// Probes: 0 the CPU, 1 the initiator, 2 and 3 the targets.
template <typename Initiator, typename First>
outcome share_loosely_timed(bool grants)
{
    scenario what;
    what.build = [&](environment &in) {
        auto &bus = in.make<SimpleBusLT<2, 2>>("bus");
        auto &other = in.make<traffic<Initiator>>("traffic", 0, next, 1);
        in.reach("cpu", bus.target_socket[0], base, 2 * next);
        in.observe("initiator", other.initiator.initiator_socket, bus.target_socket[1]);
        in.observe("first", bus.initiator_socket[0], make_target<First>(in, "first", slow).m_memory_socket);
        if (grants) {
            in.observe("second", bus.initiator_socket[1],
                       make_target<lt_dmi_target>(in, "second", slow, time_of(5000), time_of(9000000))
                           .m_memory_socket);
        } else {
            in.observe("second", bus.initiator_socket[1],
                       make_target<lt_target>(in, "second", slow).m_memory_socket);
        }
    };
    what.cpus.push_back(beside_traffic());
    outcome guest = run(what);
    EXPECT_EQ(guest.at(0).size(), 2 * exercises + 32);
    expect_takes(guest.at(0), slow);
    return guest;
}

TEST(lt_initiator, beside_a_cpu)
{
    const journal calls = share_loosely_timed<lt_initiator, lt_target>(false).at(1);
    expect_back_to_back(calls);
    expect_takes(calls, slow);
}

TEST(lt_initiator, beside_a_cpu_at_a_target_that_waits)
{
    const journal calls = share_loosely_timed<lt_initiator, lt_synch_target>(false).at(1);
    expect_back_to_back(calls);
    expect_takes(calls, slow);
}

// Temporally decoupled, with a tlm_quantumkeeper and a quantum of 500 ns.
TEST(lt_td_initiator, beside_a_cpu)
{
    const journal calls = share_loosely_timed<lt_td_initiator, lt_target>(false).at(1);
    expect_back_to_back(calls);
    expect_takes(calls, slow);
}

TEST(lt_td_initiator, beside_a_cpu_at_a_target_that_waits)
{
    const journal calls = share_loosely_timed<lt_td_initiator, lt_synch_target>(false).at(1);
    expect_back_to_back(calls);
    expect_takes(calls, slow);
}

// It uses its grant, with the latencies in it, so that not all of its transactions are seen. Those that are,
// are at the times at which they are without QEMU: run() asserts it.
TEST(lt_dmi_initiator, beside_a_cpu)
{
    const journal calls = share_loosely_timed<lt_dmi_initiator, lt_target>(true).at(1);
    EXPECT_GE(calls.size(), 32u);
    EXPECT_LT(calls.size(), traffic<lt_dmi_initiator>::transactions);
    expect_takes(calls, slow);
}

// --- approximately timed ------------------------------------------------------------------------------

// On SimpleBusAT; probes as above. Up to `active` transactions at a time.
template <typename Initiator, typename First, typename Second>
void share_approximately_timed(unsigned active)
{
    scenario what;
    what.build = [&](environment &in) {
        expect_warning("DMI not implemented for this example");
        auto &bus = in.make<SimpleBusAT<2, 2>>("bus");
        auto &other = in.make<traffic<Initiator>>("traffic", 0, next, active, time_of(7001));
        in.reach("cpu", bus.target_socket[0], base, 2 * next);
        in.observe("initiator", other.initiator.initiator_socket, bus.target_socket[1]);
        in.observe("first", bus.initiator_socket[0], make_target<First>(in, "first", slow).m_memory_socket);
        in.observe("second", bus.initiator_socket[1],
                   make_target<Second>(in, "second", slow).m_memory_socket);
    };
    what.cpus.push_back(beside_traffic());
    const outcome guest = run(what);
    const journal cpu = guest.at(0), calls = guest.at(1);
    ASSERT_EQ(cpu.size(), 2 * exercises + 32);
    for (const event &each : cpu) {
        EXPECT_GE(each.took_ps(), slow.of(each)) << each; // and what it waits for the other one's
    }
    // It is alone at the end, when the traffic is over.
    expect_takes(journal(cpu.end() - 32, cpu.end()), slow);
    EXPECT_EQ(count(calls, call::forward, tlm::BEGIN_REQ), traffic<Initiator>::transactions);
    EXPECT_EQ(count(calls, call::backward, tlm::BEGIN_RESP), traffic<Initiator>::transactions);
}

TEST(at_initiator_annotated, beside_a_cpu_at_targets_of_one_phase)
{
    share_approximately_timed<at_initiator_annotated, at_target_1_phase, at_target_1_phase>(4);
}

TEST(at_initiator_annotated, beside_a_cpu_at_targets_of_two_phases)
{
    share_approximately_timed<at_initiator_annotated, at_target_2_phase, at_target_2_phase>(4);
}

TEST(at_initiator_explicit, beside_a_cpu_at_targets_of_four_phases)
{
    share_approximately_timed<at_initiator_explicit, at_target_4_phase, at_target_4_phase>(4);
}

TEST(at_initiator_explicit, beside_a_cpu_at_mixed_targets)
{
    share_approximately_timed<at_initiator_explicit, at_target_1_phase, at_target_4_phase>(2);
}

TEST(select_initiator, beside_a_cpu_at_mixed_targets)
{
    share_approximately_timed<select_initiator, at_target_2_phase, at_target_4_phase>(4);
}

// --- at our own router and memory -----------------------------------------------------------------------

constexpr uint64_t ours = 0x50000000, ours_next = 0x50001000; // of a memory of ours that takes 50 ns
constexpr uint64_t latency_ps = 50000;

// A foreign initiator drives our router; the CPU reads what it has written. Without QEMU there is no router
// of ours.
template <typename Initiator, typename... More>
journal drive_router(unsigned active, More... more)
{
    scenario what;
    what.build = [&](environment &in) {
        auto &other = in.make<traffic<Initiator>>("traffic", ours, ours_next, active, more...);
        in.subsystem()->add("memory", "gs_memory", {},
                            {{"latency_ns", latency_ps / 1000}, {"dmi_allow", false}});
        in.subsystem()->bind("memory.target_socket", "router.initiator_socket",
                             {{"address", ours}, {"size", 0x2000}});
        in.drive_router("initiator", other.initiator.initiator_socket);
    };
    script &cpu = what.cpus.emplace_back().pause(after_all);
    check_traffic(cpu, ours, ours, ours_next, ours_next);
    cpu.end();
    const outcome guest = run_guest(what);
    EXPECT_EQ(guest.reports, "");
    EXPECT_EQ(guest.code, 0);
    EXPECT_EQ(guest.annotated_ps.at(0), 32 * latency_ps);
    return guest.at(0);
}

TEST(our_router, is_driven_by_lt_initiator)
{
    const journal calls = drive_router<lt_initiator>(1);
    expect_back_to_back(calls);
    expect_takes(calls, latencies{latency_ps, 0, 0});
}

TEST(our_router, is_driven_by_lt_td_initiator)
{
    const journal calls = drive_router<lt_td_initiator>(1);
    expect_back_to_back(calls);
    expect_takes(calls, latencies{latency_ps, 0, 0});
}

// The memory begins with a request when it comes and the response before is over, and responds when its time
// is over.
void expect_response_times(const journal &calls)
{
    uint64_t responses = 0, over_ps = 0;
    std::map<uint64_t, uint64_t> request_ps; // by address

    for (const event &each : calls) {
        EXPECT_EQ(each.elsewhere, 0u) << each;
        if (each.kind == call::forward && each.phase == tlm::BEGIN_REQ) {
            request_ps[each.address] = each.begin_ps;
        } else if (each.kind == call::backward && each.phase == tlm::BEGIN_RESP) {
            responses++;
            EXPECT_EQ(each.begin_ps, std::max(request_ps.at(each.address), over_ps) + latency_ps) << each;
            over_ps = each.end_ps; // of an initiator that says at once when it is over
        } else if (each.kind == call::forward && each.phase == tlm::END_RESP) {
            over_ps = each.begin_ps;
        }
    }
    EXPECT_EQ(count(calls, call::forward, tlm::BEGIN_REQ), traffic<select_initiator>::transactions);
    EXPECT_EQ(responses, traffic<select_initiator>::transactions);
}

// Two at a time, because a generator of one waits for ever where its target keeps a transaction until the
// response is over.
TEST(our_router, is_driven_by_at_initiator_annotated)
{
    expect_response_times(drive_router<at_initiator_annotated>(2, time_of(7001)));
}

TEST(our_router, is_driven_by_at_initiator_explicit)
{
    expect_response_times(drive_router<at_initiator_explicit>(2, time_of(7001)));
}

TEST(our_router, is_driven_by_select_initiator)
{
    expect_response_times(drive_router<select_initiator>(2, time_of(7001)));
}

// --- the quantum ---------------------------------------------------------------------------------------

TEST(global_quantum, is_the_platforms)
{
    scenario what;
    what.quantum_ns = 12345;
    what.build = [](environment &) {};
    what.cpus.emplace_back().pause(1).end();
    EXPECT_EQ(run_guest(what).quantum_ps, 12345000u);
}

// --- mixed endianness ----------------------------------------------------------------------------------

// One with a me_traffic_generator, which reads its commands from the program's input.
class endian_traffic : public sc_core::sc_module
{
  public:
    endian_traffic(const sc_core::sc_module_name &name, unsigned id)
        : sc_module(name), initiator("initiator", id), m_generator("generator", id, 0, next)
    {
        m_generator.request_out_port(m_requests);
        initiator.request_in_port(m_requests);
        initiator.response_out_port(m_responses);
        m_generator.response_in_port(m_responses);
    }

    lt_initiator initiator;

  private:
    me_traffic_generator m_generator;
    sc_core::sc_fifo<tlm::tlm_generic_payload *> m_requests{"requests"}, m_responses{"responses"};
};

std::string content(const std::string &file)
{
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
}

// What the example's own test compares.
std::string marked_lines(const std::string &text)
{
    std::istringstream in(text);
    std::string line, result;

    while (std::getline(in, line)) {
        if (line.find("::") != std::string::npos) {
            result += line.substr(0, line.find_last_not_of(" \r") + 1) + "\n";
        }
    }
    return result;
}

// An initiator of each endianness and a CPU share two targets: they print what the example's log has, and the
// CPU finds the bytes where a little-endian CPU has them.
TEST(lt_mixed_endian, beside_a_cpu)
{
    scenario what;
    what.input = content(MODELS "/lt_mixed_endian/results/input.txt");
    ASSERT_FALSE(what.input.empty());
    what.build = [&](environment &in) {
        auto &bus = in.make<SimpleBusLT<3, 2>>("bus");
        auto &big = in.make<endian_traffic>("big", 101);
        auto &little = in.make<endian_traffic>("little", 102);
        in.reach("cpu", bus.target_socket[0], base, 2 * next);
        in.observe("big", big.initiator.initiator_socket, bus.target_socket[1]);
        in.observe("little", little.initiator.initiator_socket, bus.target_socket[2]);
        in.observe("first", bus.initiator_socket[0],
                   make_target<lt_target>(in, "first", slow).m_memory_socket);
        in.observe("second", bus.initiator_socket[1],
                   make_target<lt_target>(in, "second", slow).m_memory_socket);
    };
    script &cpu = what.cpus.emplace_back();
    exercise(cpu, base + apart);
    cpu.pause(after_all);
    cpu.read(8, base, 0x0706050403020100).read(4, base + 0x20, 0x13579bdf);
    cpu.read(2, base + 0x30, 0xea62)
        .read(2, base + 0x32, 0)
        .read(1, base + 0x41, 0x5a)
        .read(1, base + 0x42, 0);
    cpu.end();
    const outcome guest = run(what);
    EXPECT_EQ(marked_lines(guest.output),
              marked_lines(content(MODELS "/lt_mixed_endian/results/expected.log")));
    const journal calls = guest.at(0);
    ASSERT_EQ(calls.size(), exercises + 6);
    expect_takes(calls, slow);
    expect_takes(guest.at(1), slow);
    expect_takes(guest.at(2), slow);
}

} // namespace
