// SPDX-License-Identifier: MIT
//
// SystemC as the timeline sees it: a kernel thread that has an event now and then, and does what is posted to
// it.
#ifndef TIMEKEEPER_TESTS_FAKE_SYSTEMC_H
#define TIMEKEEPER_TESTS_FAKE_SYSTEMC_H

#include "fake_qemu.h"
#include "timekeeper/timeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

class fake_systemc
{
  public:
    // Joins the timeline: no vCPU runs before start().
    explicit fake_systemc(tk_timeline *timeline) : m_timeline(timeline)
    {
        tk_timeline_keeper_attach(timeline);
    }
    ~fake_systemc()
    {
        stop();
        tk_timeline_keeper_detach(m_timeline);
    }
    fake_systemc(const fake_systemc &) = delete;
    fake_systemc &operator=(const fake_systemc &) = delete;

    void start()
    {
        m_thread = std::thread([this] { run(); });
    }
    void stop()
    {
        if (m_thread.joinable()) {
            m_stopping = true;
            tk_timeline_keeper_poke(m_timeline);
            m_thread.join();
        }
    }
    // Before start(), or on the kernel's thread.
    void at(uint64_t ps, std::function<void()> action) { m_events.emplace(ps, std::move(action)); }
    // Any thread: done on the kernel's thread, at the time it has then.
    void post(std::function<void()> action)
    {
        {
            std::lock_guard<std::mutex> hold(m_lock);
            m_posted.push_back(std::move(action));
        }
        tk_timeline_keeper_poke(m_timeline);
    }
    // What a vCPU hands to tk_timeline_suspend(): done on the kernel's thread, with the vCPU's local time.
    using request = std::function<void(uint64_t)>;
    // Before start(): called for each change that QEMU makes, on the kernel's thread.
    void on_crossing(std::function<void(const tk_crossing &)> crossed) { m_crossed = std::move(crossed); }
    uint64_t now() const { return m_now; } // on the kernel's thread, or while it stands

    std::atomic<uint64_t> max_lag{0};    // of SystemC behind global time when something happens
    std::atomic<uint64_t> ran_ahead{0};  // how often SystemC was sent further than global time
    std::atomic<uint64_t> steps_back{0}; // how often it was sent back

  private:
    void run()
    {
        while (!m_stopping) {
            tk_keeper_step step{};
            step.now_ps = m_now;
            step.next_ps = m_events.empty() ? TK_NEVER : m_events.begin()->first;
            tk_timeline_keeper_step(m_timeline, &step, true);
            if (step.paused) {
                continue;
            }
            ran_ahead += step.go_ps > tk_timeline_now(m_timeline);
            steps_back += step.go_ps < m_now;
            // as the kernel does: all that happens up to there
            while (!m_events.empty() && m_events.begin()->first <= step.go_ps) {
                const auto action = std::move(m_events.begin()->second);
                m_now = m_events.begin()->first;
                m_events.erase(m_events.begin());
                note_lag();
                action();
            }
            m_now = step.go_ps;
            take_crossings();
            do_posted();
            for (uint64_t local_ps; step.requests > 0; step.requests--) {
                note_lag();
                (*static_cast<request *>(tk_timeline_next_request(m_timeline, &local_ps)))(local_ps);
            }
        }
        do_posted();
    }
    void take_crossings()
    {
        tk_crossing next{};
        while (tk_timeline_take_crossing(m_timeline, m_now, &next)) {
            note_lag();
            m_crossed(next);
        }
    }
    void do_posted()
    {
        std::vector<std::function<void()>> posted;
        {
            std::lock_guard<std::mutex> hold(m_lock);
            posted.swap(m_posted);
        }
        for (const auto &action : posted) {
            note_lag();
            action();
        }
    }
    void note_lag()
    {
        const uint64_t global = tk_timeline_now(m_timeline);
        max_lag = std::max(max_lag.load(), global > m_now ? global - m_now : 0);
    }

    tk_timeline *m_timeline;
    uint64_t m_now = 0;
    std::multimap<uint64_t, std::function<void()>> m_events;
    std::function<void(const tk_crossing &)> m_crossed = [](const tk_crossing &) {};
    std::atomic<bool> m_stopping{false};
    std::mutex m_lock;
    std::vector<std::function<void()>> m_posted;
    std::thread m_thread;
};

// All run until the guests have powered off, and end; SystemC has followed all the way, and never ran ahead.
inline void run_to_power_off(fake_systemc &systemc, fake_qemu &qemu)
{
    systemc.start();
    qemu.start();
    qemu.wait_for_power_off();
    qemu.stop();
    systemc.stop();
    EXPECT_EQ(systemc.ran_ahead, 0u);
    EXPECT_EQ(systemc.steps_back, 0u);
}

#endif
