// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/keeper.h"

#include "timekeeper/systemc/async.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace tk
{

TK_SERVICE("keeper", keeper, "ties SystemC's kernel to the timeline: the quantum, and what idle time does");

static keeper *s_instance;

uint64_t to_ps(const sc_core::sc_time &time)
{
    return time.value(); // the keeper's constructor has checked that the resolution is 1 ps
}

sc_core::sc_time from_ps(uint64_t ps)
{
    return sc_core::sc_time::from_value(ps);
}

keeper *keeper::instance()
{
    return s_instance;
}

// --- life --------------------------------------------------------------------------------------------

static void poke(void *timeline)
{
    tk_timeline_keeper_poke(static_cast<tk_timeline *>(timeline));
}

bool keeper::warps() const
{
    return deterministic() || m_idle.get() == "warp" ||
           (m_idle.get() == "auto" && !external_input::interactive());
}

keeper::keeper(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context), m_timeline_name(context.config().full_name())
{
    SC_THREAD(run);
    if (context.describing()) {
        return;
    }
    if (s_instance) {
        throw std::logic_error("there is a keeper already");
    }
    if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_PS)) {
        fail("SystemC's time resolution is " + sc_core::sc_get_time_resolution().to_string(),
             "it must be 1 ps");
    }
    if (deterministic() && m_idle.get() == "wallclock") {
        fail("idle = \"wallclock\" makes time depend on the host",
             "mode = \"deterministic\" needs idle = \"warp\", or \"auto\"");
    }
    tk_timeline_config config{};
    config.deterministic = deterministic();
    config.quantum_ps = m_quantum_ns * TK_PS_PER_NS;
    config.min_window_ps = m_min_window_ns ? m_min_window_ns * TK_PS_PER_NS : config.quantum_ps / 100;
    config.deadlines = m_deadlines;
    config.idle = TK_IDLE_WARP;
    const int error = tk_timeline_create(m_timeline_name.c_str(), &config, &m_timeline);
    if (error) {
        fail(std::string("cannot make the timeline: ") + tk_strerror(error));
    }
    tk_timeline_keeper_attach(m_timeline);
    s_instance = this;
}

keeper::~keeper()
{
    if (s_instance == this) {
        if (m_runs) {
            set_kernel_waker(nullptr, nullptr);
        }
        tk_timeline_keeper_detach(m_timeline);
        tk_timeline_release(m_timeline);
        s_instance = nullptr;
    }
}

void keeper::start_of_simulation()
{
    // Now all back ends have been made, and it is known whether one is a terminal.
    tk_timeline_set_idle(m_timeline, warps() ? TK_IDLE_WARP : TK_IDLE_WALLCLOCK);
}

// The run is over: whose transaction is answered now, for QEMU to stop, must not execute what comes after it.
void keeper::end_of_simulation()
{
    tk_timeline_freeze(m_timeline, true);
}

// --- clients -----------------------------------------------------------------------------------------

keeper::client::client(keeper &owner) : m_owner(owner), m_event("posted")
{
    m_owner.m_clients.push_back(this);
}

