// SPDX-License-Identifier: MIT
//
// What SystemC 3 has and 2.3.4 has not: all that differs is in kernel.cpp.
//
// SystemC 3 can suspend its kernel: time stands, and processes run on at the present time (sc_suspend_all,
// IEEE 1666-2023). A pause of the timeline is just that. So during a pause sc_get_status() says SC_SUSPENDED,
// and whoever has registered for SC_PRE_SUSPEND and SC_POST_SUSPEND hears of it; and when a process suspends
// the kernel, the vCPUs stand too, unless another is unsuspendable and keeps time going. With 2.3.4 nothing
// of this happens.
#ifndef TIMEKEEPER_SYSTEMC_KERNEL_H
#define TIMEKEEPER_SYSTEMC_KERNEL_H

#include <functional>
#include <memory>

namespace tk
{

class kernel_suspension
{
  public:
    // Elaboration, SystemC's thread. `suspended(true)`: somebody other than hold() has suspended the kernel,
    // and time stands; `suspended(false)`: it goes on. Called on SystemC's thread, in a stage
    // callback: may notify no event.
    explicit kernel_suspension(std::function<void(bool)> suspended);
    ~kernel_suspension();
    kernel_suspension(const kernel_suspension &) = delete;
    kernel_suspension &operator=(const kernel_suspension &) = delete;

    // A process of SystemC's, always the same one: the kernel is suspended from hold(true) to hold(false).
    // Idempotent.
    void hold(bool on);
    // Between the two; any thread. Always false with 2.3.4.
    bool holds() const;

  private:
    struct state;
    std::unique_ptr<state> m_state;
};

} // namespace tk

#endif
