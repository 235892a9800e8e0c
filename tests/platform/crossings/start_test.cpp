// SPDX-License-Identifier: MIT
//
// sc_start(T) returns when SystemC stands at T, whatever the CPUs do, and no CPU is past T by more than a
// block. sc_pause(), sc_stop() and the starvation policies do what IEEE 1666-2023 says
// (4.3.4.2, 4.5.2, 4.5.3).
#include "stores.h"

#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/keeper.h"

#include <gtest/gtest.h>

#include <tlm_utils/simple_target_socket.h>

#include <functional>

using namespace crossings;

namespace
{

constexpr uint64_t block_ps = 512 * ns, slow_base = 0x0a700000;

uint64_t now_ps()
{
    return sc_core::sc_time_stamp().value();
}

uint64_t global_ps()
{
    return tk_timeline_now(tk::keeper::instance()->timeline());
}

void start_for(uint64_t ps, sc_core::sc_starvation_policy policy = sc_core::SC_RUN_TO_TIME)
{
    sc_core::sc_start(sc_core::sc_time::from_value(ps), policy);
}

core computes()
{
    core cpu;
    cpu.does.store(0x7fffffff, exiter_base, 0); // for 4 s
    return cpu;
}

core sleeps()
{
    return {};
}

// A target that takes its time.
class slow_target : public sc_core::sc_module
{
  public:
    slow_target(const sc_core::sc_module_name &name, uint64_t takes_ps)
        : sc_module(name), m_takes_ps(takes_ps)
    {
        socket.register_b_transport(this, &slow_target::b_transport);
    }
    tlm_utils::simple_target_socket<slow_target> socket{"socket"};
    std::vector<uint64_t> begins, ends;

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        begins.push_back(now_ps() + delay.value());
        wait(delay + sc_core::sc_time::from_value(m_takes_ps));
        delay = sc_core::SC_ZERO_TIME;
        ends.push_back(now_ps());
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    const uint64_t m_takes_ps;
};

// Does something at one time.
class timed_action : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(timed_action);
    timed_action(const sc_core::sc_module_name &name, uint64_t at_ps, std::function<void()> does)
        : sc_module(name), m_at_ps(at_ps), m_does(std::move(does))
    {
        SC_THREAD(run);
    }

  private:
    void run()
    {
        wait(sc_core::sc_time::from_value(m_at_ps));
        m_does();
    }
    const uint64_t m_at_ps;
    const std::function<void()> m_does;
};

class start : public testing::TestWithParam<const char *>
{
  protected:
    start() { tk::register_installed_models(); }
    static tk::settings settings(uint64_t quantum_ns = 100000)
    {
        return {{"quantum_ns", quantum_ns}, {"mode", GetParam()}, {"idle", "warp"}};
    }
};

} // namespace

TEST_P(start, returns_at_its_time_while_cpus_compute)
{
    const auto s = soc({computes()}, settings());
    for (uint64_t i = 1; i <= 3; i++) {
        start_for(ms);
        EXPECT_EQ(now_ps(), i * ms);
        EXPECT_GE(global_ps(), i * ms);
        EXPECT_LE(global_ps(), i * ms + block_ps);
        EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    }
}

TEST_P(start, returns_at_its_time_while_several_compute_and_sleep)
{
    const auto s = soc({computes(), sleeps(), computes()}, settings());
    for (uint64_t i = 1; i <= 20; i++) {
        start_for(33333 * ns);
        EXPECT_EQ(now_ps(), i * 33333 * ns);
        EXPECT_LE(global_ps(), i * 33333 * ns + block_ps) << "no CPU is past the end";
    }
    EXPECT_GE(global_ps(), 20 * 33333 * ns);
}

TEST_P(start, returns_at_its_time_while_a_cpu_sleeps)
{
    const auto s = soc({sleeps()}, settings());
    for (uint64_t i = 1; i <= 3; i++) {
        start_for(ms);
        EXPECT_EQ(now_ps(), i * ms);
        EXPECT_EQ(global_ps(), i * ms);
        EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    }
}

TEST_P(start, of_a_picosecond_returns_a_picosecond_later)
{
    const auto s = soc({computes()}, settings());
    start_for(777 * ns);
    for (uint64_t i = 1; i <= 3000; i++) {
        start_for(1);
        ASSERT_EQ(now_ps(), 777 * ns + i);
    }
    EXPECT_LE(global_ps(), 780 * ns + block_ps);
}

