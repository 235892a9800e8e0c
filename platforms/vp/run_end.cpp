// SPDX-License-Identifier: MIT
#include "run_end.h"

#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/module.h"

#include <iostream>

namespace vp
{

// The streams of a module that a guest's bytes leave.
static std::vector<tk::stream_port *> consoles_of(const tk::module &owner)
{
    std::vector<tk::stream_port *> found;
    for (tk::port *each : owner.ports()) {
        auto *stream = dynamic_cast<tk::stream_port *>(each);
        if (stream && !stream->outside()) {
            found.push_back(stream);
        }
    }
    return found;
}

run_end::run_end(const sc_core::sc_module_name &name, const options &chosen, console_watch &said,
                 const tk::platform &built)
    : sc_module(name), m_chosen(chosen), m_watch(said), m_limit(tk::from_ps(chosen.timeout_sim_ps))
{
    SC_METHOD(look);
    dont_initialize();
    sensitive << m_said << m_asked.event();
    SC_METHOD(set_limit);
    SC_METHOD(sim_time_is_over);
    dont_initialize();
    sensitive << m_over;
    for (const auto &owner : built.modules()) {
        const auto streams = consoles_of(*owner);
        for (tk::stream_port *each : streams) {
            watch(*each, streams.size() == 1 ? owner->full_name() : each->full_name());
        }
    }
    m_watch.check_names();
    if (chosen.until_expected) {
        m_watch.look_early();
    }
}

void run_end::watch(tk::stream_port &console, const std::string &name)
{
    const size_t index = m_watch.add(name);
    console.on_sent([this, index](uint8_t byte) {
        if (m_watch.take(index, byte)) {
            m_said.notify(sc_core::SC_ZERO_TIME);
        }
    });
}

void run_end::wall_time_is_over()
{
    m_wall_is_over = true;
    tk::keeper::instance()->end_turns();
    m_asked.notify();
}

// CPUs stop at an event of SystemC's. Without CPUs there is none of ours, so that a run with nothing left to
// do ends at its last event.
void run_end::set_limit()
{
    if (m_limit != sc_core::SC_ZERO_TIME &&
        tk_timeline_source_count(tk::keeper::instance()->timeline()) > 0) {
        m_over.notify(m_limit);
    }
}

void run_end::sim_time_is_over()
{
    m_say();
    tk::request_exit(exit_timeout_sim, "--timeout-sim " + m_chosen.timeout_sim + " is over");
}

// All vCPUs are idle, no timer is armed, and SystemC has no event.
void run_end::end_starved()
{
    const tk::keeper &keeper = *tk::keeper::instance();

    if (!tk::exit_requested(nullptr) && keeper.starved()) {
        std::cerr
            << keeper.full_name()
            << ": nothing will happen any more: all vCPUs are idle, no QEMU timer is armed, and SystemC has "
               "no event\n"
            << keeper.describe() << std::flush;
        tk::request_exit(exit_internal, "nothing will happen any more");
    }
}

void run_end::let_run()
{
    if (m_limit == sc_core::SC_ZERO_TIME) {
        sc_core::sc_start();
        end_starved();
        return;
    }
    // sc_start(t) does not execute what is due at t.
    sc_core::sc_start(m_limit + tk::from_ps(1), sc_core::SC_EXIT_ON_STARVATION);
    if (sc_core::sc_get_status() != sc_core::SC_STOPPED && sc_core::sc_pending_activity()) {
        if (sc_core::sc_time_stamp() < m_limit) {
            sc_core::sc_start(m_limit - sc_core::sc_time_stamp(), sc_core::SC_RUN_TO_TIME);
        }
        sim_time_is_over();
    }
}

void run_end::look()
{
    if (m_wall_is_over) {
        tk::request_exit(exit_timeout_wall, "--timeout-wall " + m_chosen.timeout_wall + " is over");
        return;
    }
    m_watch.look(false);
    if (m_watch.rejected()) {
        tk::request_exit(exit_unexpected, m_watch.reason());
    } else if (m_chosen.until_expected && m_watch.all_expected()) {
        tk::request_exit(m_chosen.expected_exit);
    }
}

} // namespace vp
