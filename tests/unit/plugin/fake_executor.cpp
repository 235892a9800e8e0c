// SPDX-License-Identifier: MIT
#include "fake_executor.h"

#include <mutex>
#include <shared_mutex>
#include <stdexcept>

fake_executor *fake_executor::instance;

// Whether the thread holds the BQL.
static thread_local bool t_locked;

// The plugin's timer thread, which nobody joins, may run timers after the plugin has been told of the exit.
// It comes without the BQL, and holds this; it is the last that the destructor waits for.
static std::shared_mutex s_timers_run;

// --- qemu-plugin.h ---------------------------------------------------------------------------------------

extern "C" {
QEMU_PLUGIN_EXPORT void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t, qemu_plugin_vcpu_simple_cb_t cb)
{
    fake_executor::instance->vcpu_init = cb;
}

QEMU_PLUGIN_EXPORT void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t,
                                                              qemu_plugin_vcpu_tb_trans_cb_t cb)
{
    fake_executor::instance->translated = cb;
}

QEMU_PLUGIN_EXPORT void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, qemu_plugin_udata_cb_t cb,
                                                       void *data)
{
    fake_executor::instance->at_exit = cb;
    fake_executor::instance->at_exit_data = data;
}

QEMU_PLUGIN_EXPORT void qemu_plugin_register_vcpu_tb_count(qemu_plugin_tb *tb, qemu_plugin_count,
                                                           qemu_plugin_vcpu_udata_cb_t cb, void *data)
{
    tb->at_limit = cb;
    tb->at_limit_data = data;
}

QEMU_PLUGIN_EXPORT uint64_t *qemu_plugin_vcpu_count(unsigned index)
{
    return fake_executor::instance->count_of(index);
}

QEMU_PLUGIN_EXPORT const void *qemu_plugin_request_time_control(void)
{
    return fake_executor::instance;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_own_time(const void *, const qemu_plugin_time_ops *ops, void *opaque)
{
    fake_executor::instance->own_time(ops, opaque);
    return 0;
}

QEMU_PLUGIN_EXPORT int64_t qemu_plugin_timer_deadline_ns(void)
{
    return fake_executor::instance->deadline_ns();
}

QEMU_PLUGIN_EXPORT void qemu_plugin_run_timers(void)
{
    std::shared_lock<std::shared_mutex> lives(s_timers_run, std::defer_lock);
    if (!t_locked) {
        lives.lock();
    }
    if (fake_executor::instance) {
        fake_executor::instance->run_timers();
    }
}

QEMU_PLUGIN_EXPORT void qemu_plugin_vcpu_leave(unsigned index)
{
    fake_executor::instance->leave(index);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv);

// The plugin never joins its thread: QEMU has no moment for that, it ends with the process.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}
}

// --- life ------------------------------------------------------------------------------------------------

static qemu_plugin_id_t next_id()
{
    static qemu_plugin_id_t id;
    return ++id;
}

fake_executor::fake_executor(const std::string &timeline, const std::vector<std::string> &options,
                             std::vector<program> guests)
    : m_id(next_id())
{
    std::vector<std::string> words = options;
    std::vector<char *> argv;
    qemu_info_t info{};

    instance = this;
    words.push_back("timeline=" + timeline);
    for (std::string &each : words) {
        argv.push_back(each.data());
    }
    info.system_emulation = true;
    info.system.smp_vcpus = info.system.max_vcpus = static_cast<int>(guests.size());
    if (qemu_plugin_install(m_id, &info, static_cast<int>(argv.size()), argv.data())) {
        throw std::runtime_error("the plugin refuses");
    }
    for (int n = 1; n <= longest_block; n++) {
        m_blocks.push_back(std::make_unique<qemu_plugin_tb>());
        m_blocks.back()->instructions = static_cast<size_t>(n);
        translated(m_id, m_blocks.back().get());
    }
    for (program &each : guests) {
        m_cpus.push_back(std::make_unique<cpu>());
        m_cpus.back()->index = static_cast<unsigned>(m_cpus.size() - 1);
        m_cpus.back()->guest = std::move(each);
    }
}

fake_executor::~fake_executor()
{
    lock();
    m_stopping = true;
    unlock();
    at_exit(m_id, at_exit_data);
    for (auto &c : m_cpus) {
        kick(*c);
    }
    for (auto &c : m_cpus) {
        if (c->thread.joinable()) {
            c->thread.join();
        }
    }
    const std::unique_lock<std::shared_mutex> nobody(s_timers_run);
    instance = nullptr;
}

void fake_executor::own_time(const qemu_plugin_time_ops *ops, void *opaque)
{
    m_ops = ops;
    m_opaque = opaque;
}

void fake_executor::start()
{
    for (auto &c : m_cpus) {
        c->thread = std::thread([this, &c] { vcpu_thread(*c); });
    }
    std::unique_lock<std::mutex> hold(m_bql);
    m_changed.wait(hold, [this] { return m_joined == m_cpus.size(); });
    m_running = true;
    m_ops->vm_state(m_opaque, true);
    hold.unlock();
    for (auto &c : m_cpus) {
        kick(*c);
    }
}

void fake_executor::wait_for_power_off()
{
    std::unique_lock<std::mutex> hold(m_bql);
    m_changed.wait(hold, [this] { return m_powered_off == m_cpus.size(); });
}

void fake_executor::lock()
{
    m_bql.lock();
    t_locked = true;
}

void fake_executor::unlock()
{
    t_locked = false;
    m_bql.unlock();
}

