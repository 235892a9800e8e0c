/* SPDX-License-Identifier: MIT
 *
 * The plugin's options: `name=value` words.
 */
#ifndef TIMEKEEPER_PLUGIN_OPTIONS_H
#define TIMEKEEPER_PLUGIN_OPTIONS_H

#include "timekeeper/timeline.h"

#include <stddef.h>

/* What is counted, and when (docs/time-model.md). */
typedef enum icount_counting {
    ICOUNT_COUNTING_BLOCK,       /* a translation block when it begins */
    ICOUNT_COUNTING_INSTRUCTION, /* each instruction when it begins */
} icount_counting;

typedef struct icount_options {
    uint64_t insn_per_second[TK_VCPUS_MAX]; /* for each vCPU; 0: the common one */
    uint64_t common_rate;
    uint64_t quantum_ps;
    enum tk_idle_mode idle;
    bool deterministic;
    icount_counting counting;
    char timeline[128]; /* name of a timeline to join; empty: one of its own */
    char source[128];   /* name of this instance on it */
    char trace[1024];   /* a file to trace to: see tk_trace_file; empty: none */
} icount_options;

/* Parses the words. False: `message` (of `size` bytes) says which is wrong, and what would be right. */
bool icount_options_parse(icount_options *options, int argc, char **argv, char *message, size_t size);
uint64_t icount_options_rate(const icount_options *options, unsigned vcpu);

#endif
