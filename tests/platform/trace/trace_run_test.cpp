// SPDX-License-Identifier: MIT
//
// Runs of conf/ with all that a trace leaves: the files open, times fit together, and the figures are those
// of --stats.
#include "support/chrome_trace.h"
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace
{

using nlohmann::json;

using test::scratch;

// The data in a page.
json data_of(const std::string &page)
{
    static const std::string begin = "<script type=\"application/json\" id=\"data\">";
    const size_t from = page.find(begin), until = page.find("</script>", from);
    return json::parse(page.substr(from + begin.size(), until - from - begin.size()));
}

uint64_t number(const json &value)
{
    return value.get<uint64_t>();
}

void expect_sums_are_the_length(const json &trace)
{
    for (const json &cpu : trace["vcpus"]) {
        for (const char *axis : {"ps", "ns"}) {
            const uint64_t sum =
                number(cpu["running"][axis]) + number(cpu["idle"][axis]) + number(cpu["paused"][axis]);
            const char *length = axis[0] == 'p' ? "global_time_ps" : "host_ns";
            EXPECT_EQ(sum, number(trace["run"][length])) << cpu["name"] << ", " << axis;
        }
    }
}

// The sums that the pieces of a lane come to.
std::map<std::string, uint64_t> lane_sums(const json &trace, const json &lane, const std::string &axis)
{
    static const char *const names[] = {"running", "idle", "paused"};
    std::map<std::string, uint64_t> sums;
    const json &begins = lane[axis];
    for (size_t i = 0; i < begins.size(); i++) {
        const uint64_t end = number(i + 1 < begins.size() ? begins[i + 1] : lane["end"][axis]);
        EXPECT_LE(number(begins[i]), end) << "time goes back";
        const int state = lane["state"][i];
        for (size_t s = 0; state == -2 && s < 3; s++) {
            sums[names[s]] += number(lane["mixed"][std::to_string(i)][axis == "ps" ? s : s + 3]);
        }
        if (state >= 0) {
            sums[trace["states"]["vcpu"][static_cast<size_t>(state)]["sum"]] += end - number(begins[i]);
        }
    }
    return sums;
}

void expect_picture_is_the_sums(const json &trace)
{
    for (const json &cpu : trace["vcpus"]) {
        for (const char *axis : {"ps", "ns"}) {
            for (const auto &[name, sum] : lane_sums(trace, cpu["lane"], axis)) {
                EXPECT_EQ(sum, number(cpu[name][axis])) << cpu["name"] << ", " << name << ", " << axis;
            }
        }
    }
}

void expect_figures_of_stats(const json &trace, const json &stats)
{
    const json &run = trace["run"];
    EXPECT_EQ(run["global_time_ps"], stats["global_time_ps"]);
    EXPECT_EQ(run["token_handovers"], stats["token_handovers"]);
    EXPECT_EQ(run["max_skew_ps"], stats["max_skew_ps"]);
    EXPECT_EQ(run["max_systemc_lag_ps"], stats["max_systemc_lag_ps"]);
    // What the records say by themselves.
    EXPECT_EQ(run["traced_handovers"], stats["token_handovers"]);
    EXPECT_EQ(trace["skew"]["max"], stats["max_skew_ps"]);
    EXPECT_EQ(trace["systemc_lag"]["max"], stats["max_systemc_lag_ps"]);
    ASSERT_EQ(trace["vcpus"].size(), stats["vcpus"].size());
    for (const json &of_stats : stats["vcpus"]) {
        const auto cpu = std::find_if(trace["vcpus"].begin(), trace["vcpus"].end(),
                                      [&](const json &each) { return each["name"] == of_stats["name"]; });
        ASSERT_NE(cpu, trace["vcpus"].end()) << of_stats["name"];
        EXPECT_EQ((*cpu)["token"]["count"], of_stats["token_holds"]);
        for (const char *figure : {"insn_per_second", "instructions", "local_time_ps", "idle_ps",
                                   "annotated_ps", "pauses", "token_holds"}) {
            EXPECT_EQ((*cpu)[figure], of_stats[figure]) << figure;
        }
    }
}

void expect_right_vcd(const std::string &text, const json &stats)
{
    std::istringstream lines(text);
    std::string line;
    uint64_t at = 0;
    unsigned signals = 0;
    while (std::getline(lines, line)) {
        if (line[0] == '#') {
            const uint64_t next = std::stoull(line.substr(1));
            EXPECT_GE(next, at);
            at = next;
        }
        signals += line.find("$var") == 0;
    }
    EXPECT_EQ(signals, 2 + 6 * stats["vcpus"].size());
    EXPECT_LE(at, number(stats["sim_time_ps"]));
    EXPECT_GT(at, 0u);
}

void expect_right_table(const std::string &text, const json &trace)
{
    for (const json &cpu : trace["vcpus"]) {
        const std::string row = "vcpu,\"" + cpu["name"].get<std::string>() + "\",\"running\",ps," +
                                std::to_string(number(cpu["running"]["ps"])) + "\n";
        EXPECT_NE(text.find(row), std::string::npos) << row;
    }
}

void expect_all_fits(const scratch &where, const std::string &said)
{
    const json stats = json::parse(where.read("stats.json")), chrome = json::parse(where.read("run.json")),
               page = data_of(where.read("run.html"));
    for (const std::string &each : test::complaints_about_chrome_trace(chrome)) {
        ADD_FAILURE() << each;
    }
    json summary = chrome["otherData"];
    const json &trace = page["trace"];
    EXPECT_EQ(summary["run"], trace["run"]);
    expect_sums_are_the_length(summary);
    expect_picture_is_the_sums(trace);
    expect_right_vcd(where.read("run.vcd"), stats);
    expect_right_table(where.read("run.csv"), summary);
    EXPECT_EQ(page["stats"], stats);
    if (summary["run"]["dropped"] == 0) {
        expect_figures_of_stats(summary, stats);
    } else {
        EXPECT_NE(said.find("records were dropped"), std::string::npos) << said;
    }
}

std::vector<std::string> everything(const scratch &where, const std::string &conf,
                                    const std::vector<std::string> &more = {},
                                    const std::vector<std::string> &endings = {"json", "csv", "vcd"})
{
    std::vector<std::string> all = {std::string(CONF_DIR) + "/" + conf};
    for (const std::string &ending : endings) {
        all.insert(all.end(), {"--trace", where.file("run." + ending)});
    }
    all.insert(all.end(), {"--report", where.file("run.html"), "--stats=" + where.file("stats.json")});
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

TEST(trace, of_smp_fits_together)
{
    const scratch where;
    const test::finished result = test::run(VP_PROGRAM, everything(where, "smp.lua"), where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    expect_all_fits(where, result.err);

    const json page = data_of(where.read("run.html"));
    const json &trace = page["trace"];
    EXPECT_EQ(trace["vcpus"].size(), 4u);
    std::map<std::string, uint64_t> accesses, raised;
    for (const json &each : trace["targets"]) {
        accesses[each["name"]] = number(each["reads"]) + number(each["writes"]);
    }
    for (const json &each : trace["lines"]) {
        raised[each["name"]] = number(each["raised"]);
    }
    EXPECT_GT(accesses["platform.uart"], 100u);
    EXPECT_GT(accesses["platform.timer"], 20u);
    EXPECT_EQ(accesses["platform.exiter"], 1u);
    EXPECT_EQ(raised["platform.gic.spi_in_16"], 20u) << "SystemC's timer expires 20 times";
    EXPECT_GT(number(trace["timer_lateness"]["count"]), 0u);
}

TEST(trace, of_smp_has_the_platform)
{
    const scratch where;
    const test::finished result = test::run(VP_PROGRAM, everything(where, "smp.lua"), where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    const json platform = data_of(where.read("run.html"))["platform"];
    std::map<std::string, json> modules;
    for (const json &each : platform["modules"]) {
        modules[each["name"]] = each;
    }
    EXPECT_EQ(modules["platform.cpu_3"]["kind"], "cpu");
    EXPECT_EQ(modules["platform.gic"]["kind"], "qemu");
    EXPECT_EQ(modules["platform.uart"]["kind"], "systemc");
    const json uart = {
        {"kind", "tlm"},         {"from", "platform.router"},  {"from_port", "initiator_socket"},
        {"to", "platform.uart"}, {"to_port", "target_socket"}, {"address", "0x9000000"},
        {"size", 0x1000}};
    EXPECT_EQ(std::count(platform["bindings"].begin(), platform["bindings"].end(), uart), 1)
        << platform["bindings"];
    const json irq = {{"kind", "signal"},
                      {"from", "platform.uart"},
                      {"from_port", "irq"},
                      {"to", "platform.gic"},
                      {"to_port", "spi_in_1"}};
    EXPECT_EQ(std::count(platform["bindings"].begin(), platform["bindings"].end(), irq), 1);
}

TEST(trace, of_smp_with_turns_fits_together)
{
    const scratch where;
    const test::finished result = test::run(
        VP_PROGRAM, everything(where, "smp.lua", {"-p", "platform.mode=deterministic"}), where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    expect_all_fits(where, result.err);
}

TEST(trace, of_linux_fits_together)
{
    const scratch where;
    const test::finished result = test::run(
        VP_PROGRAM,
        everything(where, "linux-aarch64.lua", {"-p", "platform.cpus=2", "-p", "platform.shell=false"}),
        where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    expect_all_fits(where, result.err);
}

// With one CPU and warped idle time, and with turns, nothing depends on the host: nor on the trace.
static void expect_no_change(const std::string &conf, const std::string &setting,
                             const std::vector<std::string> &endings,
                             const std::vector<std::string> &up_to_the_host)
{
    const scratch where;
    const test::finished without =
        test::run(VP_PROGRAM,
                  {std::string(CONF_DIR) + "/" + conf, "-p", setting, "--stats=" + where.file("plain.json")},
                  where.path());
    const test::finished with =
        test::run(VP_PROGRAM, everything(where, conf, {"-p", setting}, endings), where.path());
    ASSERT_EQ(without.code, 0) << without.err;
    EXPECT_EQ(with.out, without.out);
    json a = json::parse(where.read("plain.json")), b = json::parse(where.read("stats.json"));
    for (json *stats : {&a, &b}) {
        for (const std::string &each : up_to_the_host) {
            EXPECT_EQ(stats->erase(each) + stats->at("vcpus")[0].erase(each), 1u) << each;
        }
    }
    EXPECT_EQ(a, b);
}

TEST(trace, changes_nothing)
{
    expect_no_change("smp.lua", "platform.mode=deterministic", {"json", "csv", "vcd"}, {"wall_s"});
    // Which lane an access takes, and so who waits, is up to the host there.
    expect_no_change("hello.lua", "platform.idle=warp", {"json", "csv"}, {"wall_s", "pauses"});
    // A VCD is written by a process of SystemC's, which runs when a hand-over has been noted: one more that
    // may see a lag.
    expect_no_change("hello.lua", "platform.idle=warp", {"vcd"}, {"wall_s", "pauses", "max_systemc_lag_ps"});
}

TEST(trace, of_the_plugin_alone_fits_together)
{
    const scratch where;
    const std::vector<std::string> arguments = {"-M",
                                                "virt,gic-version=3",
                                                "-cpu",
                                                "cortex-a53",
                                                "-smp",
                                                "2",
                                                "-nographic",
                                                "-nic",
                                                "none",
                                                "-kernel",
                                                COUNT_ELF,
                                                "-plugin",
                                                std::string(ICOUNT_PLUGIN) +
                                                    ",idle=warp,trace=" + where.file("run.json")};
    const test::finished result = test::run_with_plugin(QEMU_SYSTEM, arguments, where.path());
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    const json chrome = json::parse(where.read("run.json"));
    for (const std::string &each : test::complaints_about_chrome_trace(chrome)) {
        ADD_FAILURE() << each;
    }
    expect_sums_are_the_length(chrome["otherData"]);
    ASSERT_EQ(chrome["otherData"]["vcpus"].size(), 2u);
    EXPECT_EQ(chrome["otherData"]["vcpus"][1]["name"], "qemu: CPU 1");
    EXPECT_GT(number(chrome["otherData"]["vcpus"][0]["instructions"]), 0u);
}

TEST(trace, of_the_plugin_is_refused_where_it_cannot_be)
{
    const scratch where;
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {",trace=run.txt", "trace=run.txt: the name says what is written; it must end in .json or .csv"},
        {",timeline=t,trace=run.json",
         "trace=run.json: the timeline t is traced by the program that made it"},
        {",trace=/no/such/folder/run.json", "/no/such/folder/run.json: cannot write the trace"}};
    for (const auto &[options, message] : wrong) {
        const test::finished result = test::run_with_plugin(
            QEMU_SYSTEM,
            {"-M", "virt", "-cpu", "cortex-a53", "-display", "none", "-plugin", ICOUNT_PLUGIN + options},
            where.path());
        EXPECT_NE(result.code, 0);
        EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
    }
}

TEST(trace, is_refused_with_a_name_that_says_nothing)
{
    const scratch where;
    const test::finished result =
        test::run(VP_PROGRAM, {std::string(CONF_DIR) + "/hello.lua", "--trace", "run.txt"}, where.path());
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(
        result.err.find("--trace run.txt: the name says what is written; it ends in .json, .csv or .vcd"),
        std::string::npos)
        << result.err;
}

TEST(trace, file_that_cannot_be_written_ends_the_run_before_it_begins)
{
    const scratch where;
    for (const char *each : {"/no/such/folder/run.json", "/no/such/folder/run.vcd"}) {
        const test::finished result =
            test::run(VP_PROGRAM, {std::string(CONF_DIR) + "/hello.lua", "--trace", each}, where.path());
        EXPECT_EQ(result.code, 3);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(std::string(each) + ": cannot write the trace"), std::string::npos)
            << result.err;
    }
}
