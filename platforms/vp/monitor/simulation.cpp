// SPDX-License-Identifier: MIT
#include "simulation.h"

#include "waits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

namespace vp
{

// How long somebody waits for a command before he hears that it is under way.
static const auto patience = std::chrono::seconds(2);
static const auto poll_period = std::chrono::milliseconds(2);
// Who looks more often sees the same again.
static const uint64_t look_period_ns = 10000000;
static const uint64_t report_period_ns = 500000000;

static uint64_t host_now_ns()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

simulation::simulation(const sc_core::sc_module_name &name, tk::keeper &keeper)
    : sc_module(name), m_keeper(keeper)
{
    SC_METHOD(serve);
    dont_initialize();
    sensitive << m_asked.event();
    SC_METHOD(arrive);
    dont_initialize();
    sensitive << m_until;
}

api_simulation simulation::for_api()
{
    api_simulation result{};
    result.opaque = this;
    result.look = on_look;
    result.registers = on_registers;
    result.report = on_report;
    result.change = on_change;
    return result;
}

// --- looking -----------------------------------------------------------------------------------------

// vCPUs get their names when they join the timeline. With m_view_lock.
void simulation::learn_names()
{
    if (m_view.count == m_view.time.vcpu_count) {
        return;
    }
    const auto names = m_keeper.vcpu_names();
    m_view.count = 0;
    for (const auto &[index, name] : names) {
        if (index < m_view.time.vcpu_count) {
            if (!m_view.vcpu_names[index]) {
                m_names.push_back(name);
                m_view.vcpu_names[index] = m_names.back().c_str();
            }
            m_view.order[m_view.count++] = index;
        }
    }
}

bool simulation::look_anew(run_view &view)
{
    if (tk_timeline_look(m_keeper.timeline(), &view.time) != TK_OK) {
        return false;
    }
    learn_names();
    view.host_ns = host_now_ns();
    view.outside = tk::external_input::any();
    view.speed = m_keeper.speed();
    view.throttled = m_keeper.held_back();
    view.paused = m_paused;
    view.run_until_ps = m_run_until_ps;
    return true;
}

bool simulation::look(run_view &view)
{
    const std::lock_guard<std::mutex> hold(m_view_lock);
    if (!m_has_view || host_now_ns() - m_view.host_ns >= look_period_ns) {
        m_has_view = look_anew(m_view);
    }
    view = m_view;
    return m_has_view;
}

bool simulation::on_look(void *opaque, run_view *view)
{
    return static_cast<simulation *>(opaque)->look(*view);
}

void simulation::print_why()
{
    const auto view = std::make_unique<run_view>();
    if (!look(*view)) {
        std::cerr << "Why is it stuck?  The timeline's lock cannot be had: this is a bug of vp's.\n"
                  << std::flush;
        return;
    }
    char *text = waits_screen(view.get());
    std::cerr << (text ? text : "") << std::flush;
    free(text);
}

// --- the report --------------------------------------------------------------------------------------

// It is work to make: who asks more often than twice a second gets the same again.
char *simulation::on_report(void *opaque)
{
    auto *self = static_cast<simulation *>(opaque);
    const std::lock_guard<std::mutex> hold(self->m_report_lock);
    const uint64_t now_ns = host_now_ns();
    if (self->m_make_report && (self->m_report_ns == 0 || now_ns - self->m_report_ns >= report_period_ns)) {
        self->m_report = self->m_make_report();
        self->m_report_ns = host_now_ns();
    }
    return self->m_report.empty() ? nullptr : strdup(self->m_report.c_str());
}

// --- registers ---------------------------------------------------------------------------------------

void simulation::add(const components::register_target &component)
{
    if (!component.declared_registers().empty()) {
        m_components.push_back(&component);
    }
}

// Ends: SystemC's kernel waits for vCPUs again and again; if it does not, then patience.
bool simulation::borrow_systemc()
{
    const auto end = std::chrono::steady_clock::now() + patience;
    bool borrowed = tk_timeline_systemc_borrow(m_keeper.timeline());
    while (!borrowed && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        borrowed = tk_timeline_systemc_borrow(m_keeper.timeline());
    }
    return borrowed;
}

static std::vector<api_register> peek(const components::register_target &component)
{
    std::vector<api_register> values;
    for (const components::register_name &each : component.declared_registers()) {
        values.push_back({each.name, each.offset, component.peek_register(each), each.bits});
    }
    return values;
}

// SystemC waits only while the values are read, not while they are made into text.
bool simulation::on_registers(void *opaque, void (*one)(void *, const api_component *), void *context,
                              uint64_t *at_ps)
{
    auto *self = static_cast<simulation *>(opaque);
    std::vector<std::vector<api_register>> values;
    const std::lock_guard<std::mutex> hold(self->m_registers_lock);
    if (!self->borrow_systemc()) {
        return false;
    }
    *at_ps = tk::to_ps(sc_core::sc_time_stamp());
    for (const auto *each : self->m_components) {
        values.push_back(peek(*each));
    }
    tk_timeline_systemc_give_back(self->m_keeper.timeline());
    for (size_t i = 0; i < values.size(); i++) {
        const std::string name = self->m_components[i]->full_name();
        const api_component component = {name.c_str(), self->m_components[i]->type().c_str(),
                                         values[i].data(), values[i].size()};
        one(context, &component);
    }
    return true;
}

// --- changing: the asking thread ---------------------------------------------------------------------

api_outcome simulation::on_change(void *opaque, const api_command *command, char *message, size_t size)
{
    auto *self = static_cast<simulation *>(opaque);
    std::string text;
    if (command->change == API_PRINT_WHY) {
        self->print_why();
        return API_DONE;
    }
    const api_outcome outcome = self->change(*command, text);
    snprintf(message, size, "%s", text.c_str());
    return outcome;
}

// With turns SystemC serves it when it has one, and a CPU that executes nothing more keeps its own for ever:
// so CPUs stop first, as whoever stands does not wait for a turn.
//
// Ends: the simulation has served it, the run is over, or patience.
api_outcome simulation::change(const api_command &command, std::string &message)
{
    const auto mine = std::make_shared<order>();
    mine->what = command;
    mine->held = m_keeper.deterministic();
    if (mine->held) {
        m_keeper.pause();
    }
    std::unique_lock<std::mutex> hold(m_orders_lock);
    if (!m_over) {
        m_orders.push_back(mine);
        hold.unlock();
        m_asked.notify();
        hold.lock();
        m_served.wait_for(hold, patience, [&] { return mine->done || m_over; });
    }
    if (!mine->done && m_over) {
        message = "the run is over";
        return API_REFUSED;
    }
    if (!mine->done || mine->outcome == API_REFUSED) {
        message = mine->message;
        return mine->done ? API_REFUSED : API_UNDER_WAY;
    }
    hold.unlock();
    const bool stands_afterwards =
        command.change == API_PAUSE || command.change == API_STEP || command.change == API_RUN_UNTIL;
    {
        const std::lock_guard<std::mutex> look_again(m_view_lock);
        m_has_view = false;
    }
    return !stands_afterwards || wait_until_it_stands() ? API_DONE : API_UNDER_WAY;
}

bool simulation::wait_until_it_stands()
{
    const auto end = std::chrono::steady_clock::now() + patience;
    bool stands = false;
    while (!stands && std::chrono::steady_clock::now() < end) {
        stands = m_paused && m_keeper.stands();
        if (!stands) {
            std::this_thread::sleep_for(poll_period);
        }
    }
    const std::lock_guard<std::mutex> look_again(m_view_lock);
    m_has_view = false;
    return stands;
}

// --- changing: SystemC's thread ----------------------------------------------------------------------

void simulation::serve()
{
    const std::lock_guard<std::mutex> hold(m_orders_lock);
    for (const auto &each : m_orders) {
        carry_out(*each);
        if (each->held) {
            m_keeper.resume();
        }
        each->done = true;
    }
    m_orders.clear();
    m_served.notify_all();
}

void simulation::end_of_simulation()
{
    const std::lock_guard<std::mutex> hold(m_orders_lock);
    m_over = true;
    m_orders.clear();
    m_served.notify_all();
}

void simulation::stop()
{
    m_until.cancel();
    m_run_until_ps = TK_NEVER;
    if (!m_paused) {
        m_paused = true;
        m_keeper.pause();
    }
}

void simulation::go_on()
{
    if (m_paused.exchange(false)) {
        m_keeper.resume();
    }
}

void simulation::arrive()
{
    stop();
}

static api_outcome refuse(std::string &message, const std::string &why)
{
    message = why;
    return API_REFUSED;
}

// An event of SystemC's ends the window, so that no vCPU gets past it by more than a block; or the shortest
// window, if SystemC has just had another one.
void simulation::run_until(order &each, uint64_t ps)
{
    const uint64_t now_ps = tk::to_ps(sc_core::sc_time_stamp());
    if (ps <= now_ps) {
        each.outcome = refuse(each.message, "it is " + std::to_string(now_ps) + " ps already");
        return;
    }
    m_until.cancel();
    m_until.notify(tk::from_ps(ps - now_ps));
    m_run_until_ps = ps;
    go_on();
}

static uint64_t add_time(uint64_t a, uint64_t b)
{
    return b >= TK_NEVER - a ? TK_NEVER - 1 : a + b;
}

void simulation::step(order &each)
{
    const auto view = std::make_unique<tk_timeline_view>();
    if (tk_timeline_look(m_keeper.timeline(), view.get()) != TK_OK) {
        each.outcome = refuse(each.message, "the timeline's lock cannot be had");
        return;
    }
    run_until(each, add_time(view->global_ps, view->quantum_ps));
}

void simulation::set_rate(order &each)
{
    const auto names = m_keeper.vcpu_names();
    if (each.what.vcpu >= names.size()) {
        each.outcome = refuse(each.message, "there are " + std::to_string(names.size()) + " vCPUs");
    } else if (tk_timeline_vcpu_set_rate(m_keeper.timeline(), names[each.what.vcpu].first,
                                         each.what.insn_per_second) != TK_OK) {
        each.outcome = refuse(each.message, "the vCPU does not take that rate");
    }
}

void simulation::carry_out(order &each)
{
    if (m_keeper.vcpu_names().empty()) {
        each.outcome = refuse(each.message, "there is no vCPU: SystemC's time is its own");
        return;
    }
    switch (each.what.change) {
    case API_PAUSE:
        stop();
        break;
    case API_CONTINUE:
        if (m_paused) {
            m_until.cancel();
            m_run_until_ps = TK_NEVER;
            go_on();
        } else {
            each.outcome = refuse(each.message, "it is not paused");
        }
        break;
    case API_STEP:
        step(each);
        break;
    case API_RUN_UNTIL:
        run_until(each, each.what.time_ps);
        break;
    case API_SET_RATE:
        set_rate(each);
        break;
    case API_SET_QUANTUM:
        if (!m_keeper.set_quantum(each.what.time_ps)) {
            each.outcome = refuse(each.message, "the timeline does not take that quantum");
        }
        break;
    case API_PRINT_WHY:
        break; // needs nobody of SystemC's
    }
}

} // namespace vp
