// SPDX-License-Identifier: MIT
//
// Runs of boards that know what time it is, looked at and driven through the monitor.
#include "calibrated.h"
#include "monitored.h"
#include "run.h"

#include <csignal>

using namespace timing;
using nlohmann::json;
using test::crowd;
using test::monitored;

namespace
{

constexpr uint64_t quantum_ps = 100000000, rate = 1000000000;
constexpr uint64_t turns = 250000, stretches = 64;

// One CPU that executes a known number of instructions between two readings of its counter, which counts ns.
std::string one_cpu()
{
    return "quantum_ns = 100000, cpus = { { \"run\", " + text(turns) + ", " + text(stretches) + " } }";
}

const std::vector<std::string> with_monitor = {"--monitor", "0"};
// For who has something to ask before the run is over, however slow the host is.
const std::vector<std::string> waiting_for_monitor = {"--monitor", "0", "--paused"};

void expect_no_jump(const outcome &result)
{
    const auto &readings = result.records.at(0);
    for (unsigned i = 1; i <= stretches; i++) {
        EXPECT_EQ(readings.at(i) - readings.at(i - 1), CALIBRATED_INSNS(turns)) << i;
    }
}

uint64_t time_of(const json &state)
{
    return state["global_time_ps"].get<uint64_t>();
}

TEST(monitored_pause, and_continue_leave_no_jump_in_guest_time)
{
    const outcome plain = run(one_cpu());
    expect_sound(plain);
    unsigned pauses = 0;
    const outcome paused = run(
        one_cpu(),
        [&](test::program &vp) {
            const monitored monitor(vp);
            for (int i = 0; i < 50; i++) {
                const json first = monitor.paused_after("/api/pause");
                if (first.is_null()) {
                    break; // the run was faster
                }
                const json second = monitor.state();
                EXPECT_EQ(time_of(first), time_of(second));
                EXPECT_EQ(first["vcpus"], second["vcpus"]);
                EXPECT_EQ(monitor.post("/api/continue").status, 200);
                pauses++;
            }
        },
        with_monitor);
    expect_sound(paused);
    EXPECT_GT(pauses, 0u);
    expect_no_jump(paused);
    EXPECT_EQ(paused.fingerprint(), plain.fingerprint());
}

TEST(monitored_step, takes_one_quantum_each_time)
{
    const outcome plain = run(one_cpu());
    const outcome stepped = run(
        one_cpu(),
        [&](test::program &vp) {
            const monitored monitor(vp);
            json state = monitor.paused_after("/api/pause");
            ASSERT_FALSE(state.is_null()) << "the run was over before the first request";
            for (int i = 0; i < 20; i++) {
                const uint64_t before = time_of(state);
                state = monitor.paused_after("/api/step");
                ASSERT_FALSE(state.is_null());
                EXPECT_GE(time_of(state), before + quantum_ps);
                EXPECT_LE(time_of(state), before + quantum_ps + block_ps(rate));
                EXPECT_EQ(state["systemc"]["time_ps"].get<uint64_t>(), before + quantum_ps);
            }
            EXPECT_EQ(monitor.post("/api/continue").status, 200);
        },
        waiting_for_monitor);
    expect_sound(stepped);
    expect_no_jump(stepped);
    EXPECT_EQ(stepped.fingerprint(), plain.fingerprint());
}

TEST(monitored_run_until, stops_there)
{
    const outcome result = run(
        one_cpu(),
        [&](test::program &vp) {
            const monitored monitor(vp);
            const json before = monitor.paused_after("/api/pause");
            ASSERT_FALSE(before.is_null());
            const uint64_t end = time_of(before) + 12345678901;
            const json after = monitor.paused_after("/api/run_until", "{\"time_ps\": " + text(end) + "}");
            ASSERT_FALSE(after.is_null());
            EXPECT_EQ(after["systemc"]["time_ps"].get<uint64_t>(), end);
            EXPECT_GE(time_of(after), end);
            EXPECT_LE(time_of(after), end + block_ps(rate));
            EXPECT_EQ(after["run_until_ps"], nullptr);
            EXPECT_EQ(monitor.post("/api/run_until", "{\"time_ps\": " + text(end) + "}").status, 409);
            EXPECT_EQ(monitor.post("/api/continue").status, 200);
            EXPECT_NE(monitor.post("/api/continue").status, 200) << "it is not paused";
        },
        waiting_for_monitor);
    expect_sound(result);
    expect_no_jump(result);
}

// The clock goes on from where it is, at the new rate.
TEST(monitored_rate, changes_at_one_point_in_time)
{
    const outcome result = run(
        one_cpu(),
        [&](test::program &vp) {
            const monitored monitor(vp);
            const json before = monitor.paused_after("/api/pause");
            ASSERT_FALSE(before.is_null());
            EXPECT_EQ(monitor.post("/api/rate", R"({"vcpu": 1, "insn_per_second": 1})").status, 409);
            ASSERT_EQ(monitor.post("/api/rate", R"({"vcpu": 0, "insn_per_second": 250000000})").status, 200);
            const json changed = monitor.state();
            EXPECT_EQ(changed["vcpus"][0]["insn_per_second"], 250000000);
            EXPECT_EQ(changed["vcpus"][0]["local_time_ps"], before["vcpus"][0]["local_time_ps"]);
            const json after = monitor.paused_after("/api/step");
            ASSERT_FALSE(after.is_null());
            const uint64_t executed = after["vcpus"][0]["instructions"].get<uint64_t>() -
                                      before["vcpus"][0]["instructions"].get<uint64_t>();
            const uint64_t passed = after["vcpus"][0]["local_time_ps"].get<uint64_t>() -
                                    before["vcpus"][0]["local_time_ps"].get<uint64_t>();
            EXPECT_EQ(passed, executed * 4000);
            EXPECT_EQ(monitor.post("/api/continue").status, 200);
        },
        waiting_for_monitor);
    EXPECT_EQ(result.end.code, 0);
    EXPECT_EQ(result.of_vcpu(0, "insn_per_second"), 250000000u);
}

TEST(monitored_quantum, changes_what_a_step_is)
{
    const outcome result = run(
        one_cpu(),
        [&](test::program &vp) {
            const monitored monitor(vp);
            const json before = monitor.paused_after("/api/pause");
            ASSERT_FALSE(before.is_null());
            ASSERT_EQ(monitor.post("/api/quantum", R"({"quantum_ps": 7000000})").status, 200);
            const json after = monitor.paused_after("/api/step");
            ASSERT_FALSE(after.is_null());
            EXPECT_EQ(after["quantum_ps"], 7000000);
            EXPECT_EQ(after["systemc"]["time_ps"].get<uint64_t>(), time_of(before) + 7000000);
            EXPECT_EQ(monitor.post("/api/continue").status, 200);
        },
        waiting_for_monitor);
    expect_sound(result);
    EXPECT_EQ(result.stats.at("quantum_ps"), 7000000);
    expect_no_jump(result);
}

// Whoever only looks changes nothing: four CPUs and SystemC do the same to the last figure.
TEST(monitored_deterministic, a_crowd_that_looks_does_not_disturb_it)
{
    const std::string board =
        "mode = \"deterministic\", quantum_ns = 100000, slow = { annotate_ns = 37, wait_ns = 2000 },\n"
        "cpus = { { \"race\", 300, 11 }, { rate = 333333333, \"timer\", 37000, 80, 0 },\n"
        "    { \"access\", 200, 0 }, { rate = 100000000, \"atomics\" } },\n"
        "interrupts = { [0] = { count = 300, least_ns = 100, most_ns = 20000, from_acknowledge = true } }";
    const outcome plain = run(board);
    expect_sound(plain);
    unsigned long answered = 0;
    const outcome looked_at = run(
        board,
        [&](test::program &vp) {
            const monitored monitor(vp);
            crowd many(monitor);
            answered = many.finish();
        },
        with_monitor);
    std::cout << "    " << answered << " requests\n";
    EXPECT_GT(answered, 0u);
    EXPECT_EQ(looked_at.fingerprint(true), plain.fingerprint(true));
}

TEST(monitored_run, with_many_cpus_is_sound_whatever_is_asked)
{
    const outcome result = run(
        "quantum_ns = 100000, slow = { annotate_ns = 37 }, cpus = { { \"race\", 2000, 11 }, { rate = "
        "333333333, "
        "\"timer\", 37000, 200, 1 }, { \"access\", 300, 0 }, { rate = 100000000, \"timer\", 37000, 200, 0 } "
        "},\n"
        "interrupts = { [0] = { count = 2000, least_ns = 100, most_ns = 20000, from_acknowledge = true } }",
        [&](test::program &vp) {
            const monitored monitor(vp);
            crowd many(monitor);
            for (int i = 0; i < 20 && monitor.post("/api/step").status != 0; i++) {
                monitor.post("/api/quantum", "{\"quantum_ps\": " + text(100000000u >> i % 5) + "}");
            }
            monitor.post("/api/continue"); // the last step may be under way: it stands when it is over
            while (!monitor.paused_after("/api/pause").is_null()) {
                if (monitor.post("/api/continue").status == 0) {
                    break;
                }
            }
            many.finish();
        },
        with_monitor);
    ASSERT_EQ(result.end.code, 0) << result.end.out << result.end.err;
    EXPECT_EQ(result.interrupts.at(0).acknowledged, 2000u);
    EXPECT_EQ(result.records.at(1).at(65), 0u) << "no timer came early";
    EXPECT_EQ(result.of_vcpu(2, "annotated_ps"), 300u * 37000u);
}

TEST(monitored_usr1, says_why_it_is_stuck_and_goes_on)
{
    const outcome result = run(
        one_cpu(),
        [](test::program &vp) {
            const monitored monitor(vp);
            ASSERT_FALSE(monitor.paused_after("/api/pause").is_null()); // there is a vCPU by now
            kill(vp.pid(), SIGUSR1);
            EXPECT_TRUE(vp.wait_for_error("Why is it stuck?"));
            EXPECT_TRUE(vp.wait_for_error("platform.cpu_0"));
            EXPECT_EQ(monitor.post("/api/continue").status, 200);
        },
        waiting_for_monitor);
    expect_sound(result);
    expect_no_jump(result);
}

TEST(monitored_run, ends_while_it_is_paused)
{
    const outcome result = run(
        one_cpu(),
        [](test::program &vp) {
            const monitored monitor(vp);
            ASSERT_FALSE(monitor.paused_after("/api/pause").is_null());
            kill(vp.pid(), SIGTERM);
        },
        waiting_for_monitor);
    EXPECT_EQ(result.end.code, 128 + SIGTERM);
}

// The factor changes nothing but how long it takes. Whether it has to wait for that is up to the host:
// throttle_test has a host of its own.
TEST(throttled_run, is_the_same_run)
{
    for (const char *board : {"idle = \"wallclock\"", "idle = \"warp\""}) {
        const std::string spec = std::string(board) + ", cpus = { { \"timer\", 37000, 100, 0 } }";
        const outcome fast = run(spec, nullptr, {"-p", "platform.speed=1000"});
        const outcome slow = run(spec, nullptr, {"-p", "platform.speed=0.5"});
        expect_sound(fast);
        expect_sound(slow);
        EXPECT_EQ(slow.stats.at("throttle").at("speed"), 0.5);
        EXPECT_EQ(fast.records, slow.records);
    }
}

// All sleep for good, and nobody outside can wake them: the run ends, throttled or not.
TEST(throttled_run, with_nothing_left_ends)
{
    const outcome result =
        run("cpus = { { \"none\" }, { off = true, \"none\" } }", nullptr, {"-p", "platform.speed=100"});
    EXPECT_EQ(result.end.code, 3);
    EXPECT_NE(result.end.err.find("nothing will happen any more"), std::string::npos) << result.end.err;
}

} // namespace
