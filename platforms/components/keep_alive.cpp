// SPDX-License-Identifier: MIT
//
// keep_alive: the run goes on although nothing is left to do in here and all CPUs are idle: as if somebody
// outside could still start something (timekeeper/systemc/async.h). Without it such a run ends and says who
// waits for what. What ends the run then is the exiter, a CPU's power-off, or a signal.
//
// It does not make time pass: with idle = "warp" and nothing due, time stands still until something comes.
#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/module.h"

#include <memory>

namespace
{

class keep_alive : public tk::module
{
  public:
    keep_alive(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
        if (m_active && !context.describing()) {
            m_input = std::make_unique<tk::external_input>(false);
        }
    }

  private:
    tk::param<bool> m_active{
        *this, "active", true, "",
        "true: the run does not end because nothing is left to do; false: as if it were not there"};
    std::unique_ptr<tk::external_input> m_input;
};

TK_MODULE("keep_alive", keep_alive, "the run goes on although nothing is pending");

} // namespace
