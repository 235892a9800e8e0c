// SPDX-License-Identifier: MIT
//
// What the timeline tells a trace, while threads run: the figures of both are the same.
#include "fake_qemu.h"
#include "support/scratch.h"
#include "test_timeline.h"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace
{

class traced_timeline : public test_timeline
{
  public:
    explicit traced_timeline(const std::string &file = "")
    {
        const tk_trace_config config{};
        EXPECT_EQ(tk_trace_new(&config, &m_trace), TK_OK);
        EXPECT_TRUE(file.empty() || tk_trace_file(m_trace, file.c_str()) == TK_OK);
        EXPECT_EQ(tk_trace_start(m_trace), TK_OK);
        tk_timeline_trace(*this, m_trace);
    }
    ~traced_timeline() { tk_trace_free(m_trace); }

    // No thread of a source may run any more.
    nlohmann::json end()
    {
        std::vector<tk_vcpu_info> vcpus(TK_VCPUS_MAX);
        tk_trace_figures figures{};
        tk_timeline_trace(*this, nullptr);
        tk_timeline_figures(*this, &figures, vcpus.data());
        EXPECT_EQ(tk_trace_close(m_trace, &figures), TK_OK);
        char *text = tk_trace_digest(m_trace, nullptr);
        const nlohmann::json digest = nlohmann::json::parse(text);
        free(text);
        return digest;
    }

  private:
    tk_trace *m_trace = nullptr;
};

} // namespace

TEST(tracer, has_the_figures_of_the_timeline)
{
    traced_timeline timeline;
    fake_qemu qemu(timeline);
    for (unsigned i = 0; i < 3; i++) {
        qemu.add(ghz, [&, i, sleeps = 0, blocks = 0]() mutable -> int {
            if (++blocks % 7 != 0) {
                return 11;
            }
            if (++sleeps > 200) {
                return fake_qemu::power_off;
            }
            qemu.arm(static_cast<int64_t>(timeline.now() / ns) + 100 * (1 + static_cast<int64_t>(i)),
                     [&qemu, i] { qemu.interrupt(i); });
            return fake_qemu::wait_for_interrupt;
        });
    }
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    const nlohmann::json trace = timeline.end();
    const nlohmann::json &run = trace["run"];
    tk_stats stats{};
    tk_timeline_stats(timeline, &stats);

    ASSERT_EQ(run["dropped"], 0);
    EXPECT_EQ(run["traced_handovers"], stats.token_handovers);
    EXPECT_EQ(trace["skew"]["max"], stats.max_skew_ps);
    ASSERT_EQ(trace["vcpus"].size(), 3u);
    for (const nlohmann::json &cpu : trace["vcpus"]) {
        const unsigned index = cpu["index"];
        EXPECT_EQ(cpu["name"].get<std::string>().find("qemu: CPU "), 0u);
        EXPECT_EQ(cpu["token"]["count"], timeline.info(index).token_holds);
        EXPECT_GT(cpu["reports"], 0);
        EXPECT_GE(cpu["kicks"], 200);
        for (const char *axis : {"ps", "ns"}) {
            const uint64_t sum = cpu["running"][axis].get<uint64_t>() + cpu["idle"][axis].get<uint64_t>() +
                                 cpu["paused"][axis].get<uint64_t>();
            EXPECT_EQ(sum, run[axis[0] == 'p' ? "global_time_ps" : "host_ns"]);
        }
    }
    EXPECT_GT(trace["timer_lateness"]["count"], 0);
}

TEST(tracer, tells_why_a_vcpu_is_held_back)
{
    traced_timeline timeline;
    test_source source(timeline);
    const unsigned vcpu = source.add();
    ASSERT_FALSE(source.hold(vcpu));
    tk_timeline_pause(timeline);
    source.counter(0) += 100;
    EXPECT_FALSE(tk_timeline_end_of_quantum(timeline, vcpu));
    tk_timeline_continue(timeline);
    EXPECT_TRUE(tk_timeline_may_run(timeline, vcpu));
    const nlohmann::json trace = timeline.end();
    const nlohmann::json &states = trace["vcpus"][0]["states"];
    EXPECT_EQ(states[TK_TRACE_OFF]["count"], 1);
    EXPECT_EQ(states[TK_TRACE_RUNNING]["count"], 2);
    EXPECT_EQ(states[TK_TRACE_FROZEN]["count"], 1);
    EXPECT_EQ(trace["vcpus"][0]["instructions"], 100);
}

// By the vCPU's own clock, although global time was published last when it was let go.
TEST(tracer, has_the_moment_at_which_an_interrupt_is_taken)
{
    const test::scratch where;
    traced_timeline timeline(where.file("run.json"));
    test_source source(timeline);
    const unsigned vcpu = source.add();
    ASSERT_FALSE(source.hold(vcpu));
    source.counter(0) += 100;
    tk_timeline_interrupted(timeline, vcpu, 0x280);
    source.counter(0) += 23;
    tk_timeline_interrupted(timeline, vcpu, 0x380);
    EXPECT_EQ(timeline.end()["vcpus"][0]["interrupts"], 2);

    std::vector<std::pair<uint64_t, uint64_t>> taken; // of global time
    const nlohmann::json file = nlohmann::json::parse(where.read("run.json"));
    for (const nlohmann::json &each : file["traceEvents"]) {
        if (each["name"] == "interrupt taken" && each["pid"] == 1) {
            taken.emplace_back(each["args"]["local_time_ps"], each["args"]["handler"]);
        }
    }
    EXPECT_EQ(taken, (std::vector<std::pair<uint64_t, uint64_t>>{{100 * ns, 0x280}, {123 * ns, 0x380}}));
}

TEST(tracer, lets_others_be_told_of_hand_overs_too)
{
    traced_timeline timeline;
    test_source source(timeline);
    unsigned told = 0;
    tk_timeline_trace_handovers(
        timeline, [](void *opaque, const tk_handover *) { ++*static_cast<unsigned *>(opaque); }, &told);
    const unsigned vcpu = source.add();
    EXPECT_FALSE(source.hold(vcpu));
    EXPECT_EQ(told, 1u);
    EXPECT_EQ(timeline.end()["vcpus"][0]["token"]["count"], 1);
}
