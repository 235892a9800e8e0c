// SPDX-License-Identifier: MIT
#include "fake_qemu.h"

#include <stdexcept>

// Whose BQL the thread holds.
static thread_local const fake_qemu *t_locked;

const tk_source_ops fake_qemu::ops = {run_timers, deadline_ns, leave};

fake_qemu::fake_qemu(tk_timeline *timeline, const char *name) : m_timeline(timeline)
{
    if (tk_timeline_source_add(timeline, name, &ops, this, &m_source)) {
        throw std::runtime_error("cannot join the timeline");
    }
}

fake_qemu::~fake_qemu()
{
    stop();
}

void fake_qemu::lock()
{
    m_bql.lock();
    t_locked = this;
}

void fake_qemu::unlock()
{
    t_locked = nullptr;
    m_bql.unlock();
}

// --- life
// ----------------------------------------------------------------------------------------------------

unsigned fake_qemu::add(uint64_t insn_per_second, program guest)
{
    auto c = std::make_unique<cpu>();
    c->index = static_cast<unsigned>(m_cpus.size());
    c->insn_per_second = insn_per_second;
    c->guest = std::move(guest);
    m_cpus.push_back(std::move(c));
    return m_cpus.back()->index;
}

void fake_qemu::start()
{
    m_started = true;
    m_source_thread = std::thread([this] {
        while (tk_timeline_source_work(m_timeline, m_source)) {
        }
    });
    for (auto &c : m_cpus) {
        c->thread = std::thread([this, &c] { vcpu_thread(*c); });
    }
    std::unique_lock<std::mutex> hold(m_bql);
    m_changed.wait(hold, [this] { return m_joined == m_cpus.size(); });
    hold.unlock();
    run(true);
}

void fake_qemu::run(bool running)
{
    lock();
    tk_timeline_source_running(m_timeline, m_source, running);
    unlock();
}

void fake_qemu::wait_for_power_off()
{
    std::unique_lock<std::mutex> hold(m_bql);
    m_changed.wait(hold, [this] { return m_powered_off == m_cpus.size(); });
}

void fake_qemu::stop()
{
    if (!m_started) {
        return;
    }
    m_started = false;
    lock();
    m_stopping = true;
    unlock();
    tk_timeline_source_close(m_timeline, m_source);
    for (auto &c : m_cpus) {
        interrupt(c->index);
    }
    for (auto &c : m_cpus) {
        c->thread.join();
    }
    m_source_thread.join();
}

// --- timers
// --------------------------------------------------------------------------------------------------

void fake_qemu::arm(int64_t at_ns, std::function<void()> callback)
{
    {
        std::lock_guard<std::mutex> hold(m_timers_lock);
        m_timers.emplace(at_ns, std::move(callback));
    }
    tk_timeline_timer_armed(m_timeline, m_source);
}

int64_t fake_qemu::deadline_ns(void *opaque)
{
    auto *self = static_cast<fake_qemu *>(opaque);
    std::lock_guard<std::mutex> hold(self->m_timers_lock);
    return self->m_timers.empty() ? -1 : self->m_timers.begin()->first;
}

void fake_qemu::run_timers(void *opaque)
{
    auto *self = static_cast<fake_qemu *>(opaque);
    const bool locked = t_locked == self;

    if (!locked) {
        self->lock();
    }
    for (;;) {
        std::function<void()> callback;
        {
            std::lock_guard<std::mutex> hold(self->m_timers_lock);
            const auto now_ns = static_cast<int64_t>(tk_timeline_now(self->m_timeline) / TK_PS_PER_NS);
            if (self->m_timers.empty() || self->m_timers.begin()->first > now_ns) {
                break;
            }
            callback = std::move(self->m_timers.begin()->second);
            self->m_timers.erase(self->m_timers.begin());
        }
        callback();
    }
    if (!locked) {
        self->unlock();
    }
}

// --- kicks
// ---------------------------------------------------------------------------------------------------

void fake_qemu::leave(void *opaque, unsigned index)
{
    static_cast<fake_qemu *>(opaque)->m_cpus[index]->exit_request = true;
}

void fake_qemu::kick(cpu &c)
{
    tk_timeline_kicked(m_timeline, c.vcpu);
    c.halt_cond.notify_all();
    c.exit_request = true;
}

void fake_qemu::interrupt(unsigned index)
{
    const bool locked = t_locked == this;

    if (!locked) {
        lock();
    }
    m_cpus[index]->interrupted = true;
    kick(*m_cpus[index]);
    if (!locked) {
        unlock();
    }
}

// --- a vCPU's thread
// -----------------------------------------------------------------------------------------

bool fake_qemu::is_idle(const cpu &c) const
{
    return !m_stopping && (c.off || (c.halted && !c.interrupted));
}

bool fake_qemu::held_back(cpu &c, uint32_t ticket)
{
    if (m_stopping || !tk_timeline_hold(m_timeline, c.vcpu, ticket)) {
        return false;
    }
    unlock();
    tk_timeline_wait(m_timeline, c.vcpu, ticket);
    lock();
    return true;
}

void fake_qemu::wait_io_event(cpu &c)
{
    uint32_t ticket;

    do {
        for (ticket = tk_timeline_ticket(m_timeline, c.vcpu); is_idle(c);
             ticket = tk_timeline_ticket(m_timeline, c.vcpu)) {
            if (!tk_timeline_idle(m_timeline, c.vcpu, ticket)) {
                if (c.off && !c.counted) { // the timeline knows now all that it has executed
                    c.counted = true;
                    m_powered_off++;
                    m_changed.notify_all();
                }
                t_locked = nullptr;
                c.halt_cond.wait(m_bql);
                t_locked = this;
            }
        }
    } while (held_back(c, ticket));
}

void fake_qemu::execute(cpu &c)
{
    while (!c.exit_request.exchange(false)) {
        const int n = c.guest();

        if (n <= 0) {
            lock();
            c.halted = n == wait_for_interrupt;
            c.off = n == power_off;
            unlock();
            return;
        }
        c.executed += static_cast<uint64_t>(n);
        // as translated code does it: plain loads and stores of 64 bits
        const uint64_t count = __atomic_load_n(&c.counter, __ATOMIC_RELAXED) + static_cast<uint64_t>(n);
        __atomic_store_n(&c.counter, count, __ATOMIC_RELAXED);
        if (count >= TK_COUNTER_LIMIT && !tk_timeline_end_of_quantum(m_timeline, c.vcpu)) {
            c.exit_request = true;
        }
    }
}

void fake_qemu::vcpu_thread(cpu &c)
{
    lock();
    if (tk_timeline_vcpu_add(m_timeline, m_source, c.index, c.insn_per_second, &c.counter, &c.vcpu)) {
        throw std::runtime_error("cannot join the timeline");
    }
    m_joined++;
    m_changed.notify_all();
    for (;;) {
        wait_io_event(c);
        if (m_stopping) {
            break;
        }
        if (c.interrupted) {
            c.interrupted = c.halted = false;
        }
        if (tk_timeline_may_run(m_timeline, c.vcpu)) {
            unlock();
            execute(c);
            lock();
        }
    }
    unlock();
}
