// SPDX-License-Identifier: MIT
#include "random_schedule.h"

#include <array>

namespace
{
constexpr uint64_t cpus_max = 64;
constexpr uint64_t between_checks_of_liveness = 500;
} // namespace

random_schedule::random_schedule(uint64_t seed) : m_random(seed)
{
    m_head.quantum = random_quantum();
    m_head.reports = 1 + below(8);
    m_head.min_window = 1 + below(m_head.quantum);
    build();
}

void random_schedule::plan(what kind, uint64_t who, uint64_t a, uint64_t b)
{
    m_planned.push_back({kind, who, a, b});
}

void random_schedule::build()
{
    const uint64_t cpus = 1 + below(chance(20) ? cpus_max : 12), sources = 1 + below(3);

    for (uint64_t i = 0; i < cpus; i++) {
        plan(what::add, i, random_rate());
    }
    for (uint64_t s = 0; s < sources; s++) {
        plan(what::source, s);
        plan(what::timer, s, below(4 * m_head.quantum));
    }
    plan(what::step, 0, below(10 * m_head.quantum));
    for (uint64_t i = 0; i < cpus; i++) {
        if (chance(70)) {
            plan_resume(i);
        }
    }
}

uint64_t random_schedule::random_quantum()
{
    static constexpr std::array<uint64_t, 5> all = {us, 10 * us, 100 * us, ms, 777777};
    return all[below(all.size())];
}

uint64_t random_schedule::random_rate()
{
    static constexpr std::array<uint64_t, 5> all = {ghz, 333333333, 400000000, 7000001, 2 * ghz};
    static constexpr std::array<uint64_t, 4> extreme = {1, 32768, TK_RATE_MAX - 1, TK_RATE_MAX};
    if (chance(2)) {
        return extreme[below(extreme.size())];
    }
    return chance(70) ? all[below(all.size())] : 1000000 + below(4 * ghz);
}

event random_schedule::next(const simulated_system &system)
{
    if (m_stepped && system.had_event() && !system.cpus().empty() && chance(50)) {
        plan_resume(below(system.cpus().size())); // an interrupt
    }
    while (m_planned.empty()) {
        if (++m_events % between_checks_of_liveness == 0) {
            plan(what::live);
        } else {
            plan_any(system);
        }
    }
    const event first = m_planned.front();
    m_planned.pop_front();
    m_stepped = first.kind == what::step;
    return first;
}

void random_schedule::plan_any(const simulated_system &system)
{
    const uint64_t i = below(system.cpus().size());
    switch (below(16)) {
    case 0:
        plan_resume(i);
        return;
    case 1:
    case 2:
        plan_step(system);
        return;
    case 3:
        if (system.nobody_keeps_time()) {
            plan(what::advance, 0, chance(50) ? 1 : 3);
        }
        return;
    case 4:
    case 5:
        plan_due_timer(system);
        return;
    case 6:
        if (system.frozen() || chance(5)) {
            plan(system.frozen() || chance(50) ? what::thaw : what::freeze);
        }
        return;
    case 7:
        plan_rare(system, i);
        return;
    default:
        plan_cpu(system.cpus()[i], i);
    }
}

void random_schedule::plan_resume(uint64_t who)
{
    plan(chance(70) ? what::kick : what::resume, who, chance(30) ? 1 + below(m_head.quantum / 4) : 0);
}

void random_schedule::plan_step(const simulated_system &system)
{
    for (uint64_t i = 0; i < system.cpus().size(); i++) {
        const cpu &c = system.cpus()[i];
        if (c.doing == thread::transacts && !c.accepted && chance(90)) {
            plan(what::accept, i, chance(50) ? 0 : below(5 * m_head.quantum),
                 chance(50) ? below(3 * m_head.quantum) : 0);
        }
    }
    plan(what::step, 0, below(chance(50) ? m_head.quantum / 16 : 6 * m_head.quantum));
}

void random_schedule::plan_due_timer(const simulated_system &system)
{
    for (uint64_t s = 0; s < system.sources().size(); s++) {
        if (system.sources()[s].due) {
            if (chance(60)) {
                plan_resume(below(system.cpus().size()));
            }
            plan(what::timer, s, 1 + below(chance(50) ? m_head.quantum / 8 : 8 * m_head.quantum));
            return;
        }
    }
}

void random_schedule::plan_rare(const simulated_system &system, uint64_t who)
{
    const uint64_t cpus = system.cpus().size();
    if (chance(20)) {
        // armed anew, maybe earlier
        plan(what::timer, below(system.sources().size()), below(4 * m_head.quantum));
    } else if (chance(15)) {
        plan(what::rate, who, random_rate());
    } else if (chance(1)) {
        plan(what::remove, who);
        if (cpus < TK_VCPUS_MAX) {
            plan(what::add, cpus, random_rate()); // plugged in
            plan_resume(cpus);
        }
    }
}

void random_schedule::plan_cpu(const cpu &c, uint64_t who)
{
    if (c.blocked) {
        if (chance(10)) {
            plan(what::unblock, who);
        }
        return;
    }
    switch (c.doing) {
    case thread::asks:
        plan(chance(10) ? what::idle : what::ask, who);
        break;
    case thread::waits:
        if (c.woken || chance(5)) { // or a kick
            plan(what::ask, who);
        } else if (chance(2)) {
            plan(what::idle, who); // its interrupt has gone again
        }
        break;
    case thread::executes:
        plan_executing(c, who);
        break;
    default:
        break;
    }
}

void random_schedule::plan_executing(const cpu &c, uint64_t who)
{
    const uint64_t rest_of_block = 1 + below(block_max);
    if (chance(80)) {
        // to the end of the block in which the budget ends; or a kick had it leave earlier
        plan(what::report, who,
             c.stopped    ? rest_of_block
             : chance(60) ? c.budget - 1 + rest_of_block
                          : 1 + below(c.budget));
    } else if (chance(30)) {
        plan(what::idle, who);
    } else if (chance(40)) {
        plan(what::suspend, who);
    } else if (chance(30)) {
        plan(what::block, who);
    } else if (chance(50)) {
        plan(what::cross, who);
    } else {
        plan(what::delay, who, below(2 * m_head.quantum));
    }
}
