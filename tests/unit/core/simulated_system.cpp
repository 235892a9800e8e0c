// SPDX-License-Identifier: MIT
#include "simulated_system.h"

#include <algorithm>
#include <sstream>

namespace
{

constexpr unsigned nobody = ~0u;

uint64_t add_times(uint64_t a, uint64_t b)
{
    return a > TK_NEVER - b ? TK_NEVER : a + b;
}

// Its local time after that many more instructions, at least.
uint64_t after(const cpu &c, uint64_t more)
{
    return c.executed.least(more) + c.idle + c.annotated;
}

} // namespace

u128 exact_time::sum(uint64_t n) const
{
    const u128 ps = static_cast<u128>(m_instructions + n) * TK_PS_PER_SECOND;
    return m_before + (ps / m_rate << 64) + (ps % m_rate << 64) / m_rate;
}

void exact_time::set_rate(uint64_t rate)
{
    m_before = sum(0);
    // nobody loses more than there is
    m_losses = std::min(m_losses + (static_cast<u128>(1) << 24), m_before);
    m_instructions = 0;
    m_rate = rate;
}

simulated_system::simulated_system(const schedule &head)
    : m_quantum(head.quantum), m_min_window(head.min_window),
      m_core(head.quantum, static_cast<uint32_t>(head.reports))
{
    m_cpu_of.fill(nobody);
    m_source_of.fill(nobody);
    check();
}

std::string simulated_system::report() const
{
    std::ostringstream out;
    out << m_failure << "\nquantum " << m_quantum << " ps, global time " << m_core.global() << ", SystemC at "
        << m_now << ", limit " << m_core.limit() << ", next event " << m_next << ", window " << m_window
        << ", holder " << m_core.holder() << "\n";
    for (size_t i = 0; i < m_cpus.size(); i++) {
        const cpu &c = m_cpus[i];
        out << "vCPU " << i << ": doing " << static_cast<int>(c.doing) << (c.blocked ? " blocked" : "")
            << (c.accepted ? " accepted" : "") << (c.stopped ? " stopped" : "") << ", local " << c.local
            << ", budget " << c.budget << "\n";
    }
    return out.str();
}

// --- the model: what the header promises

bool simulated_system::works_on_any() const
{
    return std::any_of(m_cpus.begin(), m_cpus.end(), [](const cpu &c) { return c.accepted; });
}

bool simulated_system::keeps_time(const cpu &c) const
{
    return c.active() && !c.accepted && !(c.blocked && works_on_any());
}

bool simulated_system::nobody_keeps_time() const
{
    return std::none_of(m_cpus.begin(), m_cpus.end(), [&](const cpu &c) { return keeps_time(c); });
}

uint64_t simulated_system::deadline() const
{
    uint64_t earliest = TK_NEVER;
    for (const source &each : m_sources) {
        earliest = std::min(earliest, each.at);
    }
    return earliest;
}

// What no vCPU passes.
uint64_t simulated_system::end() const
{
    return std::min({m_window, m_crossing, deadline()});
}

// What global time must not pass.
uint64_t simulated_system::cap() const
{
    uint64_t least = end();
    for (const cpu &c : m_cpus) {
        least = std::min(least, keeps_time(c) ? add_times(c.local, m_quantum) : TK_NEVER);
    }
    return least;
}

// An event may be several calls, and time may move after each.
void simulated_system::widen_cap()
{
    m_cap = std::max(m_cap, cap());
}

simulated_system::bounds simulated_system::look() const
{
    bounds now{end(), TK_NEVER, TK_NEVER, nobody};
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        const cpu &c = m_cpus[i];
        if (!c.accepted && !keeps_time(c)) {
            continue;
        }
        const uint64_t at = c.accepted ? std::max(c.local, c.floor) : c.local;
        if (at < now.least) {
            now.second = now.least;
            now.least = at;
            now.who = i;
        } else {
            now.second = std::min(now.second, at);
        }
    }
    return now;
}

