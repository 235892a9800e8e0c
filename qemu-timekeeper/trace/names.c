/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tk_names_init(tk_names *names)
{
    memset(names, 0, sizeof(*names));
    pthread_mutex_init(&names->lock, NULL);
}

void tk_names_destroy(tk_names *names)
{
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        free(names->vcpus[i]);
    }
    for (unsigned i = 0; i < names->line_count; i++) {
        free(names->lines[i]);
    }
    for (unsigned i = 0; i < names->region_count; i++) {
        free(names->regions[i].name);
    }
    for (unsigned i = 0; i < names->renamed_count; i++) {
        free(names->renamed[i].from);
        free(names->renamed[i].to);
    }
    pthread_mutex_destroy(&names->lock);
}

void tk_names_set_vcpu(tk_names *names, unsigned vcpu, const char *name)
{
    if (vcpu >= TK_VCPUS_MAX) {
        return;
    }
    pthread_mutex_lock(&names->lock);
    for (unsigned i = 0; i < names->renamed_count; i++) {
        if (strcmp(names->renamed[i].from, name) == 0) {
            name = names->renamed[i].to;
            break;
        }
    }
    if (!names->vcpus[vcpu]) { /* the first one stays: somebody may be reading it */
        names->vcpus[vcpu] = strdup(name);
    }
    pthread_mutex_unlock(&names->lock);
}

void tk_names_rename(tk_names *names, const char *from, const char *to)
{
    tk_renamed pair = {strdup(from), strdup(to)};

    pthread_mutex_lock(&names->lock);
    if (pair.from && pair.to && names->renamed_count < TK_VCPUS_MAX) {
        names->renamed[names->renamed_count++] = pair;
        pair = (tk_renamed){NULL, NULL};
    }
    pthread_mutex_unlock(&names->lock);
    free(pair.from);
    free(pair.to);
}

unsigned tk_names_add_line(tk_names *names, const char *name)
{
    unsigned line = TK_TRACE_NOBODY;

    pthread_mutex_lock(&names->lock);
    if (names->line_count < TK_LINES_MAX && (names->lines[names->line_count] = strdup(name))) {
        line = names->line_count++;
    }
    pthread_mutex_unlock(&names->lock);
    return line;
}

void tk_names_add_region(tk_names *names, uint64_t first, uint64_t last, const char *name)
{
    pthread_mutex_lock(&names->lock);
    if (names->region_count < TK_REGIONS_MAX) {
        tk_region *added = &names->regions[names->region_count];

        *added = (tk_region){first, last, strdup(name)};
        names->region_count += added->name != NULL;
    }
    pthread_mutex_unlock(&names->lock);
}

const char *tk_names_vcpu(tk_names *names, unsigned vcpu, char *room, size_t size)
{
    const char *name = NULL;

    pthread_mutex_lock(&names->lock);
    if (vcpu < TK_VCPUS_MAX) {
        name = names->vcpus[vcpu];
    }
    pthread_mutex_unlock(&names->lock);
    if (!name) {
        snprintf(room, size, "vCPU %u", vcpu);
    }
    return name ? name : room;
}

const char *tk_names_line(tk_names *names, unsigned line)
{
    const char *name;

    pthread_mutex_lock(&names->lock);
    name = line < names->line_count ? names->lines[line] : "a line";
    pthread_mutex_unlock(&names->lock);
    return name;
}

unsigned tk_names_line_count(tk_names *names)
{
    unsigned count;

    pthread_mutex_lock(&names->lock);
    count = names->line_count;
    pthread_mutex_unlock(&names->lock);
    return count;
}

unsigned tk_names_region_at(tk_names *names, uint64_t address)
{
    unsigned i;

    pthread_mutex_lock(&names->lock);
    for (i = 0; i < names->region_count; i++) {
        if (address >= names->regions[i].first && address <= names->regions[i].last) {
            break;
        }
    }
    pthread_mutex_unlock(&names->lock);
    return i;
}

const char *tk_names_region(tk_names *names, unsigned region)
{
    const char *name;

    pthread_mutex_lock(&names->lock);
    name = region < names->region_count ? names->regions[region].name : "elsewhere";
    pthread_mutex_unlock(&names->lock);
    return name;
}
