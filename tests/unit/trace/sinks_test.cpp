// SPDX-License-Identifier: MIT
//
// A run by hand: two vCPUs, the token goes from one to the other, a transaction, a line, a timer.
#include "scratch.h"
#include "support/chrome_trace.h"

#include <map>
#include <vector>

namespace
{

using nlohmann::json;

constexpr uint64_t end_ns = 1000, end_ps = 10000000;

void a_run(test_trace &trace)
{
    tk_trace_name_vcpu(trace, 0, "a \"big\" one");
    tk_trace_rename(trace, "qemu: CPU 1", "little");
    tk_trace_name_vcpu(trace, 1, "qemu: CPU 1");
    tk_trace_name_region(trace, 0x1000, 0x1fff, "uart");
    const unsigned line = tk_trace_name_line(trace, "gic.spi_in_1");
    trace.at(100, 0);
    trace.emit(TK_TRACE_STATE, 0, TK_TRACE_RUNNING);
    trace.emit(TK_TRACE_TOKEN, 0, TK_HANDOVER_WAKE, TK_TRACE_NOBODY);
    trace.at(200, 1000000);
    trace.emit(TK_TRACE_STATE, 1, TK_TRACE_RUNNING, 1000000);
    trace.emit(TK_TRACE_REPORT, 0, 0, 1000, 300);
    trace.emit(TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_RUNS, 1000000, 2000000);
    trace.emit(TK_TRACE_LAG, 0, 0, 77);
    trace.at(300, 2000000);
    trace.emit_since(290, TK_TRACE_ACCESS, 0, 4 | TK_TRACE_WRITE, 0x1004);
    trace.emit(TK_TRACE_STATE, 0, TK_TRACE_IN_ACCESS, 2000000);
    trace.emit(TK_TRACE_LINE, line, 1);
    trace.emit(TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_WAITS, 2000000, TK_NEVER);
    trace.at(400, 3000000);
    trace.emit(TK_TRACE_STATE, 0, TK_TRACE_RUNNING, 2500000);
    trace.emit_since(290, TK_TRACE_ACCESSED, 0, 4 | TK_TRACE_WRITE, 0x1004, 500000);
    trace.at(410, 3020000);
    trace.emit_since(405, TK_TRACE_ACCESSED, 0, 2, 0x1008, 20000);
    trace.at(420, 3020000);
    trace.emit_since(409, TK_TRACE_ACCESSED, 0, 8 | TK_TRACE_ERROR, 0x1000, 30000);
    trace.at(500, 4000000);
    trace.emit(TK_TRACE_STATE, 0, TK_TRACE_IDLE, 4000000);
    trace.emit(TK_TRACE_TOKEN, 1, TK_HANDOVER_IDLE, 0);
    trace.emit(TK_TRACE_TIMERS, 0, 0, 3999000);
    trace.emit(TK_TRACE_KICK, 0, 0);
    trace.emit(TK_TRACE_INTERRUPT, 1, 0, 4100000, 0x40000280);
    trace.emit(TK_TRACE_REPORT, 1, 0, 500, 0);
    trace.at(end_ns, end_ps);
}

tk_trace_figures figures(const std::vector<tk_vcpu_info> &vcpus)
{
    tk_trace_figures result{};
    result.global_ps = end_ps;
    result.quantum_ps = 5000000;
    result.max_systemc_lag_ps = 77;
    result.stats.token_handovers = 1;
    result.stats.max_skew_ps = 300;
    result.vcpu_count = static_cast<unsigned>(vcpus.size());
    result.vcpus = vcpus.data();
    return result;
}

} // namespace

