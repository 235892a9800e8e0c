// SPDX-License-Identifier: MIT
//
// test_pulser: its line `out` is high for 1 us from each of the times at_ns on, which are sorted.
#include "timekeeper/systemc/module.h"

namespace test
{

class pulser : public tk::module
{
  public:
    SC_HAS_PROCESS(pulser);
    pulser(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        SC_THREAD(run);
    }

  private:
    static void wait_until(uint64_t ns)
    {
        sc_core::wait(sc_core::sc_time::from_value(ns * 1000) - sc_core::sc_time_stamp());
    }

    void run()
    {
        for (const uint64_t at : m_at_ns.get()) {
            wait_until(at);
            m_out.write(true);
            wait_until(at + 1000);
            m_out.write(false);
        }
    }

    tk::param<std::vector<uint64_t>> m_at_ns{*this, "at_ns", {}, "ns", "when"};
    sc_core::sc_out<bool> m_out{"out"};
    tk::signal_out_port m_out_port{*this, "out", m_out, "pulses"};
};

TK_MODULE("test_pulser", pulser, "a line that pulses at given times");

} // namespace test
