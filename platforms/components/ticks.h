// SPDX-License-Identifier: MIT
//
// Time of a device that counts a clock: exact, whatever the clock's frequency.
//
//   access_ps    when an access happens: at the initiator's local time
//   tick_clock   ticks of a clock of some Hz since a moment, and back
//   expiries     a flag that a counter raises once or again and again, and that somebody clears
//
// All times are absolute picoseconds of SystemC's time; `never` is later than all. Nothing here waits or
// keeps an event: whoever asks says for which time.
#ifndef PLATFORMS_COMPONENTS_TICKS_H
#define PLATFORMS_COMPONENTS_TICKS_H

#include "timekeeper/systemc/keeper.h" // tk::to_ps, tk::from_ps

#include <systemc>

#include <cstdint>

namespace components
{

// A time, ps: not at all.
constexpr uint64_t never = UINT64_MAX;

// SystemC's time. SystemC's thread.
uint64_t now_ps();
// `delay`: the initiator's local time ahead of SystemC's.
uint64_t access_ps(const sc_core::sc_time &delay);
// a + b, or `never`.
uint64_t add_ps(uint64_t a, uint64_t b);

class tick_clock
{
  public:
    // `divider`: counts each divider-th tick. 1 <= hz <= 1e12, 1 <= divider <= 2^16.
    explicit tick_clock(uint64_t hz, uint32_t divider = 1) : m_hz(hz), m_divider(divider) {}
    // Whole ticks in `ps`.
    uint64_t ticks_in(uint64_t ps) const;
    // The shortest time that holds `ticks` ticks; `never` if it does not fit.
    uint64_t time_of(uint64_t ticks) const;

  private:
    uint64_t m_hz;
    uint32_t m_divider;
};

class expiries
{
  public:
    // From `start` on: after `first` ticks, and then every `period` ticks (0: only once). What was raised
    // before and not cleared stays. `start` must not be earlier than that of the call before.
    void begin(uint64_t start, const tick_clock &clock, uint64_t first, uint64_t period);
    // No more expiries after `time`.
    void end(uint64_t time);
    // At `time`; later expiries raise it again.
    void clear(uint64_t time);
    // True if it is raised at `time`.
    bool raised_by(uint64_t time) const { return when() <= time; }
    // Since when it is raised, or when it will be if nobody clears it before; `never`.
    uint64_t when() const;
    // How many there are from `begin` on up to `time`.
    uint64_t count_by(uint64_t time) const;

  private:
    uint64_t next_ps() const;
    void latch(uint64_t time);

    tick_clock m_clock{1};
    uint64_t m_start = never; // never: no run
    uint64_t m_first = 0, m_period = 0;
    uint64_t m_cleared = 0;     // so many of the run's expiries do not count any more
    uint64_t m_latched = never; // of runs that are over
};

} // namespace components

#endif
