// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/keeper.h"

#include "kernel.h"
#include "start.h"
#include "throttle.h"
#include "timekeeper/systemc/async.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <tlm>

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
    return deterministic() || m_throttle || m_idle.get() == "warp" ||
           (m_idle.get() == "auto" && !external_input::interactive());
}

keeper::keeper(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context), m_timeline_name(context.config().full_name())
{
    SC_METHOD(run);
    sensitive << m_again;
    SC_METHOD(look_at_pause);
    sensitive << m_pause_asked.event() << m_pause_here;
    dont_initialize();
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
    config.quantum_ps = m_quantum_ps = m_quantum_ns * TK_PS_PER_NS;
    config.min_window_ps = min_window_ps();
    config.deadlines = m_deadlines;
    config.idle = TK_IDLE_WARP;
    const int error = tk_timeline_create(m_timeline_name.c_str(), &config, &m_timeline);
    if (error) {
        fail(std::string("cannot make the timeline: ") + tk_strerror(error));
    }
    tk_timeline_keeper_attach(m_timeline);
    tk_timeline_keeper_on_look(m_timeline, on_look, this);
    tk_timeline_keeper_on_rouse(
        m_timeline, [](void *channel) { static_cast<rouser *>(channel)->rouse(); }, &m_rouser);
    tlm::tlm_global_quantum::instance().set(from_ps(m_quantum_ps));
    s_instance = this;
    on_start([](void *self) { static_cast<keeper *>(self)->start_begins(); }, this);
    start_begins();
    m_suspension = std::make_unique<kernel_suspension>([this](bool on) {
        if (on) {
            m_pauses++;
            tk_timeline_pause(m_timeline);
            m_pause_asked.notify(); // an event of SystemC's own is forbidden here
        } else {
            resume();
        }
    });
    limit_speed(m_speed);
}

static module_context only_keeper(const settings &values, const source_location &where)
{
    if (s_instance) {
        throw config_error(where, "", "there is a keeper already",
                           "declare the tk::keeper before the first tk::qemu_instance and tk::subsystem");
    }
    return module_context("keeper", values, where);
}

keeper::keeper(const sc_core::sc_module_name &name, const settings &values, const char *file, int line)
    : keeper(name, only_keeper(values, {file, line}).self())
{
    const std::vector<std::string> unknown = config().unused();
    if (!unknown.empty()) {
        throw config_error(unknown);
    }
}

