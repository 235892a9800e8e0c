// SPDX-License-Identifier: MIT
#include "any_host.h"

#include <algorithm>

namespace
{

constexpr uint64_t quantum = 100 * us;
constexpr unsigned block_most = 20;
constexpr uint64_t rates[] = {ghz, 333333333, 400 * 1000 * 1000};

uint64_t up_to(std::mt19937_64 &random, uint64_t most)
{
    return random() % most;
}

} // namespace

any_host::any_host(uint64_t guest, uint64_t host, unsigned cpus, bool with_systemc)
    : m_host(host), m_core(quantum, 4, true), m_source(m_core.add_source()), m_with_systemc(with_systemc),
      m_systemc(guest + 1000)
{
    std::vector<unsigned> joined(cpus);
    for (unsigned i = 0; i < cpus; i++) {
        joined[i] = m_core.add(rates[i % 3]);
        m_cpus.emplace_back();
        m_cpus.back().program.seed(guest * 100 + i);
    }
    if (with_systemc) {
        tk_systemc_leave(m_core);
        tk_window_set(m_core, 0);
    }
    for (unsigned i = 0; i < cpus; i++) {
        tk_vcpu_resume(m_core, i, 0);
    }
    carry_out(false);
}

std::string any_host::statistics() const
{
    std::ostringstream out;
    tk_stats stats{};
    tk_stats_get(m_core, &stats);
    out << "\nhandovers " << stats.token_handovers << ", skew " << stats.max_skew_ps;
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        const tk_vcpu_info info = m_core.info(i);
        out << "\ncpu " << i << ": " << info.instructions << " instructions, local " << info.local_ps
            << ", idle " << info.idle_ps << ", annotated " << info.annotated_ps << ", pauses " << info.pauses
            << ", token " << info.token_holds;
    }
    return out.str();
}

std::ostream &any_host::note()
{
    m_entries++;
    return m_log << "\n" << m_core.global() << " ";
}

// --- the host ----------------------------------------------------------------------------------------

// 0 .. n - 1: the vCPUs' threads; then SystemC's, and the one that runs timers.
bool any_host::can_step(unsigned who) const
{
    if (who == m_cpus.size()) {
        return m_with_systemc && (!m_parked || m_keeper_gate);
    }
    if (who > m_cpus.size()) {
        // without a keeper it moves time as well
        return m_timers_due || (!m_with_systemc && tk_all_idle(m_core) && next_timer() != TK_NEVER);
    }
    const cpu &c = m_cpus[who];
    switch (c.where) {
    case at::asleep:
    case at::waits:
    case at::waits_inside:
        return c.gate;
    case at::transacts:
        return c.answered;
    default:
        return true;
    }
}

void any_host::run(size_t entries)
{
    while ((m_entries < entries || (m_with_systemc && m_parked)) && !m_stuck) {
        std::vector<unsigned> who;
        for (unsigned each = 0; each < m_cpus.size() + 2; each++) {
            if (can_step(each)) {
                who.push_back(each);
            }
        }
        m_stuck = who.empty();
        if (!m_stuck) {
            step(who[up_to(m_host, who.size())]);
        }
    }
}

void any_host::step(unsigned who)
{
    if (who < m_cpus.size()) {
        step_cpu(who);
    } else if (who == m_cpus.size()) {
        step_systemc();
    } else if (m_timers_due) {
        run_timers();
        carry_out(true);
    } else {
        tk_idle_advance(m_core, next_timer());
        carry_out(true);
    }
}

void any_host::carry_out(bool timers_too)
{
    tk_effects effects;
    while (tk_effects_take(m_core, &effects)) {
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            m_cpus[i].gate = m_cpus[i].gate || has(effects.wake, i);
            m_cpus[i].leaves = m_cpus[i].leaves || has(effects.stop, i);
        }
        m_timers_due = m_timers_due || has(effects.timers, m_source);
        m_keeper_gate = m_keeper_gate || effects.time_moved || effects.all_idle;
        if (timers_too && m_timers_due) {
            run_timers();
        }
    }
}

// --- timers and interrupts ---------------------------------------------------------------------------

uint64_t any_host::next_timer() const
{
    uint64_t next = TK_NEVER;
    for (const timer &each : m_timers) {
        next = std::min(next, each.at);
    }
    return next;
}