// What that vCPU must not pass.
uint64_t simulated_system::bound(const bounds &now, unsigned i) const
{
    const uint64_t others = now.who == i ? now.second : now.least;
    return m_frozen ? 0 : std::min(now.end, add_times(others, m_quantum));
}

uint64_t simulated_system::next_event() const
{
    uint64_t next = m_next;
    for (const cpu &c : m_cpus) {
        next = std::min(next, c.accepted ? c.end : TK_NEVER);
    }
    return next;
}

void simulated_system::expect(bool good, const char *what, uint64_t who)
{
    if (!good && m_failure.empty()) {
        m_failure = std::string(what) + " (" + std::to_string(who) + ")";
    }
}

// --- events: what shells do, and what has to come of it

bool simulated_system::apply(const event &each)
{
    m_had_event = false;
    if (each.kind == what::add) {
        add(each.who, each.a);
    } else if (each.kind >= what::source) {
        apply_to_rest(each);
    } else if (each.who < m_cpu_of.size() && m_cpu_of[each.who] != nobody) {
        apply_to_cpu(each, m_cpu_of[each.who]);
    }
    check();
    return m_failure.empty();
}

void simulated_system::apply_to_cpu(const event &each, unsigned i)
{
    const cpu &c = m_cpus[i];
    const bool executes = c.doing == thread::executes && !c.blocked;

    if (c.doing == thread::removed) {
        return;
    }
    if (each.kind == what::remove) {
        remove(i);
    } else if (each.kind == what::rate) {
        set_rate(i, each.a);
    } else if (each.kind == what::resume || each.kind == what::kick) {
        wake(i, each.a, each.kind == what::kick);
    } else if (each.kind == what::ask && !c.blocked &&
               (c.doing == thread::asks || c.doing == thread::waits)) {
        ask(i);
    } else if (each.kind == what::report && executes) {
        execute(i, each.a);
    } else if (each.kind == what::idle && !c.blocked && c.active() && c.doing != thread::transacts) {
        idle(i);
    } else if (each.kind == what::delay && executes) {
        delay(i, each.a);
    } else if (each.kind == what::cross && executes) {
        cross(i);
    } else if (each.kind == what::suspend && executes) {
        suspend(i);
    } else if (each.kind == what::accept && c.doing == thread::transacts && !c.accepted) {
        accept(i, each.a, each.b);
    } else if (each.kind == what::block ? executes : each.kind == what::unblock && c.blocked) {
        block(i, each.kind == what::block);
    }
}

void simulated_system::apply_to_rest(const event &each)
{
    switch (each.kind) {
    case what::source:
        add_source(each.who);
        break;
    case what::timer:
        if (each.who < m_source_of.size() && m_source_of[each.who] != nobody) {
            set_timer(m_source_of[each.who], each.a);
        }
        break;
    case what::step:
        step(each.a);
        break;
    case what::advance:
        if (nobody_keeps_time()) {
            advance(std::max<uint64_t>(each.a, 1));
        }
        break;
    case what::freeze:
    case what::thaw:
        freeze(each.kind == what::freeze);
        break;
    default:
        check_liveness();
        break;
    }
}

void simulated_system::add(uint64_t id, uint64_t rate)
{
    if (id >= m_cpu_of.size() || m_cpu_of[id] != nobody || rate < 1 || rate > TK_RATE_MAX) {
        return;
    }
    m_cpu_of[id] = m_core.add(rate);
    m_cpus.emplace_back(rate);
    m_cpus.back().idle = m_cpus.back().local = m_global;
    expect(m_cpu_of[id] == m_cpus.size() - 1, "the next index", id);
}

void simulated_system::add_source(uint64_t id)
{
    if (id < m_source_of.size() && m_source_of[id] == nobody) {
        m_source_of[id] = m_core.add_source();
        m_sources.emplace_back();
    }
}

void simulated_system::remove(unsigned i)
{
    expect(tk_vcpu_remove(m_core, i) == TK_OK, "remove", i);
    m_cpus[i].doing = thread::removed;
    m_cpus[i].blocked = m_cpus[i].accepted = m_cpus[i].kicked = false;
}

