/* SPDX-License-Identifier: MIT
 *
 * A file that is there whole or not at all.
 *
 * Until it is complete it has another name in the same folder: "run.json" is "run.partial.json". What ends
 * the process in between leaves at most that one, and the next try overwrites it. A name that stands for
 * something else than a regular file (a terminal, a pipe, a device) is written in place.
 *
 * Thread: an output belongs to one thread at a time.
 */
#ifndef TIMEKEEPER_OUTPUT_H
#define TIMEKEEPER_OUTPUT_H

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A file that is being written. */
typedef struct tk_output tk_output;

/* Begins a file. Returns 0 or an errno value: EBUSY, this process writes a file of that name already; else
 * what the host says. */
int tk_output_open(const char *path, tk_output **output);
/* Where it is written. Not to be closed; it has no descriptor. */
FILE *tk_output_file(const tk_output *output);
/* The name that it has until it is complete. */
const char *tk_output_working_name(const tk_output *output);
/* It is complete: it gets its name, if all of it could be written; else it is removed. Returns 0 or an errno
 * value; either way the output is no more. */
int tk_output_commit(tk_output *output);
/* Removes it: the output is no more. NULL does nothing. */
void tk_output_discard(tk_output *output);
/* Removes all files that this process has begun and not completed. Any thread, also in a signal handler; the
 * process has to end then. */
void tk_output_discard_all(void);

#ifdef __cplusplus
}
#endif

#endif
