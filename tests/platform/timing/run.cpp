// SPDX-License-Identifier: MIT
#include "run.h"
#include "support/scratch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace timing
{

using test::scratch;

std::string text(uint64_t number)
{
    return std::to_string(number);
}

uint64_t executed_ps(uint64_t instructions, uint64_t rate)
{
    return static_cast<uint64_t>(static_cast<unsigned __int128>(instructions) * 1000000000000u / rate);
}

static void read_records(outcome &result)
{
    std::istringstream in(result.records_text);
    uint64_t time, value;
    unsigned key;
    while (in >> time >> key >> value) {
        result.records[key >> 8][key & 0xff] = value;
    }
}

static generator read_generator(const std::string &from)
{
    generator result;
    std::istringstream lines(from);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream in(line);
        uint64_t first = 0, second = 0;
        in >> first >> second;
        if (in >> result.merged) {
            result.raised = first;
            result.acknowledged = second;
        } else {
            result.rises.push_back({first, static_cast<uint32_t>(second)});
        }
    }
    return result;
}

outcome run(const std::string &spec, const std::function<void(test::program &)> &meanwhile,
            const std::vector<std::string> &options)
{
    const scratch where;
    std::vector<std::string> arguments = {"p.lua", "--stats=stats.json"};
    outcome result;

    std::ofstream(where.file("p.lua")) << "dofile(\"" BOARD "\")\nplatform = board {\n" << spec << "\n}\n";
    arguments.insert(arguments.end(), options.begin(), options.end());
    test::program vp(VP_PROGRAM, arguments, where.path());
    if (meanwhile) {
        meanwhile(vp);
    }
    result.end = vp.finish();
    std::ifstream stats(where.file("stats.json"));
    if (!stats) {
        throw std::runtime_error("exit code " + text(result.end.code) + ", and no statistics:\n" +
                                 result.end.out + result.end.err);
    }
    stats >> result.stats;
    result.records_text = where.read("records");
    read_records(result);
    for (unsigned cpu = 0; cpu < 8; cpu++) {
        const std::string file = "interrupts_" + text(cpu);
        if (std::filesystem::exists(where.file(file))) {
            result.interrupts[cpu] = read_generator(where.read(file));
        }
    }
    std::istringstream(where.read("ticks")) >> result.ticks;
    if (std::filesystem::exists(where.file("run.json"))) {
        result.trace = nlohmann::json::parse(where.read("run.json"));
    }
    std::istringstream pauses(where.read("pauses"));
    for (standstill each{};
         pauses >> each.systemc_ps >> each.global_ps >> each.instructions >> each.rate >> each.moved;) {
        result.pauses.push_back(each);
    }
    return result;
}

std::string outcome::fingerprint(bool waits) const
{
    nlohmann::json simulated = stats;
    std::stringstream all;

    // How often somebody had to wait is the host's affair; what time it was then is not.
    simulated.erase("wall_s");
    for (auto &vcpu : simulated["vcpus"]) {
        if (waits) {
            break;
        }
        vcpu.erase("pauses");
        vcpu.erase("token_holds");
    }
    all << end.code << "\n" << end.out << simulated.dump(1) << "\n" << records_text;
    for (const auto &each : interrupts) {
        for (const rise &one : each.second.rises) {
            all << one.time_ps << " " << one.taken_ns << "\n";
        }
    }
    return all.str();
}

void expect_sound(const outcome &result)
{
    uint64_t slowest = UINT64_MAX;

    ASSERT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    for (const auto &vcpu : result.stats.at("vcpus")) {
        const auto rate = vcpu.at("insn_per_second").get<uint64_t>();
        slowest = std::min(slowest, rate);
        EXPECT_EQ(vcpu.at("local_time_ps").get<uint64_t>() - vcpu.at("idle_ps").get<uint64_t>() -
                      vcpu.at("annotated_ps").get<uint64_t>(),
                  executed_ps(vcpu.at("instructions"), rate))
            << vcpu;
    }
    const uint64_t apart = result.stats.at("quantum_ps").get<uint64_t>() + block_ps(slowest);
    EXPECT_LE(result.stats.at("max_systemc_lag_ps").get<uint64_t>(), apart) << result.stats;
    EXPECT_GE(result.stats.at("global_time_ps").get<uint64_t>(),
              result.stats.at("sim_time_ps").get<uint64_t>())
        << result.stats;
}

} // namespace timing
