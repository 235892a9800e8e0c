// SPDX-License-Identifier: MIT
//
// test_slow_target: accesses that take time.
//
//   0x0  r  adds annotate_ns to the transaction's delay
//   0x4  r  calls wait(wait_ns), but for the first accesses_before_wait times
#include "register_target.h"

namespace test
{

class slow_target : public components::register_target
{
  public:
    slow_target(const sc_core::sc_module_name &name, tk::module_context &context)
        : register_target(name, context, 8, "accesses that take time")
    {
    }

  private:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override
    {
        if (offset == 0) {
            delay += sc_core::sc_time::from_value(m_annotate_ns * 1000);
        } else if (++m_accesses > m_accesses_before_wait) {
            sc_core::wait(sc_core::sc_time::from_value(m_wait_ns * 1000));
        }
        value = 0;
        return true;
    }
    bool write(uint32_t, uint32_t, sc_core::sc_time &) override { return false; }
    uint32_t peek(uint32_t) const override { return 0; }

    tk::param<uint64_t> m_annotate_ns{*this, "annotate_ns", 37, "ns", "what an access to 0x0 adds"};
    tk::param<uint64_t> m_wait_ns{*this, "wait_ns", 400000, "ns", "how long an access to 0x4 waits"};
    tk::param<uint64_t> m_accesses_before_wait{*this, "accesses_before_wait", 0, "",
                                               "how many accesses to 0x4 do not wait"};
    uint64_t m_accesses = 0;
};

TK_MODULE("test_slow_target", slow_target, "accesses that take time");

} // namespace test
