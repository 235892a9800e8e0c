// SPDX-License-Identifier: MIT
//
// QEMU as the icount plugin sees it: the calls of qemu-plugin.h that it looks up, and vCPU threads whose
// loops follow accel/tcg/tcg-accel-ops-mttcg.c and system/cpus.c with our patch. Translated code is a counter
// that is added to and compared, as the plugin asked for when the block was translated.
#ifndef TIMEKEEPER_TESTS_FAKE_EXECUTOR_H
#define TIMEKEEPER_TESTS_FAKE_EXECUTOR_H

#include "timekeeper/timeline.h"

// The header is C's; what it includes has C++ in it.
#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
extern "C" {
#include <qemu-plugin.h>
}

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct qemu_plugin_tb {
    size_t instructions;
    qemu_plugin_vcpu_udata_cb_t at_limit = nullptr;
    void *at_limit_data = nullptr;
};

// One at a time: the plugin's calls reach the one that lives.
class fake_executor
{
  public:
    static constexpr int wait_for_interrupt = 0, power_off = -1;
    static constexpr int longest_block = 32;
    // What a guest does next: executes a block of so many instructions (up to longest_block), or one of the
    // above.
    using program = std::function<int()>;

    // Loads the plugin with these options; it joins the timeline of that name.
    fake_executor(const std::string &timeline, const std::vector<std::string> &options,
                  std::vector<program> guests);
    ~fake_executor();
    fake_executor(const fake_executor &) = delete;
    fake_executor &operator=(const fake_executor &) = delete;

    void start();
    void wait_for_power_off();
    // Any thread.
    void interrupt(unsigned index);
    void queue_work(unsigned index, std::function<void()> work); // async_run_on_cpu: kicks without the BQL
    void arm(int64_t at_ns, std::function<void()> callback);     // called with the BQL held
    int64_t clock_ns() const { return m_ops->clock_ns(m_opaque); }
    uint64_t executed(unsigned index) const { return m_cpus[index]->executed; }
    uint64_t taken(unsigned index) const { return m_cpus[index]->taken; } // interrupts

    // --- for the calls of qemu-plugin.h
    static fake_executor *instance;
    void own_time(const qemu_plugin_time_ops *ops, void *opaque);
    int64_t deadline_ns();
    void run_timers();
    void leave(unsigned index) { m_cpus[index]->exit_request = true; }
    uint64_t *count_of(unsigned index) { return &m_cpus[index]->count; }
    qemu_plugin_vcpu_simple_cb_t vcpu_init = nullptr;
    qemu_plugin_vcpu_tb_trans_cb_t translated = nullptr;
    qemu_plugin_udata_cb_t at_exit = nullptr;
    void *at_exit_data = nullptr;

  private:
    struct cpu {
        unsigned index = 0;
        program guest;
        int left_over = 0; // the block that it was about to execute when it left
        uint64_t count = 0;
        std::atomic<uint64_t> executed{0}, taken{0};
        std::atomic<bool> exit_request{false};
        std::atomic<bool> has_work{false};
        bool halted = false, interrupted = false, off = false, counted = false; // under the BQL
        std::mutex work_lock;
        std::vector<std::function<void()>> work;
        std::thread thread;
    };

    void lock();
    void unlock();
    bool has_nothing_to_execute(const cpu &c) const;
    bool is_idle(const cpu &c) const;
    bool can_run(cpu &c);
    bool held_back(cpu &c, uint32_t ticket);
    void idle_wait(cpu &c, uint32_t ticket);
    void wait(const cpu &c, uint32_t ticket);
    void wait_io_event(cpu &c);
    void take_interrupt(cpu &c);
    void execute(cpu &c);
    void kick(cpu &c);
    void vcpu_thread(cpu &c);

    const qemu_plugin_id_t m_id;
    const qemu_plugin_time_ops *m_ops = nullptr;
    void *m_opaque = nullptr;
    std::mutex m_bql;
    std::condition_variable_any m_changed; // with the BQL: a vCPU joined or powered off
    unsigned m_joined = 0, m_powered_off = 0;
    bool m_stopping = false, m_running = false;
    std::vector<std::unique_ptr<qemu_plugin_tb>> m_blocks;
    std::vector<std::unique_ptr<cpu>> m_cpus;
    std::mutex m_timers_lock;
    std::multimap<int64_t, std::function<void()>> m_timers;
};

#endif
