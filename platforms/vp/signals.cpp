// SPDX-License-Identifier: MIT
#include "signals.h"

#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/module.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <thread>

namespace vp
{

static const timespec grace = {10, 0};

// nohup ignores it, and that is to stay so: a signal that is waited for comes all the same.
static bool signal_is_wanted(int number)
{
    struct sigaction now = {};
    return sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN;
}

static sigset_t watched_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (signal_is_wanted(SIGHUP)) {
        sigaddset(&set, SIGHUP);
    }
    sigaddset(&set, SIGUSR1);
    return set;
}

void block_signals()
{
    const sigset_t set = watched_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

// An sc_module, because a SystemC process must do the asking.
struct signal_watch::state : sc_core::sc_module {
    state(const sc_core::sc_module_name &name, std::function<void()> on_usr1,
          std::function<void(int, const std::string &)> on_hard_end)
        : sc_module(name), m_on_usr1(std::move(on_usr1)), m_on_hard_end(std::move(on_hard_end))
    {
        SC_HAS_PROCESS(state);
        SC_METHOD(end_run);
        dont_initialize();
        sensitive << m_arrived.event();
        m_thread = std::thread([this] { watch(); });
    }

    // Waits for the next signal that ends something, without `limit` for ever: the destructor sends one.
    int next_but_usr1(const timespec *limit)
    {
        const sigset_t set = watched_signals();
        int number;
        do {
            number = limit ? sigtimedwait(&set, nullptr, limit) : sigwaitinfo(&set, nullptr);
            if (number == SIGUSR1) {
                m_on_usr1();
            }
        } while (number == SIGUSR1 || (number < 0 && errno == EINTR));
        return number;
    }

    std::string why() const { return std::string("ended by ") + strsignal(m_signal); }
    void end_run() { tk::request_exit(128 + m_signal, why()); }

    void watch()
    {
        const int number = next_but_usr1(nullptr);
        if (m_ending) {
            return;
        }
        m_signal = number;
        tk::keeper::instance()->end_turns();
        m_arrived.notify();
        int second = next_but_usr1(&grace);
        if (second < 0 && m_run_over) {
            second = next_but_usr1(nullptr); // files are being written: that may take as long as it takes
        }
        if (!m_ending) {
            m_on_hard_end(128 + number, why());
            std::cerr << "vp: ends at once, and leaves no trace, report or statistics: "
                      << (second > 0 ? "another signal came" : "the run does not come to an end in order")
                      << std::endl;
            std::quick_exit(128 + number);
        }
    }

    std::function<void()> m_on_usr1;
    std::function<void(int, const std::string &)> m_on_hard_end;
    std::atomic<bool> m_run_over{false};
    std::atomic<bool> m_ending{false};
    std::atomic<int> m_signal{0};
    tk::async_event m_arrived{"signal_arrived"};
    std::thread m_thread;
};

signal_watch::signal_watch(std::function<void()> on_usr1,
                           std::function<void(int, const std::string &)> on_hard_end)
    : m_state(new state("signal_watch", std::move(on_usr1), std::move(on_hard_end)))
{
}

void signal_watch::run_over()
{
    m_state->m_run_over = true;
}

signal_watch::~signal_watch()
{
    m_state->m_ending = true;
    // The thread waits for a signal: let it have one of its own.
    pthread_kill(m_state->m_thread.native_handle(), SIGINT);
    m_state->m_thread.join();
    delete m_state;
}

} // namespace vp
