// SPDX-License-Identifier: MIT
//
// test_ticker: a free-running sc_clock, and a process that it wakes each time.
#include "timekeeper/systemc/module.h"

#include <fstream>

namespace test
{

class ticker : public tk::module
{
  public:
    ticker(const sc_core::sc_module_name &name, tk::module_context &context)
        : module(name, context), m_clock("clock", sc_core::sc_time::from_value(m_period_ps))
    {
        SC_HAS_PROCESS(ticker);
        SC_METHOD(count);
        dont_initialize();
        sensitive << m_clock.posedge_event();
    }

  private:
    void count() { m_ticks++; }
    void end_of_simulation() override { std::ofstream(m_file.get()) << m_ticks << "\n"; }

    tk::param<uint64_t> m_period_ps{*this, "period_ps", 10000, "ps", "of the clock", {2, UINT64_MAX}};
    tk::param<std::string> m_file{*this, "file", "ticks", "", "where the number of ticks goes"};
    sc_core::sc_clock m_clock;
    uint64_t m_ticks = 0;
};

TK_MODULE("test_ticker", ticker, "a free-running clock");

} // namespace test