void any_host::interrupt(unsigned i)
{
    m_cpus[i].interrupted = true;
    kick(i);
}

// Something for its thread to look at, which need not be something to execute.
void any_host::kick(unsigned i)
{
    tk_vcpu_kick(m_core, i, m_core.global());
    m_cpus[i].gate = true;
    m_cpus[i].leaves = true;
}

void any_host::run_timers()
{
    m_timers_due = false;
    while (next_timer() <= m_core.global()) {
        const auto first = std::min_element(m_timers.begin(), m_timers.end(),
                                            [](const timer &a, const timer &b) { return a.at < b.at; });
        note() << "timer of " << first->at << " for " << first->target;
        const unsigned target = first->target;
        m_timers.erase(first);
        interrupt(target);
    }
    tk_deadline_set(m_core, m_source, next_timer());
}

// --- a vCPU's thread ---------------------------------------------------------------------------------

void any_host::report(unsigned i)
{
    EXPECT_EQ(tk_vcpu_report(m_core, i, m_cpus[i].executed), TK_OK);
    m_cpus[i].executed = 0;
}

void any_host::step_cpu(unsigned i)
{
    cpu &c = m_cpus[i];
    switch (c.where) {
    case at::asleep:
    case at::waits:
        c.where = at::looks;
        break;
    case at::looks:
        look(i);
        break;
    case at::executes:
        execute(i);
        break;
    case at::hands_over:
        tk_vcpu_ready(m_core, i);
        c.where = at::transacts;
        break;
    case at::transacts:
        c.answered = false;
        ask(i, at::waits_inside);
        break;
    case at::waits_inside:
        ask(i, at::waits_inside);
        break;
    }
    carry_out(false);
}

// Outside of its execution loop, with what the shells call the BQL.
void any_host::look(unsigned i)
{
    cpu &c = m_cpus[i];
    report(i);
    if (c.halted && !c.interrupted) {
        c.gate = false;
        tk_vcpu_idle(m_core, i);
        c.where = at::asleep;
        return;
    }
    tk_vcpu_resume(m_core, i, m_core.global());
    ask(i, at::waits);
}

void any_host::ask(unsigned i, at otherwise)
{
    cpu &c = m_cpus[i];
    c.gate = false;
    EXPECT_EQ(tk_vcpu_ready(m_core, i), TK_OK);
    c.budget = tk_vcpu_budget(m_core, i);
    if (c.budget == 0) {
        c.where = otherwise;
        return;
    }
    if (c.interrupted && otherwise == at::waits) {
        note() << "cpu " << i << " takes an interrupt after " << c.total << " at " << m_core.info(i).local_ps;
        c.interrupted = c.halted = false;
    }
    c.where = at::executes;
}

// One block, which ends where the guest does something that others see.
void any_host::execute(unsigned i)
{
    cpu &c = m_cpus[i];
    if (c.leaves) {
        c.leaves = false;
        c.where = at::looks;
        return;
    }
    const uint64_t n = 1 + up_to(c.program, block_most);
    c.executed += n;
    c.total += n;
    if (c.executed >= c.budget) {
        report(i);
        carry_out(true);
        c.budget = tk_vcpu_budget(m_core, i);
        c.leaves = c.leaves || c.budget == 0;
    }
    act(i);
}

