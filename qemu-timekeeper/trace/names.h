/* SPDX-License-Identifier: MIT
 *
 * What vCPUs, interrupt lines and targets are called. Names are added while a run is built, and never go:
 * what a lookup returns stays valid. Any thread.
 */
#ifndef TIMEKEEPER_TRACE_NAMES_H
#define TIMEKEEPER_TRACE_NAMES_H

#include "timekeeper/trace.h"

#include <pthread.h>

#define TK_LINES_MAX 4096
#define TK_REGIONS_MAX 4096

typedef struct tk_region {
    uint64_t first, last;
    char *name;
} tk_region;

typedef struct tk_renamed {
    char *from, *to;
} tk_renamed;

typedef struct tk_names {
    pthread_mutex_t lock;
    char *vcpus[TK_VCPUS_MAX];
    char *lines[TK_LINES_MAX];
    tk_region regions[TK_REGIONS_MAX];
    tk_renamed renamed[TK_VCPUS_MAX];
    unsigned line_count, region_count, renamed_count;
} tk_names;

void tk_names_init(tk_names *names);
void tk_names_destroy(tk_names *names);

void tk_names_set_vcpu(tk_names *names, unsigned vcpu, const char *name);
void tk_names_rename(tk_names *names, const char *from, const char *to);
unsigned tk_names_add_line(tk_names *names, const char *name);
void tk_names_add_region(tk_names *names, uint64_t first, uint64_t last, const char *name);

/* "vCPU 3" when it has no name; never NULL. */
const char *tk_names_vcpu(tk_names *names, unsigned vcpu, char *room, size_t size);
const char *tk_names_line(tk_names *names, unsigned line);
unsigned tk_names_line_count(tk_names *names);
/* The number of the region that holds the address; region_count: none does. */
unsigned tk_names_region_at(tk_names *names, uint64_t address);
/* "elsewhere" for a number that none has. */
const char *tk_names_region(tk_names *names, unsigned region);

#endif