keeper::~keeper()
{
    if (s_instance == this) {
        if (m_runs) {
            set_kernel_waker(nullptr, nullptr);
        }
        on_start(nullptr, nullptr);
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

// Of this sc_start() SystemC's kernel tells no process when it ends.
void keeper::start_begins()
{
    const start_limit &limit = present_start();

    tk_timeline_keeper_until(m_timeline, limit.until_ps, limit.starves);
    if (m_starved) {
        m_starved = false;
        m_again.notify(sc_core::SC_ZERO_TIME);
    }
}

// The run is over: whose transaction is answered now, for QEMU to stop, must not execute what comes after it.
void keeper::end_of_simulation()
{
    tk_timeline_freeze(m_timeline, true);
}

// --- the quantum -------------------------------------------------------------------------------------

uint64_t keeper::min_window_ps() const
{
    return m_min_window_ns ? m_min_window_ns * TK_PS_PER_NS : m_quantum_ps / 100;
}

bool keeper::set_quantum(uint64_t quantum_ps)
{
    m_quantum_ps = quantum_ps;
    tlm::tlm_global_quantum::instance().set(from_ps(quantum_ps));
    return tk_timeline_set_quantum(m_timeline, quantum_ps, min_window_ps()) == TK_OK;
}

// --- speed -------------------------------------------------------------------------------------------

void keeper::limit_speed(double speed)
{
    if (speed > 0 && !m_throttle) {
        m_throttle = std::make_unique<throttle>(std::max<uint64_t>(1, std::llround(speed * 1e6)));
    }
}

double keeper::speed() const
{
    return m_throttle ? m_throttle->stats().speed : 0;
}

bool keeper::held_back() const
{
    return m_throttle && m_throttle->holds();
}

// Where SystemC has to look again, its next event being at next_ps. With nothing left to do and nobody
// outside to start anything it need not, and the run is over.
uint64_t keeper::next_stop_ps(uint64_t now_ps, uint64_t next_ps) const
{
    if (!m_throttle ||
        (next_ps == TK_NEVER && !external_input::any() && tk_timeline_nothing_due(m_timeline))) {
        return next_ps;
    }
    return std::min(next_ps, m_throttle->next_ps(now_ps));
}

// --- clients -----------------------------------------------------------------------------------------

keeper::client::client(keeper &owner) : m_owner(owner), m_event(sc_core::sc_gen_unique_name("posted"))
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

void keeper::client::look()
{
    tk_timeline_keeper_look(m_owner.m_timeline);
}

// Each looks whether it was meant.
void keeper::on_look(void *self)
{
    for (const client *each : static_cast<keeper *>(self)->m_clients) {
        if (each->m_looked) {
            each->m_looked();
        }
    }
}

void keeper::dispatch(const sc_core::sc_time &delay, const tk_keeper_step &step)
{
    for (client *each : m_clients) {
        if (each->m_posted.load(std::memory_order_relaxed) && each->m_posted.exchange(false)) {
            each->m_event.notify(delay);
            note_lag(step.go_ps, step.global_ps);
        }
    }
}

// --- crossings ---------------------------------------------------------------------------------------

void crossing_target::cross(unsigned source, uint64_t value)
{
    keeper::instance()->cross(source, *this, value);
}

void keeper::cross(unsigned source, crossing_target &target, uint64_t value)
{
    if (std::this_thread::get_id() != m_kernel) {
        tk_timeline_cross(m_timeline, source, &target, value);
    } else if (tk_timeline_cross_here(m_timeline, source, to_ps(sc_core::sc_time_stamp()), &target, value) &&
               m_runs) {
        m_again.notify(sc_core::SC_ZERO_TIME);
    }
}

// One in each delta cycle, so that processes see each of several changes at one time. False: none is due.
bool keeper::take_crossing()
{
    tk_crossing next;

    if (!tk_timeline_take_crossing(m_timeline, to_ps(sc_core::sc_time_stamp()), &next)) {
        return false;
    }
    note_delivery();
    static_cast<crossing_target *>(next.target)->crossed(next.value);
    return true;
}

bool keeper::take_next(bool over)
{
    uint64_t local_ps;
    void *const next = tk_timeline_next_request(m_timeline, &local_ps);

    if (next) {
        static_cast<request *>(next)->taken(local_ps, over);
    }
    return next;
}

void keeper::take_requests()
{
    for (; m_requests > 0; m_requests--) {
        take_next(false);
    }
}

void keeper::take_all()
{
    while (take_next(true)) {
    }
}

// --- pause and continue ------------------------------------------------------------------------------

void keeper::pause()
{
    m_pauses++;
    tk_timeline_pause(m_timeline);
    if (std::this_thread::get_id() == m_kernel) {
        m_pause_here.notify(sc_core::SC_ZERO_TIME);
    } else {
        m_pause_asked.notify();
    }
}

void keeper::end_turns()
{
    if (deterministic()) {
        pause(); // CPUs leave their loops, and who stands does not wait for a turn (await_continue)
    }
}

bool keeper::resume()
{
    if (m_throttle) {
        m_throttle->stood();
    }
    // First ours: SystemC's thread asks for it as soon as the timeline goes on.
    unsigned pauses = m_pauses;
    while (pauses > 0 && !m_pauses.compare_exchange_weak(pauses, pauses - 1)) {
    }
    return pauses > 0 && tk_timeline_continue(m_timeline) == TK_OK;
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

void keeper::note_lag(uint64_t systemc_ps, uint64_t global_ps)
{
    const uint64_t lag_ps = global_ps > systemc_ps ? global_ps - systemc_ps : 0;
    m_max_lag_ps = std::max(m_max_lag_ps.load(std::memory_order_relaxed), lag_ps);
    tk_timeline_note(m_timeline, TK_TRACE_LAG, 0, 0, lag_ps, 0);
}

void keeper::note_delivery()
{
    note_lag(to_ps(sc_core::sc_time_stamp()), tk_timeline_now(m_timeline));
}

std::string keeper::describe() const
{
    char *const text = tk_timeline_describe(m_timeline);
    std::string result = text ? text : "";

    free(text);
    return result;
}

// SystemC is going to do something to QEMU, which may start vCPUs again.
void keeper::rouse()
{
    if (m_starved && tk_timeline_keeper_rouse(m_timeline, to_ps(sc_core::sc_time_stamp()))) {
        m_starved = false;
        m_again.notify(sc_core::SC_ZERO_TIME);
    }
}

void keeper::open_window()
{
    if (!m_window_open) {
        tk_timeline_keeper_window(m_timeline, m_now_ps, m_next_ps);
        m_window_open = true;
    }
}

bool keeper::answer(unsigned vcpu, uint64_t end_ps)
{
    if (m_window_open) {
        return tk_timeline_restart(m_timeline, vcpu, end_ps);
    }
    m_window_open = true;
    return tk_timeline_keeper_answer(m_timeline, m_now_ps, m_next_ps, vcpu, end_ps);
}

// SystemC's time, and with it that of the vCPUs, stops where nothing is known to stop it: see start.cpp.
static void expect_start()
{
    static bool told;

    if (!inside_start() && !told) {
        told = true;
        std::cerr << "timekeeper: this sc_start() went past libtimekeeper-systemc, so CPUs may run past its "
                     "end: link the program with CMake's target timekeeper::systemc, or with "
                     "-ltimekeeper-systemc before -lsystemc\n";
    }
}

// False: look again whether there is something to do at the current time.
bool keeper::step()
{
    tk_keeper_step step{};
    expect_start();
    // A suspended kernel knows of no next event: we ask it when it goes on.
    if (m_suspension->holds() && stand()) {
        return false;
    }
    m_suspension->hold(false);
    step.now_ps = to_ps(sc_core::sc_time_stamp());
    if (m_throttle) {
        m_throttle->hold(step.now_ps);
    }
    step.next_ps = next_stop_ps(step.now_ps, next_event_ps());
    m_now_ps = step.now_ps;
    m_next_ps = step.next_ps;
    m_window_open = false;
    for (const client *each : m_clients) {
        if (each->m_settled) {
            each->m_settled();
        }
    }
    m_suspension->hold(m_pauses > 0);
    if (m_suspension->holds()) {
        return false; // and stand then
    }
    tk_timeline_keeper_step(m_timeline, &step, external_input::any());
    if (step.paused) {
        return false; // posted transactions wait, and what the host brings (the end of the run) is seen at
                      // this time
    }
    if (step.stuck) {
        m_starved = true; // without an event of ours the kernel finds that nothing is left
        return true;
    }
    if (step.next_ps <= step.go_ps) {
        note_lag(step.next_ps, step.global_ps); // processes are going to run then
    }
    const sc_core::sc_time delay = from_ps(step.go_ps - step.now_ps);
    if (step.poked) {
        dispatch(delay, step);
    }
    m_requests = step.requests;
    m_target = sc_core::sc_time_stamp() + delay;
    m_again.notify(delay);
    return true;
}

bool keeper::begin()
{
    if (tk_timeline_source_count(m_timeline) == 0) {
        return false; // SystemC alone needs no keeper: its time goes as it does without us
    }
    m_runs = true;
    set_kernel_waker(poke, m_timeline);
    return true;
}

// SystemC may be on its way to a later time.
void keeper::look_at_pause()
{
    if (m_runs) {
        m_again.notify(sc_core::SC_ZERO_TIME);
    }
}

// True: it does not go on yet, but somebody has brought something.
bool keeper::stand()
{
    return tk_timeline_keeper_stand(m_timeline, to_ps(sc_core::sc_time_stamp()));
}

// A pause has come on the way to a later time: what is left of the way comes after it, with the windows that
// there are. False: look again, somebody has brought something.
bool keeper::go_on()
{
    m_suspension->hold(m_pauses > 0);
    if (stand()) {
        return false;
    }
    m_suspension->hold(false); // a suspended kernel would go no further, and end
    m_again.notify(m_target - sc_core::sc_time_stamp());
    return true;
}

// Everything that is to happen at the current time happens first, and may change what comes next. The last
// delta cycle is ours alone: an sc_stop() ends the run there, before we wait for vCPUs or stand.
//
// A method, because that is the current process while we wait, also for a vCPU's thread that calls a target
// then: a wait() in there is refused, where in a thread it would switch the stacks of the wrong thread.
void keeper::run()
{
    if (!m_runs && !begin()) {
        return;
    }
    if (take_crossing()) {
        m_quiet = false;
        m_again.notify(sc_core::SC_ZERO_TIME);
        return;
    }
    if (m_quiet) {
        m_quiet = false;
        if (sc_core::sc_time_stamp() < m_target ? go_on() : step()) {
            return;
        }
    }
    if (m_requests > 0 && sc_core::sc_time_stamp() >= m_target) {
        take_requests();
    }
    m_quiet = !sc_core::sc_pending_activity_at_current_time();
    m_again.notify(sc_core::SC_ZERO_TIME);
}

// --- statistics --------------------------------------------------------------------------------------

std::vector<std::pair<unsigned, std::string>> keeper::vcpu_names() const
{
    const std::lock_guard<std::mutex> hold(m_names_lock);
    return m_vcpu_names;
}

void keeper::name_vcpu(unsigned index, const std::string &name)
{
    const std::lock_guard<std::mutex> hold(m_names_lock);
    m_vcpu_names.emplace_back(index, name);
}

unsigned keeper::name_line(const std::string &name)
{
    m_lines.push_back(name);
    return static_cast<unsigned>(m_lines.size() - 1);
}

void keeper::note_line(unsigned line, bool level)
{
    rouse();
    tk_timeline_note(m_timeline, TK_TRACE_LINE, line, level, to_ps(sc_core::sc_time_stamp()), 0);
}

run_stats keeper::stats() const
{
    run_stats result;
    tk_stats timeline_stats{};

    tk_timeline_stats(m_timeline, &timeline_stats);
    result.global_time_ps = tk_timeline_now(m_timeline);
    result.quantum_ps = m_quantum_ps;
    result.token_handovers = timeline_stats.token_handovers;
    result.max_skew_ps = timeline_stats.max_skew_ps;
    result.max_systemc_lag_ps = m_max_lag_ps;
    if (m_throttle) {
        result.throttle = m_throttle->stats();
    }
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
