// SPDX-License-Identifier: MIT
//
// exiter: the guest ends the run.
//
//   offset 0   EXIT  rw: a write of v ends the run; the program returns v & 0xff. Reads as 0: who sets some
//   bits of
//                    it reads it before (the syscon-poweroff of device trees)
//
// The run ends at the initiator's local time (sc_time_stamp() + delay), so that the time at the end does not
// depend on how far ahead of SystemC it ran. The first write wins. A register map of our own.
#ifndef PLATFORMS_COMPONENTS_EXITER_H
#define PLATFORMS_COMPONENTS_EXITER_H

#include "register_target.h"

namespace components
{

class exiter : public register_target
{
  public:
    exiter(const sc_core::sc_module_name &name, tk::module_context &context);

  protected:
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

  private:
    void end_run();

    sc_core::sc_event m_end{"end"};
    bool m_asked = false;
    int m_code = 0;
};

} // namespace components

#endif