void any_host::act(unsigned i)
{
    cpu &c = m_cpus[i];
    const uint64_t what = up_to(c.program, 4000);
    const auto target = static_cast<unsigned>(up_to(c.program, m_cpus.size()));
    const uint64_t time = 1 + up_to(c.program, 3 * quantum);

    if (what < 5) {
        note() << "cpu " << i << " interrupts " << target << " after " << c.total;
        interrupt(target);
    } else if (what < 10) {
        note() << "cpu " << i << " arms a timer after " << c.total;
        m_timers.push_back({m_core.global() + time, target});
        tk_deadline_set(m_core, m_source, next_timer());
    } else if (what < 14) {
        note() << "cpu " << i << " halts after " << c.total;
        m_timers.push_back({m_core.global() + time, i}); // somebody has to wake it
        tk_deadline_set(m_core, m_source, next_timer());
        c.halted = c.leaves = true;
    } else if (what < 24) {
        note() << "cpu " << i << " kicks " << target << " after " << c.total;
        kick(target);
    } else if (what < 30 && m_with_systemc) {
        report(i);
        EXPECT_EQ(tk_vcpu_suspend(m_core, i), TK_OK);
        note() << "cpu " << i << " reads a register after " << c.total << " at " << m_core.info(i).local_ps;
        m_requests.push_back({i, what % 2 ? time : 0, what % 3 * 1000});
        m_poked = true;
        tk_systemc_request(m_core);
        m_keeper_gate = true;
        carry_out(true); // its own thread runs what has come due
        c.where = at::hands_over;
    } else if (what < 36 && m_with_systemc) {
        report(i);
        const uint64_t local_ps = m_core.info(i).local_ps;
        note() << "cpu " << i << " drives a line after " << c.total << " at " << local_ps;
        EXPECT_EQ(tk_crossing_made(m_core, local_ps), TK_OK);
        m_crossings.emplace(local_ps, target);
        m_keeper_gate = true;
        c.budget = tk_vcpu_budget(m_core, i);
        c.leaves = c.leaves || c.budget == 0;
    }
}

// --- SystemC's thread --------------------------------------------------------------------------------

uint64_t any_host::next_event() const
{
    uint64_t next = m_event;
    for (const request &each : m_requests) {
        next = std::min(next, each.accepted ? each.end : TK_NEVER);
    }
    return next;
}

uint64_t any_host::next_crossing() const
{
    return m_crossings.empty() ? TK_NEVER : m_crossings.begin()->first;
}

// All that there is to do at the time that has come.
void any_host::systemc_works()
{
    EXPECT_GE(next_crossing(), m_now) << "SystemC has not passed one";
    while (next_crossing() == m_now) {
        const unsigned target = m_crossings.begin()->second;
        note() << "SystemC at " << m_now << " sees a line, and interrupts " << target;
        m_crossings.erase(m_crossings.begin());
        interrupt(target);
    }
    if (m_now == m_event) {
        const auto target = static_cast<unsigned>(up_to(m_systemc, m_cpus.size()));
        note() << "SystemC at " << m_now << " interrupts " << target;
        m_event = m_now + 1 + up_to(m_systemc, 2 * quantum);
        interrupt(target);
    }
    for (request &each : m_requests) {
        if (!each.accepted) {
            note() << "SystemC at " << m_now << " works for " << each.cpu;
            each.accepted = true;
            each.end = std::max(m_now, m_core.info(each.cpu).local_ps) + each.wait;
            EXPECT_EQ(tk_vcpu_accept(m_core, each.cpu), TK_OK);
        }
    }
    for (auto each = m_requests.begin(); each != m_requests.end();) {
        if (each->end > m_now) {
            ++each;
            continue;
        }
        EXPECT_EQ(tk_vcpu_restart(m_core, each->cpu, m_now + each->delay), TK_OK);
        m_cpus[each->cpu].answered = true;
        each = m_requests.erase(each);
    }
}

void any_host::step_systemc()
{
    const uint64_t next = std::min(next_event(), next_crossing());
    if (!m_parked) {
        systemc_works();
        tk_window_set(m_core, std::max(next_event(), m_now + quantum / 100));
        tk_crossing_taken(m_core, next_crossing());
        tk_systemc_parked(m_core, next_event());
        m_parked = m_keeper_gate = true;
        carry_out(true);
        return;
    }
    m_keeper_gate = false;
    const uint64_t limit = m_core.limit();
    const uint64_t go = std::max(m_now, tk_accepted(m_core) > 0 ? std::min(next, limit) : limit);
    if (tk_turn(m_core) == TK_SYSTEMC && (m_poked || go >= next)) {
        m_poked = m_parked = false;
        m_now = std::min(go, next);
        tk_systemc_leave(m_core);
    } else if (tk_all_idle(m_core)) {
        const uint64_t target = std::min(next, tk_next_deadline(m_core));
        m_keeper_gate = target > m_core.global() && target != TK_NEVER;
        if (m_keeper_gate) {
            tk_idle_advance(m_core, target);
        }
    }
    carry_out(true);
}
