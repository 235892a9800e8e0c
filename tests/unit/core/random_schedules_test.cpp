// SPDX-License-Identifier: MIT
//
// Random legal schedules: vCPUs, SystemC and timers as the shells drive them, in any order that threads could
// produce. After each event all that must always hold is checked against a model that computes it the slow
// way.
//
//   TK_SEED     another run (default 1)
//   TK_EVENTS   its length (default 4000000)
#include "test_core.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <random>
#include <sstream>
#include <vector>

__extension__ typedef unsigned __int128 u128;

namespace
{

constexpr unsigned block_max = 20; // instructions
constexpr int events_per_system = 4000;

uint64_t from_environment(const char *name, uint64_t value)
{
    const char *text = getenv(name);
    return text ? strtoull(text, nullptr, 0) : value;
}

uint64_t add(uint64_t a, uint64_t b)
{
    return a > TK_NEVER - b ? TK_NEVER : a + b;
}

// What a vCPU's thread does.
enum class thread { asleep, asks, executes, waits, transacts };

struct cpu {
    thread doing = thread::asleep;
    uint64_t rate = 0;
    uint64_t budget = 0;  // instructions left
    bool stopped = false; // told to leave its loop: executes the rest of a block at most
    bool woken = false;
    bool blocked = false;
    bool accepted = false;
    uint64_t floor = 0;      // its transaction does not end before
    uint64_t end = TK_NEVER; // when SystemC ends its transaction
    uint64_t delay = 0;      // and annotates this
    uint64_t instructions = 0;
    uint64_t annotated = 0;
    uint64_t idle = 0;
    uint64_t local = 0;

    bool active() const { return doing != thread::asleep; }
};

struct source {
    uint64_t at = TK_NEVER;
    bool due = false;
};

struct event {
    const char *what;
    uint64_t who, how_much;
};

class simulation
{
  public:
    explicit simulation(uint64_t seed)
        : m_random(seed), m_quantum(random_quantum()), m_core(m_quantum, 1 + below(8))
    {
        const unsigned cpus = 1 + static_cast<unsigned>(below(16)),
                       sources = 1 + static_cast<unsigned>(below(3));
        for (unsigned i = 0; i < cpus; i++) {
            cpu each;
            each.rate = random_rate();
            m_core.add(each.rate);
            m_cpus.push_back(each);
        }
        for (unsigned s = 0; s < sources; s++) {
            m_core.add_source();
            m_sources.emplace_back();
            set_timer(s, below(4 * m_quantum));
        }
        m_min_window = 1 + below(m_quantum);
        m_next = below(10 * m_quantum);
        step_systemc();
        for (unsigned i = 0; i < cpus; i++) {
            if (chance(70)) {
                resume(i);
            }
        }
        check();
    }

    // Runs that many events; false: something does not hold.
    bool run(int events)
    {
        for (int i = 0; i < events && m_failure.empty(); i++) {
            any_event();
            check();
            if (i % 500 == 499) {
                check_liveness();
            }
        }
        return m_failure.empty();
    }

    std::string report() const
    {
        std::ostringstream out;
        out << m_failure << "\nquantum " << m_quantum << " ps, global time " << m_core.global()
            << ", SystemC at " << m_now << ", limit " << m_core.limit() << ", next event " << m_next
            << ", window " << m_window << ", holder " << m_core.holder() << "\n";
        for (size_t i = 0; i < m_cpus.size(); i++) {
            const cpu &c = m_cpus[i];
            out << "vCPU " << i << ": doing " << static_cast<int>(c.doing) << (c.blocked ? " blocked" : "")
                << (c.accepted ? " accepted" : "") << (c.stopped ? " stopped" : "") << ", " << c.rate
                << " insn/s, local " << c.local << ", budget " << c.budget << "\n";
        }
        out << "the last events:\n";
        for (const event &e : m_history) {
            out << "  " << e.what << " " << static_cast<int64_t>(e.who) << " " << e.how_much << "\n";
        }
        return out.str();
    }

  private:
    // --- chance

