// SPDX-License-Identifier: MIT
//
// Guests on a deterministic core, with threads that the host runs in any order: each thread does one step at
// a time, as the shells' threads do between two holds of their lock, and a random choice says whose turn it
// is with the host.
#ifndef TIMEKEEPER_TESTS_ANY_HOST_H
#define TIMEKEEPER_TESTS_ANY_HOST_H

#include "test_core.h"

#include <deque>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

class any_host
{
  public:
    // What the guests do follows from `guest` alone; `host` chooses which thread runs when.
    any_host(uint64_t guest, uint64_t host, unsigned cpus, bool with_systemc);

    // Until the guests have done so many things that can be told apart and SystemC, if it is there, has the
    // turn; or until nothing can happen any more.
    void run(size_t entries);

    // What guests and SystemC have seen, in the order in which they saw it.
    std::string log() const { return m_log.str(); }
    // Of the core; comparable while SystemC has the turn.
    std::string statistics() const;
    bool stuck() const { return m_stuck; }

  private:
    enum class at { looks, asleep, waits, executes, hands_over, transacts, waits_inside };
    struct cpu {
        std::mt19937_64 program;
        at where = at::looks;
        uint64_t budget = 0, executed = 0; // since the last report
        uint64_t total = 0;
        bool gate = false; // opened since it was last looked at
        bool leaves = false, halted = false, interrupted = false, answered = false;
    };
    struct timer {
        uint64_t at;
        unsigned target;
    };
    struct request {
        unsigned cpu;
        uint64_t wait, delay;
        bool accepted = false;
        uint64_t end = TK_NEVER;
    };

    bool can_step(unsigned who) const;
    void step(unsigned who);
    void step_cpu(unsigned i);
    void look(unsigned i);
    void ask(unsigned i, at otherwise);
    void execute(unsigned i);
    void act(unsigned i);
    void step_systemc();
    void systemc_works();
    void run_timers();
    void carry_out(bool timers_too);
    void report(unsigned i);
    void interrupt(unsigned i);
    void kick(unsigned i);
    uint64_t next_timer() const;
    uint64_t next_event() const;
    uint64_t next_crossing() const;
    std::ostream &note();

    std::mt19937_64 m_host;
    test_core m_core;
    unsigned m_source;
    std::vector<cpu> m_cpus;
    std::vector<timer> m_timers;
    bool m_timers_due = false;
    const bool m_with_systemc;
    std::mt19937_64 m_systemc;
    std::deque<request> m_requests;
    std::multimap<uint64_t, unsigned> m_crossings; // lines out of QEMU: when, and which CPU they interrupt
    bool m_parked = false, m_keeper_gate = false, m_poked = false;
    uint64_t m_now = 0, m_event = 0;
    std::ostringstream m_log;
    size_t m_entries = 0;
    bool m_stuck = false;
};

#endif