void simulated_system::set_rate(unsigned i, uint64_t rate)
{
    if (rate >= 1 && rate <= TK_RATE_MAX) {
        expect(tk_vcpu_set_rate(m_core, i, rate) == TK_OK, "rate", i);
        m_cpus[i].executed.set_rate(rate);
    }
}

void simulated_system::wake(unsigned i, uint64_t seen_later, bool kicked)
{
    cpu &c = m_cpus[i];
    // a reader may have seen some of what the holder executes, never more than the cap
    const uint64_t seen = seen_later > 0 ? m_core.global() + seen_later : 0;
    if (kicked) {
        expect(tk_vcpu_kick(m_core, i, seen) == TK_OK, "kick", i);
    } else {
        expect(tk_vcpu_resume(m_core, i, seen) == TK_OK, "resume", i);
    }
    c.kicked = kicked && (c.kicked || c.doing == thread::asleep);
    if (c.doing == thread::asleep) {
        c.doing = thread::asks;
    }
}

void simulated_system::ask(unsigned i)
{
    cpu &c = m_cpus[i];
    const uint64_t end = bound(look(), i);
    if (c.kicked) { // so it has looked, and there is something
        expect(tk_vcpu_budget(m_core, i) == 0, "no budget before it has looked", i);
        expect(tk_vcpu_resume(m_core, i, 0) == TK_OK, "resume", i);
        c.kicked = false;
    }
    c.budget = tk_vcpu_budget(m_core, i);
    c.stopped = c.woken = false;
    c.doing = c.budget > 0 ? thread::executes : thread::waits;
    expect((c.budget > 0) == (end > c.local), "a budget if and only if the bound is ahead", i);
    if (c.budget > 0) {
        expect(after(c, c.budget - 1) < end, "the budget is the least that reaches the bound", i);
    }
}

// A budget ends in a block; one that was stopped executes the rest of its block at most.
void simulated_system::execute(unsigned i, uint64_t n)
{
    cpu &c = m_cpus[i];
    n = std::clamp<uint64_t>(n, 1, c.stopped ? block_max : c.budget - 1 + block_max);
    expect(tk_vcpu_report(m_core, i, n) == TK_OK, "report", i);
    c.instructions += n;
    c.executed.execute(n);
    c.budget -= std::min(c.budget, n);
    if (c.budget == 0 || c.stopped) {
        c.doing = thread::asks;
    }
}

void simulated_system::idle(unsigned i)
{
    expect(tk_vcpu_idle(m_core, i) == TK_OK, "idle", i);
    m_cpus[i].doing = thread::asleep;
    m_cpus[i].kicked = false;
    m_cpus[i].budget = 0;
}

void simulated_system::delay(unsigned i, uint64_t ps)
{
    cpu &c = m_cpus[i];
    expect(tk_vcpu_delay(m_core, i, ps) == TK_OK, "delay", i);
    c.annotated += ps;
    c.local += ps;
    c.doing = thread::asks;
}

// In the middle of a block; it asks for a budget before the next one.
void simulated_system::cross(unsigned i)
{
    cpu &c = m_cpus[i];
    const uint64_t at = std::max(c.local, m_core.limit());
    expect(tk_crossing_made(m_core, at) == TK_OK, "cross", i);
    m_crossings.insert(at);
    m_crossing = std::min(m_crossing, at);
    c.doing = thread::asks;
}

void simulated_system::suspend(unsigned i)
{
    expect(tk_vcpu_suspend(m_core, i) == TK_OK, "suspend", i);
    m_cpus[i].doing = thread::transacts;
    m_cpus[i].budget = 0;
}

// The target waits for some time, and annotates; from the vCPU's time on.
void simulated_system::accept(unsigned i, uint64_t wait, uint64_t delay)
{
    cpu &c = m_cpus[i];
    expect(tk_vcpu_accept(m_core, i) == TK_OK, "accept", i);
    c.accepted = true;
    c.floor = c.local;
    c.end = m_now + wait;
    c.delay = std::max(std::max(c.local, m_now), c.end) - c.end + delay;
}