TEST_P(start, of_zero_runs_what_is_to_do_now_and_lets_no_time_pass)
{
    const auto s = soc({computes()}, settings());
    start_for(0);
    start_for(50 * us);
    for (int i = 0; i < 10; i++) {
        start_for(0);
        ASSERT_EQ(now_ps(), 50 * us);
    }
    start_for(50 * us);
    EXPECT_EQ(now_ps(), 100 * us);
}

TEST_P(start, returns_in_the_middle_of_a_transaction)
{
    core cpu;
    const uint64_t first = cpu.does.store(10, slow_base, 1);
    cpu.does.store(0, slow_base, 2);
    const auto s = soc({cpu}, settings());
    slow_target slow("slow", 5 * ms);
    s->bind("router.initiator_socket", slow.socket, {{"address", slow_base}, {"size", 0x1000}});
    for (uint64_t i = 1; i <= 12; i++) {
        start_for(ms);
        ASSERT_EQ(now_ps(), i * ms);
    }
    EXPECT_EQ(slow.begins, (std::vector<uint64_t>{first, first + 5 * ms + 8 * ns}));
    EXPECT_EQ(slow.ends, (std::vector<uint64_t>{first + 5 * ms, first + 10 * ms + 8 * ns}));
}

TEST_P(start, of_many_pieces_is_one_run)
{
    core cpu;
    const uint64_t end = cpu.does.store(100000, exiter_base, 7);
    const auto s = soc({cpu}, settings());
    uint64_t pieces = 0;
    for (; !tk::exit_requested(nullptr); pieces++) {
        ASSERT_LT(pieces, 100000u);
        start_for(1 + pieces * 997 % 7919 * 100);
    }
    int code = 0;
    EXPECT_TRUE(tk::exit_requested(&code));
    EXPECT_EQ(code, 7);
    EXPECT_GT(pieces, 100u);
    EXPECT_LE(now_ps(), end + block_ps);
    EXPECT_GE(now_ps() + 100000 * ns, end) << "the exiter's access may come a quantum early, with a delay";
}

TEST_P(start, ends_at_sc_pause_and_the_next_goes_on)
{
    const auto s = soc({computes(), sleeps()}, settings());
    const timed_action pauses("pauses", 300 * us, [] { sc_core::sc_pause(); });
    start_for(ms);
    EXPECT_EQ(now_ps(), 300 * us);
    EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    EXPECT_LE(global_ps(), 400 * us + block_ps) << "at most a quantum ahead";
    start_for(ms);
    EXPECT_EQ(now_ps(), 1300 * us);
}

TEST_P(start, ends_at_sc_stop)
{
    const auto s = soc({computes()}, settings());
    const timed_action stops("stops", 300 * us, [] { sc_core::sc_stop(); });
    start_for(ms);
    EXPECT_EQ(now_ps(), 300 * us);
    EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_STOPPED);
}

// Nothing is armed, and all sleep.
TEST_P(start, that_starves_returns_where_nothing_is_left)
{
    const auto s = soc({sleeps()}, settings());
    const timed_action last("last", 300 * us, [] {});
    sc_core::sc_start();
    EXPECT_EQ(now_ps(), 300 * us);
    EXPECT_TRUE(tk::keeper::instance()->starved());
    EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED) << "nothing has stopped the simulation";
    EXPECT_NE(tk::keeper::instance()->describe().find("idle"), std::string::npos);

    start_for(ms, sc_core::SC_EXIT_ON_STARVATION);
    EXPECT_EQ(now_ps(), 300 * us);
    EXPECT_TRUE(tk::keeper::instance()->starved());

    start_for(ms, sc_core::SC_RUN_TO_TIME);
    EXPECT_EQ(now_ps(), 1300 * us);
    EXPECT_EQ(global_ps(), 1300 * us);
    EXPECT_FALSE(tk::keeper::instance()->starved());
}

TEST_P(start, with_exit_on_starvation_runs_to_its_time_while_a_cpu_computes)
{
    const auto s = soc({computes()}, settings());
    start_for(ms, sc_core::SC_EXIT_ON_STARVATION);
    EXPECT_EQ(now_ps(), ms);
    EXPECT_FALSE(tk::keeper::instance()->starved());
}

// The longest and the shortest of both.
TEST_P(start, does_not_depend_on_the_quantum)
{
    const auto s = soc({computes(), computes()}, settings(100000000));
    for (uint64_t i = 1; i <= 10; i++) {
        start_for(123456);
        EXPECT_EQ(now_ps(), i * 123456);
        EXPECT_LE(global_ps(), i * 123456 + block_ps);
    }
}

INSTANTIATE_TEST_SUITE_P(mode, start, testing::Values("parallel", "deterministic"),
                         [](const auto &each) { return std::string(each.param); });
