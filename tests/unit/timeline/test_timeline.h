// SPDX-License-Identifier: MIT
//
// A timeline, and a source whose vCPUs are driven call by call.
#ifndef TIMEKEEPER_TESTS_TEST_TIMELINE_H
#define TIMEKEEPER_TESTS_TEST_TIMELINE_H

#include "timekeeper/timeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

constexpr uint64_t ns = 1000, us = 1000 * ns, ms = 1000 * us;
constexpr uint64_t ghz = 1000000000; // one instruction takes 1 ns

class test_timeline
{
  public:
    static tk_timeline_config config(tk_idle_mode idle, uint64_t quantum_ps = us)
    {
        tk_timeline_config result{};
        result.quantum_ps = quantum_ps;
        result.min_window_ps = quantum_ps / 100;
        result.deadlines = true;
        result.idle = idle;
        return result;
    }
    explicit test_timeline(tk_idle_mode idle = TK_IDLE_WARP, uint64_t quantum_ps = us,
                           const char *name = nullptr)
        : test_timeline(config(idle, quantum_ps), name)
    {
    }
    explicit test_timeline(const tk_timeline_config &chosen, const char *name = nullptr)
    {
        EXPECT_EQ(tk_timeline_create(name, &chosen, &m_timeline), TK_OK);
    }
    ~test_timeline() { tk_timeline_release(m_timeline); }
    test_timeline(const test_timeline &) = delete;
    test_timeline &operator=(const test_timeline &) = delete;

    operator tk_timeline *() const { return m_timeline; }
    uint64_t now() const { return tk_timeline_now(m_timeline); }
    tk_vcpu_info info(unsigned vcpu) const
    {
        tk_vcpu_info result{};
        EXPECT_EQ(tk_timeline_vcpu_info(m_timeline, vcpu, &result), TK_OK);
        return result;
    }

    // The vCPU waits for SystemC, which takes that with take_request().
    void suspend(unsigned vcpu) { tk_timeline_suspend(m_timeline, vcpu, this); }
    // As SystemC does: the next vCPU's local time.
    uint64_t take_request()
    {
        uint64_t local_ps = 0;
        EXPECT_EQ(tk_timeline_next_request(m_timeline, &local_ps), this);
        return local_ps;
    }

  private:
    tk_timeline *m_timeline = nullptr;
};

// The host's clock as the test has it.
struct fake_host {
    std::atomic<uint64_t> now_ns{1000 * ms}; // it does not begin at 0
    tk_timeline_config config()
    {
        tk_timeline_config result = test_timeline::config(TK_IDLE_WALLCLOCK);
        result.host_ns = [](void *opaque) -> uint64_t { return static_cast<fake_host *>(opaque)->now_ns; };
        result.host_opaque = this;
        return result;
    }
};

// Runs, has one timer, and counts what it is asked.
class test_source
{
  public:
    explicit test_source(tk_timeline *timeline, const char *name = "qemu") : m_timeline(timeline)
    {
        EXPECT_EQ(tk_timeline_source_add(timeline, name, &ops, this, &m_index), TK_OK);
        tk_timeline_source_running(timeline, m_index, true);
    }

    operator unsigned() const { return m_index; }
    // A vCPU with a counter of its own; it executes as soon as it has been asked to hold.
    unsigned add(uint64_t rate = ghz)
    {
        unsigned vcpu = TK_VCPUS_MAX;
        m_counters.push_back(std::make_unique<uint64_t>(0));
        EXPECT_EQ(tk_timeline_vcpu_add(m_timeline, m_index, static_cast<unsigned>(m_counters.size() - 1),
                                       rate, m_counters.back().get(), &vcpu),
                  TK_OK);
        return vcpu;
    }
    bool hold(unsigned vcpu)
    {
        return tk_timeline_hold(m_timeline, vcpu, tk_timeline_ticket(m_timeline, vcpu));
    }
    uint64_t &counter(size_t i) { return *m_counters[i]; }
    void arm(int64_t at_ns)
    {
        timer_ns = at_ns;
        tk_timeline_timer_armed(m_timeline, m_index);
    }

    std::atomic<int64_t> timer_ns{-1};
    std::atomic<int> fired{0};
    std::atomic<int> left{0}; // how often a vCPU was told to leave its loop
    std::function<void()> on_timer = [this] { timer_ns = -1; };

  private:
    static void run_timers(void *opaque)
    {
        auto *self = static_cast<test_source *>(opaque);
        self->fired++;
        self->on_timer();
    }
    static int64_t deadline_ns(void *opaque) { return static_cast<test_source *>(opaque)->timer_ns; }
    static void leave(void *opaque, unsigned) { static_cast<test_source *>(opaque)->left++; }
    static constexpr tk_source_ops ops = {run_timers, deadline_ns, leave};

    tk_timeline *m_timeline;
    unsigned m_index = TK_SOURCES_MAX;
    std::vector<std::unique_ptr<uint64_t>> m_counters;
};

#endif
