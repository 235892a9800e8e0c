// SPDX-License-Identifier: MIT
//
// Simulated time held to the host's, on a host whose clock the test moves.
#include "throttle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace
{

constexpr uint64_t ms_ns = 1000000, ms_ps = 1000000000;

class fake_clock : public tk::host_clock
{
  public:
    uint64_t now_ns() override { return m_now; }
    void sleep_until_ns(uint64_t when) override
    {
        m_sleeps.push_back(when - m_now);
        m_now = when;
    }
    void pass(uint64_t ns) { m_now += ns; }
    const std::vector<uint64_t> &sleeps() const { return m_sleeps; }

  private:
    uint64_t m_now = 12345678901234;
    std::vector<uint64_t> m_sleeps;
};

// Lets simulated time go on to `end`, each millisecond of it costing the host `cost_ns`.
void simulate(tk::throttle &throttle, fake_clock &host, uint64_t &now, uint64_t end, uint64_t cost_ns)
{
    throttle.hold(now);
    while (now < end) {
        const uint64_t next = std::min(end, throttle.next_ps(now));
        host.pass((next - now) * cost_ns / ms_ps);
        now = next;
        throttle.hold(now);
    }
}

TEST(throttle, takes_as_long_as_the_hosts_clock_at_any_speed)
{
    for (const uint64_t ppm : {1000000u, 500000u, 4000000u, 123457u, 1u}) {
        fake_clock host;
        tk::throttle throttle(ppm, host);
        uint64_t now = 777;
        const uint64_t begin = host.now_ns(), length = ms_ps * ppm / 1000;
        simulate(throttle, host, now, now + length, 0);
        EXPECT_NEAR(static_cast<double>(host.now_ns() - begin), 1000.0 * ms_ns, 1) << ppm;
        EXPECT_NEAR(throttle.stats().achieved(), static_cast<double>(ppm) / 1e6, 1e-6 * ppm / 1e6);
        EXPECT_EQ(throttle.stats().lost_ns, 0u);
    }
}

TEST(throttle, goes_in_steps_that_do_not_depend_on_the_host)
{
    fake_clock host;
    const tk::throttle throttle(500000, host); // 2 ms of the host's are 1 ms
    EXPECT_EQ(throttle.next_ps(0), ms_ps);
    EXPECT_EQ(throttle.next_ps(1), ms_ps);
    EXPECT_EQ(throttle.next_ps(ms_ps - 1), ms_ps);
    EXPECT_EQ(throttle.next_ps(ms_ps), 2 * ms_ps);
    EXPECT_EQ(throttle.next_ps(UINT64_MAX - 1), UINT64_MAX);
}

TEST(throttle, sleeps_for_no_longer_than_a_step_and_only_for_what_is_left)
{
    fake_clock host;
    tk::throttle throttle(1000000, host);
    uint64_t now = 0;
    simulate(throttle, host, now, 1000 * ms_ps, ms_ns / 2); // half of the time it computes
    EXPECT_EQ(host.sleeps().size(), 500u);
    for (const uint64_t slept : host.sleeps()) {
        EXPECT_EQ(slept, ms_ns);
    }
    EXPECT_EQ(throttle.stats().waited_ns, 500 * ms_ns);
}

TEST(throttle, who_is_a_little_late_catches_up)
{
    fake_clock host;
    tk::throttle throttle(1000000, host);
    uint64_t now = 0;
    simulate(throttle, host, now, 100 * ms_ps, 0);
    host.pass(400 * ms_ns);
    const uint64_t begin = host.now_ns();
    simulate(throttle, host, now, 500 * ms_ps, 0);
    EXPECT_EQ(host.now_ns(), begin);
    simulate(throttle, host, now, 600 * ms_ps, 0);
    EXPECT_EQ(host.now_ns(), begin + 100 * ms_ns);
    EXPECT_EQ(throttle.stats().lost_ns, 0u);
    EXPECT_DOUBLE_EQ(throttle.stats().achieved(), 1);
}

TEST(throttle, what_is_too_much_to_catch_up_is_lost_and_told)
{
    fake_clock host;
    tk::throttle throttle(1000000, host);
    uint64_t now = 0;
    simulate(throttle, host, now, 100 * ms_ps, 0);
    host.pass(900 * ms_ns);
    const uint64_t begin = host.now_ns();
    simulate(throttle, host, now, 200 * ms_ps, 0);
    EXPECT_EQ(host.now_ns(), begin + 100 * ms_ns);
    EXPECT_EQ(throttle.stats().lost_ns, 900 * ms_ns);
    EXPECT_NEAR(throttle.stats().achieved(), 200.0 / 1100, 1e-9);
}

TEST(throttle, who_is_too_slow_never_waits)
{
    fake_clock host;
    tk::throttle throttle(1000000, host);
    uint64_t now = 0;
    simulate(throttle, host, now, 1000 * ms_ps, 3 * ms_ns);
    EXPECT_TRUE(host.sleeps().empty());
    EXPECT_NEAR(throttle.stats().achieved(), 1.0 / 3, 1e-6);
    EXPECT_GT(throttle.stats().lost_ns, 1000 * ms_ns);
}

TEST(throttle, a_pause_does_not_count)
{
    fake_clock host;
    tk::throttle throttle(1000000, host);
    uint64_t now = 0;
    simulate(throttle, host, now, 100 * ms_ps, 0);
    host.pass(60000 * ms_ns);
    throttle.stood();
    const uint64_t begin = host.now_ns();
    simulate(throttle, host, now, 200 * ms_ps, 0);
    EXPECT_EQ(host.now_ns(), begin + 100 * ms_ns);
    EXPECT_EQ(throttle.stats().lost_ns, 0u);
    EXPECT_EQ(throttle.stats().host_ns, 200 * ms_ns);
    EXPECT_DOUBLE_EQ(throttle.stats().achieved(), 1);
}

TEST(throttle, the_longest_time_does_not_overflow)
{
    fake_clock host;
    tk::throttle throttle(1000000000000, host); // a million times real time
    throttle.hold(0);
    throttle.hold(UINT64_MAX);
    EXPECT_EQ(host.sleeps().back(), UINT64_MAX / 1000 / 1000000);
}

} // namespace
