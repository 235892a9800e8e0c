// SPDX-License-Identifier: MIT
//
// test_storm: sends the lines "0", "1", "2", ... into a byte stream, a byte each `period_ns`: behind a UART
// that is an interrupt each. Bytes for which there is no room wait, so that none is lost on this side.
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/port.h"

#include <string>

namespace test
{

class storm : public tk::module
{
  public:
    storm(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
        SC_HAS_PROCESS(storm);
        SC_METHOD(send);
    }

  private:
    void send()
    {
        if (m_line.empty()) {
            m_line = std::to_string(m_number++) + "\n";
        }
        if (m_stream.send(static_cast<uint8_t>(m_line.front()))) {
            m_line.erase(0, 1);
        }
        next_trigger(sc_core::sc_time::from_value(m_period_ns * sc_core::sc_time(1, sc_core::SC_NS).value()));
    }

    tk::param<uint64_t> m_period_ns{*this, "period_ns",         50000,
                                    "ns",  "between two bytes", {1, UINT64_C(1000000000)}};
    tk::stream_port m_stream{*this, "biflow_socket", "where they go"};
    std::string m_line;
    uint64_t m_number = 0;
};

TK_MODULE("test_storm", storm, "numbered lines, byte by byte");

} // namespace test
