// SPDX-License-Identifier: MIT
//
// Container: a level of the hierarchy, with modules inside and nothing of its own.
#include "timekeeper/systemc/module.h"

namespace
{

class container : public tk::module
{
  public:
    container(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context)
    {
        context.expect_args(0, 0);
    }
};

TK_MODULE("Container", container, "a level of the hierarchy; holds other modules");

} // namespace
