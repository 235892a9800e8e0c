// SPDX-License-Identifier: MIT
//
// What a host may do to a run: other threads beside it, and a stop in the middle.
#ifndef TESTS_TIMING_HOST_H
#define TESTS_TIMING_HOST_H

#include "run.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace timing
{

// Threads that compute, as many as it takes to have more of them than processors.
class load
{
  public:
    load();
    ~load();

  private:
    std::atomic<bool> m_over{false};
    std::vector<std::thread> m_threads;
};

// SIGSTOP and SIGCONT when the guest says "begin", and again at "middle".
void stop_and_continue(test::program &vp);

// What differs first, in a few words; empty: nothing. `waits`: see outcome::fingerprint.
std::string difference(const outcome &a, const outcome &b, bool waits = false);

} // namespace timing

#endif
