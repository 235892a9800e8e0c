// SPDX-License-Identifier: MIT
//
// test_rate_control: the guest sets its CPUs' rates. Arguments: the CPUs, up to four.
//
//   4*c  w  the rate of CPU c, kHz
#include "register_target.h"
#include "timekeeper/systemc/qemu/cpu.h"

#include <vector>

namespace test
{

class rate_control : public components::register_target
{
  public:
    rate_control(const sc_core::sc_module_name &name, tk::module_context &context)
        : register_target(name, context, 16, "a register for each CPU's rate")
    {
        for (size_t i = 0; i < context.arg_count(); i++) {
            m_cpus.push_back(&context.arg<tk::qemu_cpu>(i, "a CPU"));
        }
    }

  private:
    bool read(uint32_t, uint32_t &, sc_core::sc_time &) override { return false; }
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &) override
    {
        return offset / 4 < m_cpus.size() && m_cpus[offset / 4]->set_insn_per_second(uint64_t(value) * 1000);
    }
    uint32_t peek(uint32_t) const override { return 0; }

    std::vector<tk::qemu_cpu *> m_cpus;
};

TK_MODULE("test_rate_control", rate_control, "the guest sets its CPUs' rates");

} // namespace test
