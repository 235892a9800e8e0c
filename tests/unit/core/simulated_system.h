// SPDX-License-Identifier: MIT
//
// vCPUs, SystemC and timers as the shells drive them, in any order that threads could produce. After each
// event all that must always hold is compared with a model that computes it from the events.
#ifndef TIMEKEEPER_TESTS_SIMULATED_SYSTEM_H
#define TIMEKEEPER_TESTS_SIMULATED_SYSTEM_H

#include "schedule.h"
#include "test_core.h"

#include <array>
#include <set>
#include <string>
#include <vector>

__extension__ typedef unsigned __int128 u128;

constexpr unsigned block_max = 20; // instructions

// What a vCPU's thread does.
enum class thread { removed, asleep, asks, executes, waits, transacts };

// Instructions at a rate, in 2^-64 ps. A change of rate loses less than 2^-64 ps here, and less than 2^-40 ps
// in the core.
class exact_time
{
  public:
    explicit exact_time(uint64_t rate) : m_rate(rate) {}
    void set_rate(uint64_t rate);
    void execute(uint64_t n) { m_instructions += n; }
    // The least and the most whole picoseconds that the core may say after n more instructions.
    uint64_t least(uint64_t n) const { return whole(sum(n) - m_losses); }
    uint64_t most(uint64_t n) const { return whole(sum(n) + (m_losses >> 24)); }

  private:
    u128 sum(uint64_t n) const;
    static uint64_t whole(u128 time) { return static_cast<uint64_t>(time >> 64); }

    uint64_t m_rate;
    uint64_t m_instructions = 0; // since the rate changed
    u128 m_before = 0;           // what was executed before that
    u128 m_losses = 0;
};

struct cpu {
    explicit cpu(uint64_t rate) : executed(rate) {}

    thread doing = thread::asleep;
    uint64_t budget = 0;  // instructions left
    bool stopped = false; // told to leave its loop: executes the rest of a block at most
    bool woken = false;
    bool kicked = false; // has not looked yet whether there is anything to do
    bool blocked = false;
    bool accepted = false;
    uint64_t floor = 0;      // its transaction does not end before
    uint64_t end = TK_NEVER; // when SystemC ends its transaction
    uint64_t delay = 0;      // and annotates this
    exact_time executed;
    uint64_t instructions = 0;
    uint64_t annotated = 0;
    uint64_t idle = 0;
    uint64_t local = 0;

    bool active() const { return doing != thread::asleep && doing != thread::removed; }
};

struct source {
    uint64_t at = TK_NEVER;
    bool due = false;
};

class simulated_system
{
  public:
    explicit simulated_system(const schedule &head);

    // Does what can be done of it now, and checks. False: something does not hold.
    bool apply(const event &each);

    const std::string &failure() const { return m_failure; }
    std::string report() const;

    // For those who choose what comes next. vCPUs are numbered from 0 by their `add`, sources likewise.
    const std::vector<cpu> &cpus() const { return m_cpus; }
    const std::vector<source> &sources() const { return m_sources; }
    bool frozen() const { return m_frozen; }
    bool nobody_keeps_time() const;
    bool had_event() const { return m_had_event; } // SystemC, in the last step

  private:
    // What vCPUs must not pass, as things stand.
    struct bounds {
        uint64_t end;           // window, crossing, deadline
        uint64_t least, second; // of those that bound others
        unsigned who;           // has the least
    };

    bool works_on_any() const;
    bool keeps_time(const cpu &c) const;
    uint64_t deadline() const;
    uint64_t end() const;
    uint64_t cap() const;
    void widen_cap();
    bounds look() const;
    uint64_t bound(const bounds &now, unsigned i) const;
    uint64_t next_event() const;

    void expect(bool good, const char *what, uint64_t who = 0);

    void apply_to_cpu(const event &each, unsigned i);
    void apply_to_rest(const event &each);
    void add(uint64_t id, uint64_t rate);
    void add_source(uint64_t id);
    void remove(unsigned i);
    void set_rate(unsigned i, uint64_t rate);
    void wake(unsigned i, uint64_t seen_later, bool kicked);
    void ask(unsigned i);
    void execute(unsigned i, uint64_t n);
    void idle(unsigned i);
    void delay(unsigned i, uint64_t ps);
    void suspend(unsigned i);
    void accept(unsigned i, uint64_t wait, uint64_t delay);
    void restart(unsigned i);
    void block(unsigned i, bool blocked);
    void cross(unsigned i);
    void set_timer(unsigned s, uint64_t from_now);
    void step(uint64_t next);
    void advance(uint64_t part);
    void freeze(bool frozen);

    void check();
    void check_cpu(unsigned i, const tk_effects &effects);
    void check_pause_and_budget(const bounds &now, unsigned i);
    void check_holder();
    void check_time(const tk_effects &effects);
    void check_timers(const tk_effects &effects);
    void check_liveness();
    void cooperate();
    template <typename action>
    void checked(bool possible, action act);

    uint64_t m_quantum, m_min_window;
    test_core m_core;
    std::vector<cpu> m_cpus; // by the core's index
    std::vector<source> m_sources;
    // a schedule that was shortened has gaps in its numbers, and the core has not
    std::array<unsigned, TK_VCPUS_MAX> m_cpu_of;
    std::array<unsigned, TK_SOURCES_MAX> m_source_of;
    bool m_frozen = false, m_had_event = false;
    uint64_t m_now = 0;  // SystemC's time
    uint64_t m_next = 0; // its next event, transactions aside
    uint64_t m_window = TK_NEVER;
    std::multiset<uint64_t> m_crossings;           // changes that SystemC has not processed
    uint64_t m_crossing = TK_NEVER;                // the earliest that the core knows of
    uint64_t m_global = 0, m_limit = 0, m_cap = 0; // as of the last check
    std::string m_failure;
};

#endif