// --- timers ----------------------------------------------------------------------------------------------

void fake_executor::arm(int64_t at_ns, std::function<void()> callback)
{
    {
        std::lock_guard<std::mutex> hold(m_timers_lock);
        m_timers.emplace(at_ns, std::move(callback));
    }
    m_ops->timer_armed(m_opaque);
}

int64_t fake_executor::deadline_ns()
{
    std::lock_guard<std::mutex> hold(m_timers_lock);
    return m_timers.empty() ? -1 : m_timers.begin()->first;
}

void fake_executor::run_timers()
{
    const bool locked = t_locked;

    if (!locked) {
        lock();
    }
    for (;;) {
        std::function<void()> callback;
        {
            std::lock_guard<std::mutex> hold(m_timers_lock);
            if (m_timers.empty() || m_timers.begin()->first > clock_ns()) {
                break;
            }
            callback = std::move(m_timers.begin()->second);
            m_timers.erase(m_timers.begin());
        }
        callback();
    }
    if (!locked) {
        unlock();
    }
}

// --- kicks -----------------------------------------------------------------------------------------------

void fake_executor::kick(cpu &c)
{
    m_ops->kicked(m_opaque, c.index);
    c.exit_request = true;
}

void fake_executor::interrupt(unsigned index)
{
    const bool locked = t_locked;

    if (!locked) {
        lock();
    }
    m_cpus[index]->interrupted = true;
    kick(*m_cpus[index]);
    if (!locked) {
        unlock();
    }
}

void fake_executor::queue_work(unsigned index, std::function<void()> work)
{
    cpu &c = *m_cpus[index];
    {
        std::lock_guard<std::mutex> hold(c.work_lock);
        c.work.push_back(std::move(work));
        c.has_work = true;
    }
    kick(c);
}

// --- a vCPU's thread; with the BQL unless it says otherwise ----------------------------------------------

bool fake_executor::has_nothing_to_execute(const cpu &c) const
{
    return c.off || (c.halted && !c.interrupted);
}

bool fake_executor::is_idle(const cpu &c) const
{
    return !m_stopping && !c.has_work && (!m_running || has_nothing_to_execute(c));
}

bool fake_executor::can_run(cpu &c)
{
    return m_running && !m_stopping && !has_nothing_to_execute(c) && m_ops->may_run(m_opaque, c.index);
}

void fake_executor::wait(const cpu &c, uint32_t ticket)
{
    unlock();
    m_ops->wait(m_opaque, c.index, ticket);
    lock();
}

bool fake_executor::held_back(cpu &c, uint32_t ticket)
{
    if (m_stopping || !m_running || has_nothing_to_execute(c) || c.has_work ||
        !m_ops->hold(m_opaque, c.index, ticket)) {
        return false;
    }
    wait(c, ticket);
    return true;
}

void fake_executor::idle_wait(cpu &c, uint32_t ticket)
{
    if (m_ops->idle(m_opaque, c.index, !m_running, ticket) != QEMU_PLUGIN_IDLE_WAIT) {
        return; // looks again
    }
    if (c.off && !c.counted) { // the plugin knows now all that it has executed
        c.counted = true;
        m_powered_off++;
        m_changed.notify_all();
    }
    wait(c, ticket);
}

void fake_executor::wait_io_event(cpu &c)
{
    std::vector<std::function<void()>> work;
    uint32_t ticket;

    do {
        for (ticket = m_ops->ticket(m_opaque, c.index); is_idle(c);
             ticket = m_ops->ticket(m_opaque, c.index)) {
            idle_wait(c, ticket);
        }
    } while (held_back(c, ticket));
    {
        std::lock_guard<std::mutex> hold(c.work_lock);
        work.swap(c.work);
        c.has_work = false;
    }
    for (const auto &each : work) {
        each();
    }
}

// cpu_handle_interrupt() in accel/tcg/cpu-exec.c, where an execution begins.
void fake_executor::take_interrupt(cpu &c)
{
    if (c.interrupted) {
        m_ops->interrupted(m_opaque, c.index, 0x200);
        c.taken++;
    }
    c.interrupted = false;
}

// Without the BQL.
void fake_executor::execute(cpu &c)
{
    while (!c.exit_request) {
        const int n = c.left_over > 0 ? c.left_over : c.guest();

        c.left_over = 0;
        if (n <= 0) {
            lock();
            c.halted = n == wait_for_interrupt;
            c.off = n == power_off;
            unlock();
            return;
        }
        // plain loads and stores of 64 bits in translated code
        const qemu_plugin_tb &tb = *m_blocks[static_cast<size_t>(n) - 1];
        if (__atomic_load_n(&c.count, __ATOMIC_RELAXED) >> 63) {
            tb.at_limit(c.index, tb.at_limit_data);
        }
        if (c.exit_request) {
            c.left_over = n; // it leaves before the block
            return;
        }
        c.executed += tb.instructions;
        __atomic_store_n(&c.count, __atomic_load_n(&c.count, __ATOMIC_RELAXED) + tb.instructions,
                         __ATOMIC_RELAXED);
    }
}

void fake_executor::vcpu_thread(cpu &c)
{
    lock();
    vcpu_init(m_id, c.index);
    m_joined++;
    m_changed.notify_all();
    while (!m_stopping) {
        if (can_run(c)) {
            c.halted = false;
            take_interrupt(c);
            unlock();
            execute(c);
            lock();
        }
        c.exit_request = false;
        wait_io_event(c);
    }
    unlock();
}