    uint64_t below(uint64_t n) { return n ? m_random() % n : 0; }
    bool chance(unsigned percent) { return below(100) < percent; }
    uint64_t random_quantum()
    {
        static constexpr std::array<uint64_t, 5> all = {us, 10 * us, 100 * us, ms, 777777};
        return all[below(all.size())];
    }
    uint64_t random_rate()
    {
        static constexpr std::array<uint64_t, 5> all = {ghz, 333333333, 400000000, 7000001, 2 * ghz};
        return chance(70) ? all[below(all.size())] : 1000000 + below(4 * ghz);
    }

    // --- the model: what the header promises, computed the slow way

    bool works_on_any() const
    {
        return std::any_of(m_cpus.begin(), m_cpus.end(), [](const cpu &c) { return c.accepted; });
    }
    bool keeps_time(const cpu &c) const
    {
        return c.active() && !c.accepted && !(c.blocked && works_on_any());
    }
    bool nobody_keeps_time() const
    {
        return std::none_of(m_cpus.begin(), m_cpus.end(), [&](const cpu &c) { return keeps_time(c); });
    }
    uint64_t deadline() const
    {
        uint64_t earliest = TK_NEVER;
        for (const source &each : m_sources) {
            earliest = std::min(earliest, each.at);
        }
        return earliest;
    }
    // What global time must not pass.
    uint64_t cap() const
    {
        uint64_t end = std::min(m_window, deadline());
        for (const cpu &c : m_cpus) {
            end = std::min(end, keeps_time(c) ? add(c.local, m_quantum) : TK_NEVER);
        }
        return end;
    }
    // An event may be several calls, and time may move after each.
    void widen_cap() { m_cap = std::max(m_cap, cap()); }
    // What that vCPU must not pass.
    uint64_t bound(unsigned i) const
    {
        uint64_t end = std::min(m_window, deadline());
        for (size_t j = 0; j < m_cpus.size(); j++) {
            const cpu &other = m_cpus[j];
            if (j != i && other.accepted) {
                end = std::min(end, add(std::max(other.local, other.floor), m_quantum));
            } else if (j != i && keeps_time(other)) {
                end = std::min(end, add(other.local, m_quantum));
            }
        }
        return m_frozen ? 0 : end;
    }
    static uint64_t executed(const cpu &c, uint64_t more)
    {
        return static_cast<uint64_t>(static_cast<u128>(c.instructions + more) * TK_PS_PER_SECOND / c.rate);
    }
    // Its local time after that many more instructions.
    static uint64_t after(const cpu &c, uint64_t more) { return executed(c, more) + c.idle + c.annotated; }

    // --- what shells do, and what has to come of it

    void fail(const std::string &what)
    {
        if (m_failure.empty()) {
            m_failure = what;
        }
    }
    void expect(bool good, const char *what, uint64_t who = 0)
    {
        if (!good) {
            fail(std::string(what) + " (" + std::to_string(who) + ")");
        }
    }
    void note(const char *what, uint64_t who, uint64_t how_much = 0)
    {
        m_history.push_back({what, who, how_much});
        if (m_history.size() > 50) {
            m_history.pop_front();
        }
    }

    void resume(unsigned i)
    {
        // a reader may have seen some of what the holder executes, never more than the cap
        const uint64_t seen = chance(30) ? m_core.global() + below(m_quantum / 4) : 0;
        note("resume", i, seen);
        expect(tk_vcpu_resume(m_core, i, seen) == TK_OK, "resume", i);
        if (m_cpus[i].doing == thread::asleep) {
            m_cpus[i].doing = thread::asks;
        }
    }

    void ask(unsigned i)
    {
        cpu &c = m_cpus[i];
        c.budget = tk_vcpu_budget(m_core, i);
        note("ask", i, c.budget);
        c.stopped = c.woken = false;
        c.doing = c.budget > 0 ? thread::executes : thread::waits;
        expect((c.budget > 0) == (bound(i) > c.local), "a budget if and only if the bound is ahead", i);
        if (c.budget > 0) {
            expect(after(c, c.budget - 1) < bound(i), "the budget is the least that reaches the bound", i);
        }
    }