void simulated_system::restart(unsigned i)
{
    cpu &c = m_cpus[i];
    const uint64_t end = m_now + c.delay, local = std::max(c.local, end);
    expect(tk_vcpu_restart(m_core, i, end) == TK_OK, "restart", i);
    c.accepted = false;
    c.annotated += local - c.local;
    c.local = local;
    c.doing = thread::asks;
    widen_cap();
}

void simulated_system::block(unsigned i, bool blocked)
{
    expect(tk_vcpu_block(m_core, i, blocked) == TK_OK, "block", i);
    m_cpus[i].blocked = blocked;
}

void simulated_system::set_timer(unsigned s, uint64_t from_now)
{
    const uint64_t at = add_times(m_core.global(), from_now);
    m_sources[s] = {at, false};
    expect(tk_deadline_set(m_core, s, at) == TK_OK, "deadline", s);
}

// SystemC has done what there was to do, says how far others may go, and goes as far as it may.
void simulated_system::step(uint64_t next_after)
{
    const uint64_t next = next_event();
    m_window = std::max(next, m_now + m_min_window);
    m_crossing = m_crossings.empty() ? TK_NEVER : *m_crossings.begin();
    expect(tk_window_set(m_core, m_window) == TK_OK, "window");
    expect(tk_crossing_taken(m_core, m_crossing) == TK_OK, "taken");
    expect(tk_systemc_parked(m_core, next) == TK_OK, "parked");
    widen_cap();
    for (cpu &c : m_cpus) {
        c.floor = c.accepted ? next : c.floor;
    }
    m_now = std::max(m_now, std::min(m_core.limit(), next));
    expect(m_now <= m_crossing, "SystemC does not pass a change that QEMU has made in it", m_now);
    m_crossings.erase(m_now);
    if (m_now == m_next) {
        m_had_event = true;
        m_next = add_times(m_now + 1, next_after);
    }
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        if (m_cpus[i].accepted && m_cpus[i].end <= m_now) {
            restart(i);
        }
    }
}

// Nobody keeps time: the keeper goes to the next event or timer.
void simulated_system::advance(uint64_t part)
{
    const uint64_t target = std::min({next_event(), m_crossing, deadline()});
    const uint64_t now = m_core.global();
    const uint64_t to = target > now ? now + (target - now) / part : target;
    expect(tk_idle_advance(m_core, to) == (m_frozen ? TK_ESTATE : TK_OK), "advance");
}

void simulated_system::freeze(bool frozen)
{
    m_frozen = frozen;
    expect(tk_freeze(m_core, frozen) == TK_OK, "freeze");
}

// --- what must always hold

void simulated_system::check()
{
    tk_effects effects{};
    tk_effects_take(m_core, &effects);
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        check_cpu(i, effects);
    }
    const bounds now = look();
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        check_pause_and_budget(now, i);
    }
    check_holder();
    check_time(effects);
    check_timers(effects);
}

void simulated_system::check_cpu(unsigned i, const tk_effects &effects)
{
    cpu &c = m_cpus[i];
    const tk_vcpu_info info = m_core.info(i);
    const uint64_t executed = info.local_ps - info.idle_ps - info.annotated_ps;

    expect(info.idle_ps >= c.idle, "skipped time does not shrink", i);
    expect(info.annotated_ps == c.annotated, "annotated to the picosecond", i);
    expect(info.instructions == c.instructions, "instructions", i);
    expect(executed >= c.executed.least(0) && executed <= c.executed.most(0),
           "local = executed + idle + annotated", i);
    expect((info.state == TK_IDLE) == !c.active(), "idle", i);
    c.idle = info.idle_ps;
    c.local = info.local_ps;
    c.woken = c.woken || has(effects.wake, i);
    c.stopped = c.stopped || has(effects.stop, i);
}

