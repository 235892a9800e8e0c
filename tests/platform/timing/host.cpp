// SPDX-License-Identifier: MIT
#include "host.h"

#include <algorithm>
#include <csignal>
#include <sstream>
#include <sys/wait.h>

namespace timing
{

load::load()
{
    const unsigned count = 2 * std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; i++) {
        m_threads.emplace_back([this] {
            while (!m_over) {
            }
        });
    }
}

load::~load()
{
    m_over = true;
    for (std::thread &each : m_threads) {
        each.join();
    }
}

void stop_and_continue(test::program &vp)
{
    for (const char *when : {"begin", "middle"}) {
        ASSERT_TRUE(vp.wait_for_output(when));
        for (int i = 0; i < 5; i++) {
            kill(vp.pid(), SIGSTOP);
            // All threads have stopped when the parent is told.
            siginfo_t info{};
            ASSERT_EQ(waitid(P_PID, static_cast<id_t>(vp.pid()), &info, WSTOPPED), 0);
            ASSERT_EQ(info.si_code, CLD_STOPPED);
            kill(vp.pid(), SIGCONT);
        }
    }
}

std::string difference(const outcome &a, const outcome &b, bool waits)
{
    std::istringstream left(a.fingerprint(waits)), right(b.fingerprint(waits));
    std::string of_left, of_right;
    do {
        of_left = of_right = "the end";
        std::getline(left, of_left);
        std::getline(right, of_right);
        if (of_left != of_right) {
            return of_left + " against " + of_right;
        }
    } while (left || right);
    return "";
}

} // namespace timing
