// SPDX-License-Identifier: MIT
//
// Chooses what happens next in a simulated system: any event that is possible there, the rare ones rarely.
#ifndef TIMEKEEPER_TESTS_RANDOM_SCHEDULE_H
#define TIMEKEEPER_TESTS_RANDOM_SCHEDULE_H

#include "schedule.h"
#include "simulated_system.h"

#include <deque>
#include <random>

class random_schedule
{
  public:
    explicit random_schedule(uint64_t seed);
    // The system without its events.
    const schedule &head() const { return m_head; }
    event next(const simulated_system &system);

  private:
    uint64_t below(uint64_t n) { return n ? m_random() % n : 0; }
    bool chance(unsigned percent) { return below(100) < percent; }
    uint64_t random_quantum();
    uint64_t random_rate();
    void build();
    void plan(what kind, uint64_t who = 0, uint64_t a = 0, uint64_t b = 0);
    void plan_any(const simulated_system &system);
    void plan_resume(uint64_t who);
    void plan_step(const simulated_system &system);
    void plan_due_timer(const simulated_system &system);
    void plan_rare(const simulated_system &system, uint64_t who);
    void plan_cpu(const cpu &c, uint64_t who);
    void plan_executing(const cpu &c, uint64_t who);

    std::mt19937_64 m_random;
    schedule m_head;
    std::deque<event> m_planned;
    uint64_t m_events = 0;
    bool m_stepped = false;
};

#endif
