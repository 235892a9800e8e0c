// SPDX-License-Identifier: MIT
//
// Holds simulated time to the host's: `speed` simulated seconds in a second of the host's, and no more.
//
// The keeper lets SystemC go in steps that take 2 ms of the host's time each, and waits at their ends until
// the host's clock has come as far. So time goes smoothly, and nobody waits busily. Steps end at multiples of
// their length in simulated time: they are the same in each run, whatever the host does.
//
// Who falls behind catches up, as fast as the simulation goes, but no more than 500 ms: what is more is lost,
// counted, and time goes on from there. A pause does not count at all.
//
// Thread: SystemC's.
#ifndef TIMEKEEPER_SYSTEMC_THROTTLE_H
#define TIMEKEEPER_SYSTEMC_THROTTLE_H

#include "timekeeper/systemc/stats.h"

#include <atomic>
#include <cstdint>

namespace tk
{

// The host's clock; tests have another.
class host_clock
{
  public:
    virtual ~host_clock() = default;
    virtual uint64_t now_ns() = 0;                  // never goes back
    virtual void sleep_until_ns(uint64_t when) = 0; // returns then, or a little later
    static host_clock &monotonic();
};

class throttle
{
  public:
    // `speed_ppm`: millionths of the host's speed, > 0.
    explicit throttle(uint64_t speed_ppm, host_clock &clock = host_clock::monotonic());

    // Where SystemC, being at now_ps, has to ask again.
    uint64_t next_ps(uint64_t now_ps) const;
    // SystemC is at now_ps, which never goes back: returns when the host's clock has come as far.
    void hold(uint64_t now_ps);
    // Time has stood, for reasons of its own: it goes on from where it is at the next hold(). Any thread.
    void stood() { m_stood = true; }
    // It waits in hold(). Any thread.
    bool holds() const { return m_holds; }
    throttle_stats stats() const;

  private:
    uint64_t host_ns(uint64_t ps) const; // that ps take

    const uint64_t m_ppm;
    host_clock &m_clock;
    std::atomic<bool> m_stood{true};
    std::atomic<bool> m_holds{false};
    uint64_t m_base_ps = 0, m_base_ns = 0;     // the same moment on both clocks
    uint64_t m_last_ps = 0, m_last_ns = 0;     // at the last hold()'s end
    uint64_t m_passed_ps = 0, m_passed_ns = 0; // in all, but for when time stood
    uint64_t m_waited_ns = 0, m_lost_ns = 0;
};

} // namespace tk

#endif
