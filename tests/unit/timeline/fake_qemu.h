// SPDX-License-Identifier: MIT
//
// QEMU as the timeline sees it: a thread for each vCPU that executes blocks or waits for an interrupt, a big
// lock (BQL), kicks, timers, and the source's own thread. Its loops follow system/cpus.c and the icount
// plugin.
#ifndef TIMEKEEPER_TESTS_FAKE_QEMU_H
#define TIMEKEEPER_TESTS_FAKE_QEMU_H

#include "timekeeper/timeline.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

class fake_qemu
{
  public:
    static constexpr int wait_for_interrupt = 0, power_off = -1;
    // What the guest does next: executes a block of that many instructions, or one of the above. Without the
    // BQL.
    using program = std::function<int()>;

    explicit fake_qemu(tk_timeline *timeline, const char *name = "qemu");
    ~fake_qemu();
    fake_qemu(const fake_qemu &) = delete;
    fake_qemu &operator=(const fake_qemu &) = delete;

    // Before start(). The index is QEMU's.
    unsigned add(uint64_t insn_per_second, program guest);
    // All vCPUs join the timeline, then the machine runs.
    void start();
    void run(bool running);
    // Until all guests have powered off.
    void wait_for_power_off();
    // Ends all threads, whatever they wait for.
    void stop();

    // Any thread.
    void interrupt(unsigned index);
    void arm(int64_t at_ns, std::function<void()> callback); // called with the BQL held
    // What a vCPU's program does with the BQL held.
    void with_lock(const std::function<void()> &work)
    {
        lock();
        work();
        unlock();
    }
    unsigned source() const { return m_source; }
    unsigned vcpu(unsigned index) const { return m_cpus[index]->vcpu; }
    uint64_t executed(unsigned index) const { return m_cpus[index]->executed; }

  private:
    struct cpu {
        unsigned index = 0, vcpu = 0;
        uint64_t insn_per_second = 0;
        program guest;
        uint64_t counter = 0;
        std::atomic<uint64_t> executed{0};
        std::atomic<bool> exit_request{false};
        // under the BQL
        bool halted = false, interrupted = false, off = false, counted = false;
        std::condition_variable_any halt_cond;
        std::thread thread;
    };

    static void run_timers(void *opaque);
    static int64_t deadline_ns(void *opaque);
    static void leave(void *opaque, unsigned index);
    static const tk_source_ops ops;

    void lock();
    void unlock();
    bool is_idle(const cpu &c) const;
    void kick(cpu &c);
    void vcpu_thread(cpu &c);
    void wait_io_event(cpu &c);
    bool held_back(cpu &c, uint32_t ticket);
    void execute(cpu &c);

    tk_timeline *m_timeline;
    unsigned m_source = 0;
    std::mutex m_bql;
    std::condition_variable_any m_changed; // with the BQL: a vCPU joined or powered off
    unsigned m_joined = 0, m_powered_off = 0;
    bool m_started = false, m_stopping = false;
    std::vector<std::unique_ptr<cpu>> m_cpus;
    std::thread m_source_thread;
    std::mutex m_timers_lock;
    std::multimap<int64_t, std::function<void()>> m_timers;
};

#endif
