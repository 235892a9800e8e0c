// SPDX-License-Identifier: MIT
//
// The interrupts in a trace are those that the guest took: their number, and the moment of each.
#include "run.h"

using namespace timing;

namespace
{

// interrupts_test.cpp says why: what may be executed of a block when an interrupt is due, and what the
// handler executes up to its reading of the counter. A CPU at 1 GHz.
constexpr uint64_t longest_block_ns = 20, entry_ns = 24;
constexpr unsigned key_taken = 64;

const std::vector<std::string> traced = {"--trace", "run.json"};

struct event {
    uint64_t at_ps; // by the clock of whoever did it
    nlohmann::json args;
};

// Those of one name, in their order, of the process that has global time.
std::vector<event> events(const nlohmann::json &trace, const std::string &name, const char *clock)
{
    std::vector<event> found;
    for (const nlohmann::json &each : trace.at("traceEvents")) {
        if (each.at("name") == name && each.at("pid") == 1) {
            found.push_back({each.at("args").at(clock), each.at("args")});
        }
    }
    return found;
}

const nlohmann::json &traced_vcpu(const outcome &result, unsigned index)
{
    EXPECT_EQ(result.trace.at("otherData").at("run").at("dropped"), 0);
    return result.trace.at("otherData").at("vcpus").at(index);
}

TEST(traced_interrupts, are_as_many_as_each_cpu_counts)
{
    const outcome result = run("cpus = { { \"timer\", 37000, 2000, 0 }, { \"timer\", 41000, 1500, 1 },\n"
                               "    { \"run\", 1000, 4 } }",
                               nullptr, traced);
    expect_sound(result);
    const std::map<std::string, uint64_t> of_guest = {{"platform.cpu_0", result.records.at(0).at(key_taken)},
                                                      {"platform.cpu_1", result.records.at(1).at(key_taken)},
                                                      {"platform.cpu_2", 0}};
    EXPECT_EQ(of_guest.at("platform.cpu_0"), 2000u);
    EXPECT_EQ(of_guest.at("platform.cpu_1"), 1500u);
    for (unsigned i = 0; i < 3; i++) {
        const nlohmann::json &cpu = traced_vcpu(result, i);
        EXPECT_EQ(cpu.at("interrupts"), of_guest.at(cpu.at("name"))) << cpu.at("name");
    }
    EXPECT_EQ(events(result.trace, "interrupt taken", "local_time_ps").size(), 3500u);
}

// SystemC raises its line; the CPU takes the interrupt at the end of its block at the latest, and what the
// guest then reads is some instructions later.
TEST(traced_interrupts, are_taken_when_they_are_raised_or_a_block_later)
{
    for (const char *sleep : {"0", "1"}) {
        const outcome result =
            run(std::string("cpus = { { \"line\", 500, ") + sleep + " } },\n" +
                    "interrupts = { [0] = { count = 500, least_ns = 10000, most_ns = 20000 } }",
                nullptr, traced);
        expect_sound(result);
        const std::vector<rise> &rises = result.interrupts.at(0).rises;
        const std::vector<event> raised =
                                     events(result.trace, "platform.gic.spi_in_32 raised", "systemc_time_ps"),
                                 taken = events(result.trace, "interrupt taken", "local_time_ps");
        ASSERT_EQ(rises.size(), 500u);
        ASSERT_EQ(raised.size(), rises.size());
        ASSERT_EQ(taken.size(), rises.size());
        EXPECT_EQ(traced_vcpu(result, 0).at("interrupts"), rises.size());
        for (size_t i = 0; i < rises.size(); i++) {
            EXPECT_EQ(raised[i].at_ps, rises[i].time_ps) << i;
            EXPECT_GE(taken[i].at_ps, raised[i].at_ps) << i;
            EXPECT_LE(taken[i].at_ps, raised[i].at_ps + longest_block_ns * 1000) << i;
            const uint32_t entry = rises[i].taken_ns - static_cast<uint32_t>(taken[i].at_ps / 1000);
            EXPECT_GE(entry, 20u) << i;
            EXPECT_LE(entry, entry_ns) << i;
            EXPECT_EQ(taken[i].args.at("handler"), taken[0].args.at("handler")) << "one vector";
        }
    }
}

} // namespace
