/* SPDX-License-Identifier: MIT
 *
 * A timeline's life, and its settings.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static tk_timeline *registry;

static tk_timeline *registry_find(const char *name)
{
    for (tk_timeline *t = registry; t; t = t->next) {
        if (t->name && strcmp(t->name, name) == 0) {
            return t;
        }
    }
    return NULL;
}

static void timeline_free(tk_timeline *t)
{
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        free(t->vcpus[i]);
    }
    for (unsigned s = 0; s < t->source_count; s++) {
        free(t->sources[s].name);
    }
    tk_free(t->core);
    pthread_mutex_destroy(&t->lock);
    free(t->crossings.heap);
    free(t->name);
    free(t);
}

void *tl_alloc(size_t size)
{
    void *block = aligned_alloc(CACHE_LINE, (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);

    return block ? memset(block, 0, size) : NULL;
}

/* The quantum in four: enough that two vCPUs of equal speed never wait for each other's reports. */
#define REPORTS_PER_QUANTUM 4

/* Whoever holds it lets go of it within a microsecond, and to wake a sleeping thread takes many: who waits
 * looks for a while first. */
static void init_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

int tk_timeline_create(const char *name, const tk_timeline_config *config, tk_timeline **timeline)
{
    tk_config core_config = {.reports = REPORTS_PER_QUANTUM};
    tk_timeline *t;
    int error;

    if (!config || !timeline || (config->idle != TK_IDLE_WALLCLOCK && config->idle != TK_IDLE_WARP) ||
        (config->deterministic && config->idle != TK_IDLE_WARP)) {
        return TK_EINVAL;
    }
    t = tl_alloc(sizeof(*t));
    if (!t) {
        return TK_ENOMEM;
    }
    core_config.quantum_ps = config->quantum_ps;
    core_config.deterministic = config->deterministic;
    error = tk_new(&core_config, &t->core);
    if (error) {
        free(t);
        return error;
    }
    t->config = *config;
    tk_shared_clock_init(&t->clock, config->host_ns, config->host_opaque);
    t->references = 1;
    t->until_ps = t->crossings.next_ps = TK_NEVER;
    tk_trace_handovers(t->core, tk_tracer_handover, &t->tracer);
    init_lock(&t->lock);
    tk_freeze(t->core, false);

    pthread_mutex_lock(&registry_lock);
    if (name && (registry_find(name) || !(t->name = strdup(name)))) {
        error = registry_find(name) ? TK_EINVAL : TK_ENOMEM;
    } else {
        t->next = registry;
        registry = t;
    }
    pthread_mutex_unlock(&registry_lock);
    if (error) {
        timeline_free(t);
        return error;
    }
    *timeline = t;
    return TK_OK;
}

tk_timeline *tk_timeline_get(const char *name)
{
    tk_timeline *t;

    pthread_mutex_lock(&registry_lock);
    t = registry_find(name);
    if (t) {
        t->references++;
    }
    pthread_mutex_unlock(&registry_lock);
    return t;
}

void tk_timeline_release(tk_timeline *timeline)
{
    bool last;

    if (!timeline) {
        return;
    }
    pthread_mutex_lock(&registry_lock);
    last = --timeline->references == 0;
    if (last) {
        for (tk_timeline **p = &registry; *p; p = &(*p)->next) {
            if (*p == timeline) {
                *p = timeline->next;
                break;
            }
        }
    }
    pthread_mutex_unlock(&registry_lock);
    if (last) {
        timeline_free(timeline);
    }
}

void tk_timeline_set_idle(tk_timeline *t, enum tk_idle_mode idle)
{
    pthread_mutex_lock(&t->lock);
    t->config.idle = t->config.deterministic ? TK_IDLE_WARP : idle;
    tl_publish(t);
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

int tk_timeline_set_quantum(tk_timeline *t, uint64_t quantum_ps, uint64_t min_window_ps)
{
    int error;

    pthread_mutex_lock(&t->lock);
    error = tk_quantum_set(t->core, quantum_ps);
    if (!error) {
        t->config.quantum_ps = quantum_ps;
        t->config.min_window_ps = min_window_ps;
        tl_publish(t); /* what the clock's readers may see depends on it */
    }
    tl_carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return error;
}

uint64_t tk_timeline_now(tk_timeline *t)
{
    return tk_shared_clock_read(&t->clock);
}
