// SPDX-License-Identifier: MIT
//
// realtimelimiter: the parameter `speed` of the platform, as a module: files for other programs have it.
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/module.h"

namespace
{

class realtimelimiter : public tk::module
{
  public:
    realtimelimiter(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
    }

    void configured() override
    {
        if (m_enable && tk::keeper::instance()) {
            tk::keeper::instance()->limit_speed(m_speed);
        }
    }

  private:
    tk::param<double> m_speed{*this,
                              "speed",
                              1,
                              "",
                              "how many times the host's time simulated time is at most; the platform's "
                              "`speed`, if given, comes first",
                              {1e-6, 1e6}};
    tk::param<bool> m_enable{*this, "enable", true, "", "true: it holds; false: as if it were not there"};
};

TK_MODULE("realtimelimiter", realtimelimiter, "holds simulated time to real time: the platform's `speed`");

} // namespace
