// SPDX-License-Identifier: MIT
//
// The sockets of tlm_utils, initiators and targets, in every width: a CPU drives a target socket of each
// kind, and behind it an initiator socket of each kind drives a router of ours.
#include "assertions.h"
#include "models.h"

#include <gtest/gtest.h>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/passthrough_target_socket.h>

using namespace conformance;

namespace
{

constexpr uint64_t takes_ps = 3001; // of a bridge

template <unsigned Width>
struct simple_target {
    template <typename Module>
    using socket = tlm_utils::simple_target_socket<Module, Width>;
    static constexpr bool numbered = false;
};
template <unsigned Width>
struct passthrough_target {
    template <typename Module>
    using socket = tlm_utils::passthrough_target_socket<Module, Width>;
    static constexpr bool numbered = false;
};
template <unsigned Width>
struct multi_target {
    template <typename Module>
    using socket = tlm_utils::multi_passthrough_target_socket<Module, Width>;
    static constexpr bool numbered = true;
};
template <unsigned Width>
struct simple_initiator {
    template <typename Module>
    using socket = tlm_utils::simple_initiator_socket<Module, Width>;
    static constexpr bool numbered = false;
};
template <unsigned Width>
struct multi_initiator {
    template <typename Module>
    using socket = tlm_utils::multi_passthrough_initiator_socket<Module, Width>;
    static constexpr bool numbered = true;
};

// From the one socket to the other, with a time of its own.
template <typename Target, typename Initiator>
class bridge : public sc_core::sc_module
{
  public:
    explicit bridge(const sc_core::sc_module_name &name) : sc_module(name)
    {
        if constexpr (Target::numbered) {
            target.register_b_transport(this, &bridge::numbered_b_transport);
        } else {
            target.register_b_transport(this, &bridge::b_transport);
        }
    }

    typename Target::template socket<bridge> target{"target"};
    typename Initiator::template socket<bridge> initiator{"initiator"};
    unsigned calls = 0;

  private:
    void numbered_b_transport(int, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        b_transport(payload, delay);
    }

    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        calls++;
        delay += time_of(takes_ps);
        if constexpr (Initiator::numbered) {
            initiator[0]->b_transport(payload, delay);
        } else {
            initiator->b_transport(payload, delay);
        }
    }
};

constexpr uint64_t base = 0x10000000, apart = 0x10000;

// CPU, router, bridge number `number`, router, memory. The second router has the memory at offset 0 of each
// bridge's window.
template <typename Target, typename Initiator>
void add_bridge(environment &in, unsigned number)
{
    auto &between = in.make<bridge<Target, Initiator>>(("bridge_" + std::to_string(number)).c_str());
    in.subsystem()->bind("router.initiator_socket", between.target,
                         {{"address", base + number * apart}, {"size", apart}});
    in.subsystem()->bind("behind.target_socket", between.initiator);
}

template <unsigned Width>
void drive()
{
    scenario what;
    what.build = [](environment &in) {
        in.subsystem()->add("behind", "router");
        in.subsystem()->add("memory", "gs_memory", {}, {{"dmi_allow", false}});
        in.subsystem()->bind("memory.target_socket", "behind.initiator_socket",
                             {{"address", 0}, {"size", apart}});
        add_bridge<simple_target<Width>, simple_initiator<Width>>(in, 0);
        add_bridge<passthrough_target<Width>, simple_initiator<Width>>(in, 1);
        add_bridge<multi_target<Width>, simple_initiator<Width>>(in, 2);
        add_bridge<simple_target<Width>, multi_initiator<Width>>(in, 3);
        add_bridge<passthrough_target<Width>, multi_initiator<Width>>(in, 4);
        add_bridge<multi_target<Width>, multi_initiator<Width>>(in, 5);
    };
    script &cpu = what.cpus.emplace_back();
    for (unsigned number = 0; number < 6; number++) {
        exercise(cpu, base + number * apart);
    }
    // All lead to the same memory.
    cpu.write(8, base, 0x1122334455667788).read(8, base + 5 * apart, 0x1122334455667788);
    cpu.end();
    const outcome guest = run_guest(what);
    EXPECT_EQ(guest.reports, "");
    EXPECT_EQ(guest.code, 0);
    EXPECT_EQ(guest.annotated_ps.at(0), (6 * exercises + 2) * takes_ps);
    EXPECT_EQ(guest.local_ps.at(0),
              guest.instructions.at(0) * (1000000000000 / what.insn_per_second) + guest.annotated_ps.at(0));
}

TEST(sockets_of_tlm_utils, of_width_8)
{
    drive<8>();
}

TEST(sockets_of_tlm_utils, of_width_16)
{
    drive<16>();
}

TEST(sockets_of_tlm_utils, of_width_32)
{
    drive<32>();
}

TEST(sockets_of_tlm_utils, of_width_64)
{
    drive<64>();
}

TEST(sockets_of_tlm_utils, of_width_128)
{
    drive<128>();
}

TEST(sockets_of_tlm_utils, of_width_256)
{
    drive<256>();
}

TEST(sockets_of_tlm_utils, of_width_512)
{
    drive<512>();
}

} // namespace