TEST(sinks, digest_has_sums_on_both_axes)
{
    test_trace trace;
    a_run(trace);
    const std::vector<tk_vcpu_info> vcpus(2);
    const tk_trace_figures last = figures(vcpus);
    ASSERT_EQ(tk_trace_close(trace, &last), TK_OK);
    const json digest = trace.digest();

    EXPECT_EQ(digest["format"], 1);
    EXPECT_EQ(digest["run"]["complete"], true);
    EXPECT_EQ(digest["run"]["global_time_ps"], end_ps);
    EXPECT_EQ(digest["run"]["host_ns"], end_ns);
    EXPECT_EQ(digest["run"]["traced_handovers"], 1);
    const json &big = digest["vcpus"][0], &little = digest["vcpus"][1];
    EXPECT_EQ(big["name"], "a \"big\" one");
    EXPECT_EQ(little["name"], "little");
    EXPECT_EQ(big["running"], json({{"ps", 3000000}, {"ns", 300}}));
    EXPECT_EQ(big["idle"], json({{"ps", 6000000}, {"ns", 600}}));
    EXPECT_EQ(big["paused"], json({{"ps", 1000000}, {"ns", 100}}));
    EXPECT_EQ(little["idle"], json({{"ps", 1000000}, {"ns", 200}})) << "it was off";
    EXPECT_EQ(big["token"], json({{"ps", 4000000}, {"ns", 400}, {"count", 1}}));
    EXPECT_EQ(big["kicks"], 1);
    EXPECT_EQ(big["interrupts"], 0);
    EXPECT_EQ(little["interrupts"], 1);
    EXPECT_EQ(digest["skew"]["max"], 300);
    EXPECT_EQ(digest["systemc_lag"]["max"], 77);
    EXPECT_EQ(digest["timer_lateness"]["max"], 1000);
    EXPECT_EQ(digest["systemc"]["states"][TK_TRACE_SC_RUNS]["ps"], 1000000);
    ASSERT_EQ(digest["targets"].size(), 1u);
    EXPECT_EQ(digest["targets"][0]["name"], "uart");
    EXPECT_EQ(digest["targets"][0]["reads"], 2);
    EXPECT_EQ(digest["targets"][0]["writes"], 1);
    EXPECT_EQ(digest["targets"][0]["bytes"], 14);
    EXPECT_EQ(digest["targets"][0]["errors"], 1);
    EXPECT_EQ(digest["targets"][0]["sum"], json({{"ps", 550000}, {"ns", 126}}));
    EXPECT_EQ(digest["targets"][0]["longest"], json({{"ps", 500000}, {"ns", 110}}));
    EXPECT_EQ(digest["lines"][0]["raised"], 1);
}

TEST(sinks, chrome_file_is_right)
{
    const scratch where;
    test_trace trace;
    ASSERT_EQ(tk_trace_file(trace, where.file("run.json").c_str()), TK_OK);
    a_run(trace);
    const std::vector<tk_vcpu_info> vcpus(2);
    const tk_trace_figures last = figures(vcpus);
    ASSERT_EQ(tk_trace_close(trace, &last), TK_OK);
    const json file = json::parse(where.read("run.json"));

    for (const std::string &each : test::complaints_about_chrome_trace(file)) {
        ADD_FAILURE() << each;
    }
    EXPECT_EQ(file["otherData"]["run"]["host_ns"], end_ns);
    std::map<std::string, std::vector<json>> slices, of_host; // of global time, and the host's, by name
    std::vector<json> taken;
    unsigned arrows = 0;
    for (const json &each : file["traceEvents"]) {
        if (each["ph"] == "X") {
            (each["pid"] == 1 ? slices : of_host)[each["name"]].push_back(each);
        }
        arrows += each["ph"] == "s";
        if (each["name"] == "interrupt taken") {
            taken.push_back(each);
        }
    }
    ASSERT_EQ(taken.size(), 2u) << "one, on two axes";
    EXPECT_EQ(taken[0]["args"]["local_time_ps"], 4100000);
    EXPECT_EQ(taken[0]["args"]["handler"], 0x40000280);
    EXPECT_DOUBLE_EQ(taken[0]["ts"], 4.0);
    EXPECT_DOUBLE_EQ(taken[1]["ts"], 0.5);
    EXPECT_EQ(arrows, 2u) << "one hand-over, on two axes";
    ASSERT_EQ(slices["write 4 to uart"].size(), 1u);
    EXPECT_DOUBLE_EQ(slices["write 4 to uart"][0]["ts"], 2.0);
    EXPECT_EQ(slices["write 4 to uart"][0]["args"]["address"], 0x1004);
    EXPECT_DOUBLE_EQ(of_host["write 4 to uart"][0]["ts"], 0.29) << "before it was told";
    EXPECT_DOUBLE_EQ(of_host["write 4 to uart"][0]["dur"], 0.11);
    ASSERT_EQ(slices["read 2 from uart"].size(), 1u) << "one record";
    EXPECT_DOUBLE_EQ(slices["read 2 from uart"][0]["ts"], 3.0);
    EXPECT_DOUBLE_EQ(slices["read 2 from uart"][0]["dur"], 0.02);
    EXPECT_DOUBLE_EQ(of_host["read 2 from uart"][0]["dur"], 0.005);
    EXPECT_DOUBLE_EQ(of_host["read 8 from uart"][0]["ts"], 0.41) << "not before the one before is over";
    EXPECT_EQ(slices["running"].size(), 3u);
    EXPECT_EQ(slices["paused: in a transaction"].size(), 1u);
    EXPECT_EQ(slices["a \"big\" one"].size(), 1u) << "its hold of the token";
}

