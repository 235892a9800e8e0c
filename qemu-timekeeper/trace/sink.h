/* SPDX-License-Identifier: MIT
 *
 * A file that a trace writes. The writer calls it: records in the order of the host's clock, but for those of
 * tk_trace_emit_since, which are in order on their own track only.
 */
#ifndef TIMEKEEPER_TRACE_SINK_H
#define TIMEKEEPER_TRACE_SINK_H

#include "digest.h"
#include "names.h"
#include "timekeeper/output.h"

#include <stdio.h>

typedef struct tk_sink tk_sink;

typedef struct tk_sink_ops {
    void (*record)(tk_sink *sink, const tk_trace_record *record);
    /* The trace ends at `end`; `digest` is complete. Must leave the file ready to be closed. */
    void (*finish)(tk_sink *sink, tk_span end, tk_digest *digest);
    void (*destroy)(tk_sink *sink);
} tk_sink_ops;

struct tk_sink {
    const tk_sink_ops *ops;
    tk_output *output;
    FILE *file; /* the output's */
    char *path;
    tk_names *names;
    uint64_t begin_ns; /* the trace's begin, on the host's clock */
    tk_sink *next;
};

/* Whether there is something before the `end` of `text`. */
bool tk_ends_with(const char *text, const char *end);

/* NULL: out of memory. The caller fills in the rest of tk_sink. */
tk_sink *tk_chrome_new(const char *program);
tk_sink *tk_csv_new(void);

#endif