    void report(unsigned i, uint64_t n)
    {
        cpu &c = m_cpus[i];
        note("report", i, n);
        expect(tk_vcpu_report(m_core, i, n) == TK_OK, "report", i);
        c.instructions += n;
        c.local = after(c, 0);
        c.budget -= std::min(c.budget, n);
        if (c.budget == 0 || c.stopped) {
            c.doing = thread::asks;
        }
    }

    void execute(unsigned i)
    {
        cpu &c = m_cpus[i];
        const uint64_t rest_of_block = below(block_max) + 1;
        if (c.stopped) {
            report(i, std::min(rest_of_block, c.budget + block_max));
        } else if (chance(60)) {
            report(i, c.budget - 1 + rest_of_block); // the block in which the budget ends
        } else {
            report(i, 1 + below(c.budget)); // a kick had it leave earlier, or it looked at the clock
        }
    }

    void idle(unsigned i)
    {
        note("idle", i);
        expect(tk_vcpu_idle(m_core, i) == TK_OK, "idle", i);
        m_cpus[i].doing = thread::asleep;
        m_cpus[i].budget = 0;
    }

    void delay(unsigned i)
    {
        cpu &c = m_cpus[i];
        const uint64_t ps = below(2 * m_quantum);
        note("delay", i, ps);
        expect(tk_vcpu_delay(m_core, i, ps) == TK_OK, "delay", i);
        c.annotated += ps;
        c.local += ps;
        c.doing = thread::asks;
    }

    void suspend(unsigned i)
    {
        note("suspend", i);
        expect(tk_vcpu_suspend(m_core, i) == TK_OK, "suspend", i);
        m_cpus[i].doing = thread::transacts;
        m_cpus[i].budget = 0;
    }

    void block(unsigned i, bool blocked)
    {
        note(blocked ? "block" : "unblock", i);
        expect(tk_vcpu_block(m_core, i, blocked) == TK_OK, "block", i);
        m_cpus[i].blocked = blocked;
    }

    void set_timer(unsigned s, uint64_t from_now)
    {
        const uint64_t at = add(m_core.global(), from_now);
        note("timer", s, at);
        m_sources[s] = {at, false};
        expect(tk_deadline_set(m_core, s, at) == TK_OK, "deadline", s);
    }

    void run_timers(unsigned s)
    {
        note("run timers", s);
        if (chance(60)) {
            resume(static_cast<unsigned>(below(m_cpus.size())));
        }
        set_timer(s, 1 + below(chance(50) ? m_quantum / 8 : 8 * m_quantum));
    }

    void freeze(bool frozen)
    {
        note("freeze", frozen);
        m_frozen = frozen;
        expect(tk_freeze(m_core, frozen) == TK_OK, "freeze");
    }

    // --- SystemC

    uint64_t next_event() const
    {
        uint64_t next = m_next;
        for (const cpu &c : m_cpus) {
            next = std::min(next, c.accepted ? c.end : TK_NEVER);
        }
        return next;
    }

    void accept_posted()
    {
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            cpu &c = m_cpus[i];
            if (c.doing == thread::transacts && !c.accepted) {
                note("accept", i);
                expect(tk_vcpu_accept(m_core, i) == TK_OK, "accept", i);
                c.accepted = true;
                c.floor = c.local;
                widen_cap();
                // the target waits for some time, and annotates; from the vCPU's time on
                const uint64_t start = std::max(c.local, m_now);
                c.end = chance(50) ? m_now : m_now + below(5 * m_quantum);
                c.delay = std::max(start, c.end) - c.end + (chance(50) ? below(3 * m_quantum) : 0);
            }
        }
    }

    void step_systemc()
    {
        accept_posted();
        const uint64_t next = next_event();
        m_window = std::max(next, m_now + m_min_window);
        note("window", 0, m_window);
        expect(tk_window_set(m_core, m_window) == TK_OK, "window");
        expect(tk_systemc_parked(m_core, next) == TK_OK, "parked");
        widen_cap();
        for (cpu &c : m_cpus) {
            c.floor = c.accepted ? next : c.floor;
        }
        m_now = std::max(m_now, std::min(m_core.limit(), next));
        note("SystemC goes to", 0, m_now);
        if (m_now == next) {
            systemc_event();
        }
    }

