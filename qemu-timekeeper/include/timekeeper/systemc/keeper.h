// SPDX-License-Identifier: MIT
//
// The keeper ties SystemC's kernel to the timeline. It is one process of the kernel: when nothing is left to
// do at the current time, it tells the timeline when SystemC's next event is (that grants vCPUs a window up
// to there), waits until the vCPUs have come that far, and lets SystemC go on. So SystemC never passes a vCPU
// that executes, and its processes run while all vCPUs are within a quantum.
//
// Loop: instructions -> local clocks -> global time -> step() returns -> SystemC advances -> next event ->
// window -> budgets -> instructions.
#ifndef TIMEKEEPER_SYSTEMC_KEEPER_H
#define TIMEKEEPER_SYSTEMC_KEEPER_H

#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/crossing.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/stats.h"
#include "timekeeper/timeline.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tk
{

// Exact: SystemC's resolution is 1 ps.
uint64_t to_ps(const sc_core::sc_time &time);
// Exact, as to_ps().
sc_core::sc_time from_ps(uint64_t ps);

class kernel_suspension;
class throttle;

class keeper : public module, public stats_source
{
  public:
    SC_HAS_PROCESS(keeper);
    // `context`: the platform's top table, whose parameters are the keeper's.
    keeper(const sc_core::sc_module_name &name, module_context &context);
    // In the C++ form, as a member of a model before its first tk::qemu_instance, which makes one otherwise:
    // tk::keeper keeper{"keeper", {{"quantum_ns", 100000}, {"mode", "deterministic"}}}. `values`: the
    // parameters below. Throws config_error at `file`:`line`. Elaboration only.
    explicit keeper(const sc_core::sc_module_name &name, const settings &values = {},
                    const char *file = __builtin_FILE(), int line = __builtin_LINE());
    ~keeper() override;

    // The one of this simulation; nullptr if there is none.
    static keeper *instance();

    // What it keeps; lives as long as the keeper.
    tk_timeline *timeline() const { return m_timeline; }
    // By which a plugin joins it: its option `timeline`.
    const std::string &timeline_name() const { return m_timeline_name; }
    // True: idle time is skipped. From elaboration on, any thread.
    bool warps() const;
    // "block" or "instruction": the plugin's option.
    const std::string &counting() const { return m_counting.get(); }
    // Another quantum from now on, ps, > 0. Any thread.
    bool set_quantum(uint64_t quantum_ps);
    // True in deterministic mode.
    bool deterministic() const { return m_mode.get() == "deterministic"; }
    // Holds simulated time to `speed` times the host's, unless the parameter `speed` says another factor.
    // Elaboration only.
    void limit_speed(double speed);
    // The factor; 0: as fast as it goes. And whether SystemC's kernel is held back for that just now: any
    // thread.
    double speed() const;
    // True: SystemC's kernel waits for the host's clock just now. Any thread.
    bool held_back() const;

    // Pause and continue of the whole simulation, SystemC's processes and CPUs alike. Any thread, SystemC's
    // processes too, with no lock of QEMU's or the timeline's held. pause() returns at once: CPUs stop at
    // their next block, SystemC does what is left to do at its present time and then waits in the keeper.
    // When stands() says so, no time passes, and no transaction begins. What the host brings meanwhile
    // (async_event: a key, a signal that ends the run) is seen at that time. Pauses are counted: as many
    // resume() let it go on, from where it was. With SystemC 3 its kernel is suspended meanwhile, and who
    // suspends the kernel (sc_suspend_all) pauses the CPUs. In a platform without CPUs SystemC's time is its
    // own, and goes on.
    void pause();
    bool resume(); // false: it is not paused
    // It is paused, and all have stopped. Any thread.
    bool stands() const;
    // For who ends the run from outside (a signal, a limit on the host's time), before he asks for it by an
    // async_event: it is seen whatever the CPUs do. In deterministic mode a CPU that executes nothing (a loop
    // of exceptions whose vectors cannot be fetched) would keep the turn, and SystemC would wait for ever:
    // there this is a pause that nobody ends. Where the run ends depends on the host then, as the asking
    // does. Any thread, no lock held.
    void end_turns();

    // Somebody who hands transactions over from another thread: `event` fires on SystemC's side after post(),
    // when SystemC has come as far as the timeline allows.
    class client
    {
      public:
        // Joins the keeper. Elaboration only.
        explicit client(keeper &owner);
        ~client();
        client(const client &) = delete;
        client &operator=(const client &) = delete;
        void post(); // any thread, no lock
        // `settled` is called each time when nothing is left to do at the current time, before SystemC waits
        // for vCPUs: the moment for what lets a vCPU go on, after open_window().
        void on_settled(std::function<void()> settled) { m_settled = std::move(settled); }
        // Notified when it was asked for; wait for it in SystemC.
        const sc_core::sc_event &event() const { return m_event; }
        // A debugger's way in: `looked` is called on SystemC's thread after look(), where that waits: without
        // a process, time, or a turn, so only to look at what there is.
        void on_look(std::function<void()> looked) { m_looked = std::move(looked); }
        void look(); // any thread, no lock

      private:
        friend class keeper;
        keeper &m_owner;
        sc_core::sc_event m_event;
        std::atomic<bool> m_posted{false};
        std::function<void()> m_settled, m_looked;
    };

    // Tells vCPUs how far they may run, if that has not been done yet at the current time. In `settled`.
    void open_window();

    // A vCPU's transaction.
    class request
    {
      public:
        // The vCPU waits for SystemC from now on. As tk_timeline_suspend(): its thread.
        void ask(tk_timeline *timeline, unsigned vcpu) { tk_timeline_suspend(timeline, vcpu, this); }
        // SystemC has come as far as the timeline allows, and works on it. `local_ps`: where the vCPU is. In
        // a process of SystemC's that may not wait; `over`: the simulation is, and no process runs any more.
        virtual void taken(uint64_t local_ps, bool over) = 0;

      protected:
        ~request() = default;
    };
    // It is over at end_ps. True: the vCPU has its next budget, see tk_timeline_restart(). In `settled`.
    bool answer(unsigned vcpu, uint64_t end_ps);
    // The simulation is over: nobody waits for a process to take requests any more.
    void take_all();

    // A transaction, or a change that QEMU makes, is delivered now: for the statistics. SystemC's thread.
    void note_delivery();
    // QEMU, which is `source` of the timeline, changes `target` to `value`: crossing_target::cross().
    void cross(unsigned source, crossing_target &target, uint64_t value);

    // Nothing was left to happen when SystemC's kernel last ran: all vCPUs were idle, no timer of QEMU's was
    // armed, SystemC had no event, and no external_input was open. sc_start() returns then, as IEEE 1666 says
    // of starvation; the next one goes on, and what it brings may start all again. SystemC's thread.
    bool starved() const { return m_starved; }
    // What each vCPU does and waits for: lines of text. Any thread.
    std::string describe() const;
    // SystemC's process is about to access QEMU. After starvation QEMU's time goes to SystemC's first, and
    // the keeper keeps it again. SystemC's thread.
    void rouse();

    // The timeline's indices of the vCPUs and their names, in the platform's order; complete when time
    // begins. Any thread.
    std::vector<std::pair<unsigned, std::string>> vcpu_names() const;
    // Names vCPU `index` of the timeline, for the statistics, which have the vCPUs in the order of these
    // calls.
    void name_vcpu(unsigned index, const std::string &name);

    // Interrupt lines from SystemC into a QEMU, for a trace: numbered in the order of these calls, in
    // elaboration; note_line() when one has changed, on SystemC's thread.
    unsigned name_line(const std::string &name);
    // Their names, by number.
    const std::vector<std::string> &lines() const { return m_lines; }
    // Line `line` has this level now. SystemC's thread.
    void note_line(unsigned line, bool level);

    uint64_t max_systemc_lag_ps() const { return m_max_lag_ps; } // any thread
    run_stats stats() const override;

  private:
    void run();
    bool begin();
    uint64_t min_window_ps() const;
    uint64_t next_event_ps() const;
    uint64_t next_stop_ps(uint64_t now_ps, uint64_t next_ps) const;
    bool step();
    bool stand();
    bool go_on();
    void look_at_pause();
    static void on_look(void *self);
    void dispatch(const sc_core::sc_time &delay, const tk_keeper_step &step);
    bool take_next(bool over);
    void take_requests();
    void start_begins();
    bool take_crossing();
    void note_lag(uint64_t systemc_ps, uint64_t global_ps);
    void start_of_simulation() override;
    void end_of_simulation() override;

    param<uint64_t> m_quantum_ns{
        *this,
        "quantum_ns",
        1000000,
        "ns",
        "the quantum: how far apart two clocks may be; smaller is more exact, larger is faster",
        {1, UINT64_C(3600000000000)}};
    param<std::string> m_idle{
        *this,
        "idle",
        "auto",
        "",
        "what time does when all vCPUs are idle: 'wallclock' follows the host, 'warp' goes "
        "straight to the next event, 'auto' is wallclock when a terminal is attached",
        {"auto", "wallclock", "warp"}};
    param<std::string> m_mode{
        *this,
        "mode",
        "parallel",
        "",
        "'parallel': CPUs and SystemC execute at the same time; 'deterministic': one at a "
        "time, in an order that does not depend on the host",
        {"parallel", "deterministic"}};
    param<std::string> m_counting{
        *this,
        "counting",
        "block",
        "",
        "instructions are counted when their block begins ('block'), or each when it "
        "begins ('instruction'): exact always, and slower",
        {"block", "instruction"}};
    param<bool> m_deadlines{
        *this, "deadlines", true, "",
        "true: vCPUs stop at SystemC's next event; false: they may be a quantum past it, and run faster"};
    param<uint64_t> m_min_window_ns{
        *this,
        "min_window_ns",
        0,
        "ns",
        "vCPUs are not stopped more often than this for SystemC's events; 0: 1 % of the "
        "quantum",
        {0, UINT64_C(3600000000000)}};
    param<double> m_speed{*this,
                          "speed",
                          0,
                          "",
                          "how many times the host's time simulated time is at most: 1 is real time, and "
                          "idle time passes as fast, "
                          "whatever `idle` says; 0: as fast as it goes",
                          {0, 1e6}};
    // Has run() look again. Unlike async_event it calls no waker: the timeline's lock is held.
    class rouser : public sc_core::sc_prim_channel
    {
      public:
        explicit rouser(sc_core::sc_event &again) : sc_prim_channel("rouser"), m_again(again) {}
        void rouse() { async_request_update(); }

      private:
        void update() override { m_again.notify(sc_core::SC_ZERO_TIME); }
        sc_core::sc_event &m_again;
    };

    async_event m_pause_asked{"pause_asked"};
    sc_core::sc_event m_pause_here{"pause_here"};
    sc_core::sc_event m_again{"again"}; // when run() looks next
    rouser m_rouser{m_again};
    uint64_t m_now_ps = 0, m_next_ps = 0; // SystemC's time and its next event, in a step
    bool m_window_open = false;
    unsigned m_requests = 0;                                     // of vCPUs, to be taken at m_target
    sc_core::sc_time m_target;                                   // where SystemC is on its way to
    const std::thread::id m_kernel = std::this_thread::get_id(); // SystemC's
    std::string m_timeline_name;
    tk_timeline *m_timeline = nullptr;
    std::vector<client *> m_clients;
    std::vector<std::pair<unsigned, std::string>>
        m_vcpu_names; // the timeline's index, in the platform's order
    mutable std::mutex m_names_lock;
    std::atomic<uint64_t> m_quantum_ps{0}; // the present one
    std::unique_ptr<throttle> m_throttle;  // nullptr: as fast as it goes
    std::unique_ptr<kernel_suspension> m_suspension;
    std::atomic<unsigned> m_pauses{0}; // pause() without its resume()
    std::vector<std::string> m_lines;
    std::atomic<uint64_t> m_max_lag_ps{0}; // written by SystemC's thread
    bool m_runs = false;                   // there are vCPUs to keep
    bool m_starved = false;
    bool m_quiet = false; // nothing was left to do at the current time when run() last looked
};

} // namespace tk

#endif
