// SPDX-License-Identifier: MIT
//
// The monitor's side of the running simulation: what it shows, and what it changes.
//
// Looking takes the timeline's lock for a moment, at most a hundred times a second, however many ask; it
// touches nothing of SystemC's, and changes nothing. Changes are carried out by a SystemC process, one after
// the other, at the simulated time at which SystemC comes to them (async_event).
#ifndef PLATFORMS_VP_MONITOR_SIMULATION_H
#define PLATFORMS_VP_MONITOR_SIMULATION_H

#include "api.h"
#include "register_target.h"
#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/keeper.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vp
{

class simulation : private sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(simulation);
    // In elaboration, when the platform is built.
    simulation(const sc_core::sc_module_name &name, tk::keeper &keeper);

    // What tells the page what happened (tracing::report()); any thread. In elaboration.
    void set_report(std::function<std::string()> report) { m_make_report = std::move(report); }
    // A component whose registers may be looked at. In elaboration.
    void add(const components::register_target &component);
    // The run begins paused. In elaboration.
    void begin_paused() { stop(); }
    // For api.h; `opaque` is this. Any thread.
    api_simulation for_api();
    // False: the timeline's lock cannot be had, which is a bug of ours.
    bool look(run_view &view);
    // "Why is it stuck?" on stderr. Any thread, also when nothing moves.
    void print_why();

  private:
    struct order {
        api_command what;
        api_outcome outcome = API_DONE;
        std::string message;
        bool held = false; // the simulation was paused, so that it is served
        bool done = false;
    };

    static bool on_look(void *opaque, run_view *view);
    static bool on_registers(void *opaque, void (*one)(void *, const api_component *), void *context,
                             uint64_t *at_ps);
    static char *on_report(void *opaque);
    static api_outcome on_change(void *opaque, const api_command *command, char *message, size_t size);

    bool borrow_systemc();
    bool look_anew(run_view &view);
    void learn_names();
    api_outcome change(const api_command &command, std::string &message);
    bool wait_until_it_stands();
    void serve();
    void carry_out(order &each);
    void stop();
    void go_on();
    void run_until(order &each, uint64_t ps);
    void step(order &each);
    void set_rate(order &each);
    void arrive();
    void end_of_simulation() override;

    tk::keeper &m_keeper;
    tk::async_event m_asked{"asked"};
    sc_core::sc_event m_until{"until"};

    std::vector<const components::register_target *> m_components;
    std::mutex m_registers_lock; // one at a time borrows SystemC

    std::mutex m_orders_lock;
    std::condition_variable m_served;
    std::deque<std::shared_ptr<order>> m_orders;
    bool m_over = false; // the run

    // SystemC's thread changes these.
    std::atomic<bool> m_paused{false};
    std::atomic<uint64_t> m_run_until_ps{TK_NEVER};

    std::function<std::string()> m_make_report;
    std::mutex m_report_lock;
    std::string m_report; // the last one
    uint64_t m_report_ns = 0;

    std::mutex m_view_lock;
    run_view m_view{}; // the last look
    bool m_has_view = false;
    std::deque<std::string> m_names; // what m_view's names point to: they stay
};

} // namespace vp

#endif
