// SPDX-License-Identifier: MIT
//
// --timeout-wall: a limit on the host's time, kept by a thread of its own, so that it holds whatever hangs.
#ifndef PLATFORMS_VP_WALL_LIMIT_H
#define PLATFORMS_VP_WALL_LIMIT_H

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace vp
{

class wall_limit
{
  public:
    // Begins now. When `limit` is over, `ask` is called on the thread, which has to end the run in order; if
    // this object still lives `grace` later, `force`, which ends the process and must not return. Both are
    // called without a lock. A limit of 0: none, and no thread.
    wall_limit(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace, std::function<void()> ask,
               std::function<void()> force);
    ~wall_limit();
    wall_limit(const wall_limit &) = delete;
    wall_limit &operator=(const wall_limit &) = delete;

  private:
    void watch(std::chrono::nanoseconds limit, std::chrono::nanoseconds grace);
    bool ends_within(std::chrono::nanoseconds time);

    std::function<void()> m_ask, m_force;
    std::mutex m_lock;
    std::condition_variable m_ends;
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace vp

#endif
