// SPDX-License-Identifier: MIT
//
// A run of a platform, from when it is built to when what it leaves is written: who looks at it, who may end
// it, in which order they come and go.
#ifndef PLATFORMS_VP_PLATFORM_RUN_H
#define PLATFORMS_VP_PLATFORM_RUN_H

#include "options.h"
#include "test_run.h"
#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/platform.h"
#include "tracing.h"

namespace vp
{

// `root` is what `built` was built from. Returns vp's exit code; throws usage_error (a monitor that cannot
// listen, a pattern for no console), output_error, and what SystemC reports. SystemC's thread, once in a
// process.
int run_platform(const tk::platform &built, const tk::config_node &root, const options &chosen,
                 tracing &trace, test_run &whose);

} // namespace vp

#endif
