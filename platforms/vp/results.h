// SPDX-License-Identifier: MIT
//
// What a run leaves: traces, the report, statistics.
#ifndef PLATFORMS_VP_RESULTS_H
#define PLATFORMS_VP_RESULTS_H

#include "options.h"
#include "report.h"
#include "tracing.h"

namespace vp
{

// Writes all that is asked for, when the run is over and nobody looks at its trace any more. What cannot be
// written does not keep the rest from it: throws one output_error that names it all, at the end.
void write_results(const run_figures &figures, const options &chosen, tracing &trace);

} // namespace vp

#endif