keeper::client::~client()
{
    auto &all = m_owner.m_clients;
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

void keeper::client::post()
{
    m_posted.store(true);
    tk_timeline_keeper_poke(m_owner.m_timeline);
}

void keeper::dispatch(const sc_core::sc_time &delay)
{
    for (client *each : m_clients) {
        if (each->m_posted.exchange(false)) {
            each->m_event.notify(delay);
        }
    }
}

// --- pause and continue ------------------------------------------------------------------------------

void keeper::pause()
{
    tk_timeline_pause(m_timeline);
    // SystemC may be on its way to a later time.
    if (std::this_thread::get_id() == m_kernel) {
        m_pause_here.notify(sc_core::SC_ZERO_TIME);
    } else {
        m_pause_asked.notify();
    }
}

bool keeper::resume()
{
    return tk_timeline_continue(m_timeline) == TK_OK;
}

bool keeper::stands() const
{
    return tk_timeline_stands(m_timeline);
}

// --- the loop ----------------------------------------------------------------------------------------

uint64_t keeper::next_event_ps() const
{
    if (!sc_core::sc_pending_activity_at_future_time()) {
        return TK_NEVER;
    }
    return to_ps(sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity());
}

void keeper::note_lag(uint64_t systemc_ps)
{
    const uint64_t global_ps = tk_timeline_now(m_timeline);
    if (global_ps > systemc_ps) {
        m_max_lag_ps = std::max(m_max_lag_ps, global_ps - systemc_ps);
    }
}

void keeper::note_delivery()
{
    note_lag(to_ps(sc_core::sc_time_stamp()));
}

// All vCPUs are idle, no timer is armed, and SystemC has no event: nobody can go on.
void keeper::nothing_left()
{
    char *who = tk_timeline_describe(m_timeline);
    std::cerr
        << full_name()
        << ": nothing will happen any more: all vCPUs are idle, no QEMU timer is armed, and SystemC has no "
           "event\n"
        << (who ? who : "") << std::flush;
    free(who);
    request_exit(3);
}

void keeper::step()
{
    tk_keeper_step step{};
    step.now_ps = to_ps(sc_core::sc_time_stamp());
    step.next_ps = next_event_ps();
    tk_timeline_keeper_window(m_timeline, step.now_ps, step.next_ps);
    for (const client *each : m_clients) {
        if (each->m_settled) {
            each->m_settled();
        }
    }
    tk_timeline_keeper_step(m_timeline, &step, external_input::any());
    if (step.paused) {
        return; // posted transactions wait, and what the host brings (the end of the run) is seen at this
                // time
    }
    if (step.stuck) {
        nothing_left();
        return;
    }
    if (step.next_ps <= step.go_ps) {
        note_lag(step.next_ps); // processes are going to run then
    }
    const sc_core::sc_time delay = from_ps(step.go_ps - step.now_ps);
    const sc_core::sc_time target = sc_core::sc_time_stamp() + delay;
    dispatch(delay);
    wait(delay, m_pause_asked.event() | m_pause_here);
    // What is left of the way comes after the pause, with the windows that there are.
    while (sc_core::sc_time_stamp() < target) {
        while (tk_timeline_keeper_stand(m_timeline)) {
            wait(sc_core::SC_ZERO_TIME);
        }
        wait(target - sc_core::sc_time_stamp(), m_pause_asked.event() | m_pause_here);
    }
}

void keeper::run()
{
    if (tk_timeline_source_count(m_timeline) == 0) {
        return; // SystemC alone needs no keeper: its time goes as it does without us
    }
    m_runs = true;
    set_kernel_waker(poke, m_timeline);
    for (;;) {
        // Everything that is to happen at the current time happens first, and may change what comes next. The
        // last delta cycle is ours alone: an sc_stop() ends the run there, before we wait for vCPUs.
        bool quiet = false;
        while (!quiet) {
            quiet = !sc_core::sc_pending_activity_at_current_time();
            wait(sc_core::SC_ZERO_TIME);
        }
        step();
    }
}

// --- statistics --------------------------------------------------------------------------------------

void keeper::name_vcpu(unsigned index, const std::string &name)
{
    m_vcpu_names.emplace_back(index, name);
}

run_stats keeper::stats() const
{
    run_stats result;
    tk_stats timeline_stats{};

    tk_timeline_stats(m_timeline, &timeline_stats);
    result.global_time_ps = tk_timeline_now(m_timeline);
    result.quantum_ps = m_quantum_ns * TK_PS_PER_NS;
    result.token_handovers = timeline_stats.token_handovers;
    result.max_skew_ps = timeline_stats.max_skew_ps;
    result.max_systemc_lag_ps = m_max_lag_ps;
    for (const auto &[index, name] : m_vcpu_names) {
        tk_vcpu_info info{};
        vcpu_stats each;
        tk_timeline_vcpu_info(m_timeline, index, &info);
        each.name = name;
        each.index = static_cast<unsigned>(result.vcpus.size());
        each.insn_per_second = info.insn_per_second;
        each.instructions = info.instructions;
        each.local_time_ps = info.local_ps;
        each.idle_ps = info.idle_ps;
        each.annotated_ps = info.annotated_ps;
        each.pauses = info.pauses;
        each.token_holds = info.token_holds;
        result.vcpus.push_back(each);
    }
    return result;
}

} // namespace tk