void simulated_system::check_pause_and_budget(const bounds &now, unsigned i)
{
    const cpu &c = m_cpus[i];
    if (c.doing == thread::waits && !c.woken) {
        expect(bound(now, i) <= c.local, "one that may go on is woken", i);
    }
    if (c.doing == thread::executes && !c.stopped) {
        expect(after(c, c.budget - 1) < std::max(bound(now, i), c.local + 1),
               "one whose budget passes the bound is stopped", i);
    }
}

void simulated_system::check_holder()
{
    const int holder = m_core.holder();
    const auto knows = [](const cpu &c) { return c.active() && !c.kicked; };
    const bool any = std::any_of(m_cpus.begin(), m_cpus.end(), knows);
    const bool awaited =
        std::any_of(m_cpus.begin(), m_cpus.end(), [&](const cpu &c) { return c.kicked && keeps_time(c); });
    expect(holder == TK_NOBODY || knows(m_cpus[static_cast<size_t>(holder)]), "the holder is active");
    expect(holder != TK_NOBODY || !any || awaited,
           "there is a holder if anybody is active, unless one that was kicked has to look first");
}

void simulated_system::check_time(const tk_effects &effects)
{
    const uint64_t global = m_core.global(), limit = m_core.limit();
    expect(global >= m_global, "global time does not go back", global);
    widen_cap();
    expect(global <= std::max(m_global, m_cap),
           "global time passes neither window, nor deadline, nor the slowest by a quantum", global);
    m_cap = cap();
    expect(limit <= global, "SystemC's limit does not pass global time", limit);
    expect(limit <= m_crossing, "nor a change that QEMU has made in SystemC", limit);
    expect(m_now <= limit, "SystemC's limit does not go back behind SystemC", limit);
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        expect(limit <= m_cpus[i].local || !keeps_time(m_cpus[i]), "the limit waits for who keeps time", i);
    }
    expect(tk_all_idle(m_core) == (nobody_keeps_time() && !m_frozen), "all idle");
    expect(effects.time_moved || (global == m_global && limit == m_limit), "time moves are told");
    m_global = global;
    m_limit = limit;
}

void simulated_system::check_timers(const tk_effects &effects)
{
    for (unsigned s = 0; s < m_sources.size(); s++) {
        const bool reported = has(effects.timers, s);
        expect(!reported || m_sources[s].at <= m_global, "no timer before its time", s);
        m_sources[s].due = m_sources[s].due || reported;
        expect(m_sources[s].due || m_sources[s].at > m_global, "a timer whose time has come is due", s);
    }
}

// From here, when everybody does what he can, and only what he has to, global time moves on.
void simulated_system::check_liveness()
{
    const uint64_t start = m_core.global();
    checked(m_frozen, [&] { freeze(false); });
    for (int round = 0; round < 3000 && m_failure.empty(); round++) {
        if (m_core.global() > start) {
            return;
        }
        cooperate();
    }
    expect(false, "time does not move any more");
}

template <typename action>
void simulated_system::checked(bool possible, action act)
{
    if (possible && m_failure.empty()) {
        act();
        check();
    }
}

void simulated_system::cooperate()
{
    for (unsigned i = 0; i < m_cpus.size(); i++) {
        const cpu &c = m_cpus[i];
        // who waits for an exclusive section gets it once no transaction is under way
        checked(c.blocked && !works_on_any(), [&] { block(i, false); });
        checked(!c.blocked && (c.doing == thread::asks || (c.doing == thread::waits && c.woken)),
                [&] { ask(i); });
        checked(!c.blocked && c.doing == thread::executes, [&] { execute(i, c.budget); });
        checked(c.doing == thread::transacts && !c.accepted, [&] { accept(i, m_quantum / 3, 0); });
    }
    for (unsigned s = 0; s < m_sources.size(); s++) {
        checked(m_sources[s].due, [&] { set_timer(s, 1 + m_quantum / 7); });
    }
    checked(true, [&] { step(m_quantum / 5); });
    checked(nobody_keeps_time(), [&] { advance(1); });
}
