/* SPDX-License-Identifier: MIT
 *
 * The one line that says how the run goes: simulated time, its speed against real time, MIPS, what each CPU
 * does. Only the text; bottom_line.h knows terminals.
 */
#ifndef PLATFORMS_VP_MONITOR_PROGRESS_LINE_H
#define PLATFORMS_VP_MONITOR_PROGRESS_LINE_H

#include "run_view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What happened since `before`, in at most `width` columns (bytes); `line` has room for width + 1. CPUs by
 * name if that fits, else a letter for each: A active, i idle, p paused, t in a transaction; the token's
 * holder has a *. */
void progress_line(const run_view *before, const run_view *now, char *line, size_t width);

#ifdef __cplusplus
}
#endif

#endif