TEST(sinks, table_of_sums_has_a_figure_a_line)
{
    const scratch where;
    test_trace trace;
    ASSERT_EQ(tk_trace_file(trace, where.file("run.csv").c_str()), TK_OK);
    a_run(trace);
    ASSERT_EQ(tk_trace_close(trace, nullptr), TK_OK);
    const std::string text = where.read("run.csv");

    EXPECT_EQ(text.find("what,name,figure,unit,value\n"), 0u);
    EXPECT_NE(text.find("vcpu,\"a \"\"big\"\" one\",\"running\",host ns,300\n"), std::string::npos) << text;
    EXPECT_NE(text.find("vcpu,\"little\",\"interrupts taken\",,1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("target,\"uart\",\"writes\",,1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("histogram,\"skew\",\"greatest\",ps,300\n"), std::string::npos) << text;
}

TEST(sinks, empty_run_has_right_files)
{
    const scratch where;
    test_trace trace;
    ASSERT_EQ(tk_trace_file(trace, where.file("run.json").c_str()), TK_OK);
    ASSERT_EQ(tk_trace_file(trace, where.file("run.csv").c_str()), TK_OK);
    ASSERT_EQ(tk_trace_close(trace, nullptr), TK_OK);
    EXPECT_EQ(test::complaints_about_chrome_trace(json::parse(where.read("run.json"))),
              std::vector<std::string>{});
    EXPECT_NE(where.read("run.csv").find("records"), std::string::npos);
}

TEST(sinks, file_that_cannot_be_written_is_named)
{
    const scratch where;
    test_trace trace;
    EXPECT_EQ(tk_trace_file(trace, where.file("no/such/folder.json").c_str()), TK_EINVAL);
    EXPECT_NE(std::string(tk_trace_error(trace)).find("folder.json: cannot write the trace: No such file"),
              std::string::npos)
        << tk_trace_error(trace);
    EXPECT_EQ(tk_trace_file(trace, where.file("run.txt").c_str()), TK_EINVAL);
    EXPECT_NE(std::string(tk_trace_error(trace)).find("must end in .json or .csv"), std::string::npos);
}

TEST(sinks, full_disk_is_told)
{
    test_trace trace;
    const scratch where;
    std::filesystem::create_symlink("/dev/full", where.file("run.json"));
    ASSERT_EQ(tk_trace_file(trace, where.file("run.json").c_str()), TK_OK);
    a_run(trace);
    EXPECT_EQ(tk_trace_close(trace, nullptr), TK_EINVAL);
    EXPECT_NE(std::string(tk_trace_error(trace)).find("run.json: cannot write the trace"), std::string::npos);
}

TEST(sinks, access_that_is_not_over_is_seen_but_not_counted)
{
    const scratch where;
    test_trace trace;
    ASSERT_EQ(tk_trace_file(trace, where.file("run.json").c_str()), TK_OK);
    trace.at(100, 0);
    trace.emit_since(100, TK_TRACE_ACCESS, 0, 4, 0x1000);
    trace.emit(TK_TRACE_STATE, 0, 4711, 0);
    trace.at(500, 0);
    ASSERT_EQ(tk_trace_close(trace, nullptr), TK_OK);
    EXPECT_TRUE(trace.digest()["targets"].empty());
    const json file = json::parse(where.read("run.json"));
    EXPECT_EQ(test::complaints_about_chrome_trace(file), std::vector<std::string>{});
    std::vector<double> lengths;
    for (const json &each : file["traceEvents"]) {
        if (each["name"] == "read 4 from elsewhere") {
            lengths.push_back(each["dur"]);
        }
    }
    EXPECT_EQ(lengths, (std::vector<double>{0, 0.4})) << "of global time, and of the host's";
}