    void systemc_event()
    {
        if (m_now == m_next) {
            if (chance(50)) {
                resume(static_cast<unsigned>(below(m_cpus.size()))); // an interrupt
            }
            m_next = m_now + 1 + below(chance(50) ? m_quantum / 16 : 6 * m_quantum);
        }
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            cpu &c = m_cpus[i];
            if (c.accepted && c.end == m_now) {
                const uint64_t end = m_now + c.delay, local = std::max(c.local, end);
                note("restart", i, end);
                expect(tk_vcpu_restart(m_core, i, end) == TK_OK, "restart", i);
                c.accepted = false;
                c.annotated += local - c.local;
                c.local = local;
                c.doing = thread::asks;
                widen_cap();
            }
        }
    }

    // Nobody keeps time: the keeper goes to the next event or timer.
    void advance(uint64_t part)
    {
        const uint64_t target = std::min(next_event(), deadline());
        const uint64_t now = m_core.global();
        const uint64_t to = target > now ? now + (target - now) / part : target;
        note("advance", 0, to);
        expect(tk_idle_advance(m_core, to) == (m_frozen ? TK_ESTATE : TK_OK), "advance");
    }

    // --- any event that could happen now

    void any_event()
    {
        const auto i = static_cast<unsigned>(below(m_cpus.size()));
        switch (below(16)) {
        case 0:
            resume(i);
            return;
        case 1:
        case 2:
            step_systemc();
            return;
        case 3:
            if (nobody_keeps_time()) {
                advance(chance(50) ? 1 : 3);
            }
            return;
        case 4:
        case 5:
            due_timers();
            return;
        case 6:
            if (chance(5) || m_frozen) {
                freeze(!m_frozen && chance(50));
            }
            return;
        case 7:
            if (chance(20)) {
                const auto s = static_cast<unsigned>(below(m_sources.size()));
                set_timer(s, below(4 * m_quantum)); // armed anew, maybe earlier
            }
            return;
        default:
            cpu_event(i);
        }
    }

    void due_timers()
    {
        for (unsigned s = 0; s < m_sources.size(); s++) {
            if (m_sources[s].due) {
                run_timers(s);
                return;
            }
        }
    }

    void cpu_event(unsigned i)
    {
        cpu &c = m_cpus[i];
        if (c.blocked) {
            if (chance(10)) {
                block(i, false);
            }
            return;
        }
        switch (c.doing) {
        case thread::asks:
            chance(10) ? idle(i) : ask(i);
            break;
        case thread::waits:
            if (c.woken || chance(5)) { // or a kick
                ask(i);
            } else if (chance(2)) {
                idle(i); // its interrupt has gone again
            }
            break;
        case thread::executes:
            if (chance(80)) {
                execute(i);
            } else if (chance(30)) {
                idle(i);
            } else if (chance(40)) {
                suspend(i);
            } else if (chance(50)) {
                block(i, true);
            } else {
                delay(i);
            }
            break;
        default:
            break;
        }
    }

    // --- what must always hold

    void check()
    {
        tk_effects effects{};
        tk_effects_take(m_core, &effects);
        check_vcpus(effects);
        check_time(effects);
    }

    void check_vcpus(const tk_effects &effects)
    {
        bool any_active = false;
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            cpu &c = m_cpus[i];
            const tk_vcpu_info info = m_core.info(i);
            any_active = any_active || c.active();
            expect(info.idle_ps >= c.idle, "skipped time does not shrink", i);
            c.idle = info.idle_ps;
            c.local = after(c, 0);
            expect(info.annotated_ps == c.annotated, "annotated to the picosecond", i);
            expect(info.instructions == c.instructions, "instructions", i);
            expect(info.local_ps == c.local, "local = executed + idle + annotated", i);
            expect((info.state == TK_IDLE) == !c.active(), "idle", i);
            c.woken = c.woken || has(effects.wake, i);
            c.stopped = c.stopped || has(effects.stop, i);
        }
        for (unsigned i = 0; i < m_cpus.size() && m_failure.empty(); i++) {
            check_pause_and_budget(i);
        }
        const int holder = m_core.holder();
        expect((holder != TK_NOBODY) == any_active, "there is a holder if and only if anybody is active");
        expect(holder == TK_NOBODY || m_cpus[static_cast<size_t>(holder)].active(), "the holder is active");
    }

    void check_pause_and_budget(unsigned i)
    {
        const cpu &c = m_cpus[i];
        if (c.doing == thread::waits && !c.woken) {
            expect(bound(i) <= c.local, "one that may go on is woken", i);
        }
        if (c.doing == thread::executes && !c.stopped) {
            expect(after(c, c.budget - 1) < std::max(bound(i), c.local + 1),
                   "one whose budget passes the bound is stopped", i);
        }
    }

    void check_time(const tk_effects &effects)
    {
        const uint64_t global = m_core.global(), limit = m_core.limit();
        expect(global >= m_global, "global time does not go back", global);
        widen_cap();
        expect(global <= std::max(m_global, m_cap),
               "global time passes neither window, nor deadline, nor the slowest by a quantum", global);
        m_cap = cap();
        expect(limit <= global, "SystemC's limit does not pass global time", limit);
        expect(m_now <= limit, "SystemC's limit does not go back behind SystemC", limit);
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            expect(!keeps_time(m_cpus[i]) || limit <= m_cpus[i].local, "the limit waits for who keeps time",
                   i);
        }
        expect(tk_all_idle(m_core) == (nobody_keeps_time() && !m_frozen), "all idle");
        expect(effects.time_moved || (global == m_global && limit == m_limit), "time moves are told");
        m_global = global;
        m_limit = limit;
        for (unsigned s = 0; s < m_sources.size(); s++) {
            const bool reported = has(effects.timers, s);
            expect(!reported || m_sources[s].at <= global, "no timer before its time", s);
            m_sources[s].due = m_sources[s].due || reported;
            expect(m_sources[s].due || m_sources[s].at > global, "a timer whose time has come is due", s);
        }
    }

    // From here, when everybody does what he can, and only what he has to, global time moves on.
    void check_liveness()
    {
        const uint64_t start = m_core.global();
        if (m_frozen) {
            freeze(false);
            check();
        }
        for (int round = 0; round < 3000 && m_failure.empty(); round++) {
            if (m_core.global() > start) {
                return;
            }
            cooperate();
        }
        fail("time does not move any more");
    }

    void cooperate()
    {
        const auto checked = [&](bool possible, auto action) {
            if (possible && m_failure.empty()) {
                action();
                check();
            }
        };
        for (unsigned i = 0; i < m_cpus.size(); i++) {
            const cpu &c = m_cpus[i];
            // who waits for an exclusive section gets it once no transaction is under way
            checked(c.blocked && !works_on_any(), [&] { block(i, false); });
            checked(!c.blocked && (c.doing == thread::asks || (c.doing == thread::waits && c.woken)),
                    [&] { ask(i); });
            checked(!c.blocked && c.doing == thread::executes, [&] { report(i, c.budget); });
        }
        for (unsigned s = 0; s < m_sources.size(); s++) {
            checked(m_sources[s].due, [&] { run_timers(s); });
        }
        checked(true, [&] { step_systemc(); });
        checked(nobody_keeps_time(), [&] { advance(1); });
    }

    std::mt19937_64 m_random;
    uint64_t m_quantum;
    test_core m_core;
    std::vector<cpu> m_cpus;
    std::vector<source> m_sources;
    bool m_frozen = false;
    uint64_t m_now = 0;  // SystemC's time
    uint64_t m_next = 0; // its next event, transactions aside
    uint64_t m_window = TK_NEVER, m_min_window = 1;
    uint64_t m_global = 0, m_limit = 0, m_cap = 0; // as of the last check
    std::string m_failure;
    std::deque<event> m_history;
};

} // namespace

TEST(random_schedules, keep_all_that_must_always_hold)
{
    const uint64_t seed = from_environment("TK_SEED", 1), events = from_environment("TK_EVENTS", 4000000);
    for (uint64_t i = 0; i * events_per_system < events; i++) {
        simulation simulated(seed * 1000003 + i);
        ASSERT_TRUE(simulated.run(events_per_system)) << "TK_SEED=" << seed << " TK_EVENTS=" << events
                                                      << ", system " << i << ": " << simulated.report();
    }
}
