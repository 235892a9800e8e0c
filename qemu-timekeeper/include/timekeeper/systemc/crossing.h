// SPDX-License-Identifier: MIT
//
// A crossing: something that QEMU changes in SystemC, at the time at which QEMU does it. The level of a line,
// a guest's request to be reset or powered off.
//
// QEMU's threads are ahead of SystemC's time. The timeline keeps each change until SystemC has come to its
// time, in order, and no vCPU runs past it before: tk_timeline_cross().
#ifndef TIMEKEEPER_SYSTEMC_CROSSING_H
#define TIMEKEEPER_SYSTEMC_CROSSING_H

#include <cstdint>

namespace tk
{

class crossing_target
{
  public:
    // QEMU, which is `source` of the timeline, changes it to `value`. With a keeper. Any thread: one of
    // QEMU's, with QEMU's big lock or without; or SystemC's, which has called QEMU.
    void cross(unsigned source, uint64_t value);
    // SystemC's time is the change's, and nothing else happens in this delta cycle for QEMU. In the keeper's
    // process; must not wait. SystemC's thread.
    virtual void crossed(uint64_t value) = 0;

  protected:
    ~crossing_target() = default;
};

} // namespace tk

#endif
