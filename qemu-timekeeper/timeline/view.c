/* SPDX-License-Identifier: MIT
 *
 * Statistics, and a look at who waits for whom.
 */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- statistics --- */

int tk_timeline_source_find(tk_timeline *t, const char *name)
{
    int found = TK_EINVAL;

    pthread_mutex_lock(&t->lock);
    for (unsigned s = 0; s < t->source_count && found < 0; s++) {
        if (strcmp(t->sources[s].name, name) == 0) {
            found = (int)s;
        }
    }
    pthread_mutex_unlock(&t->lock);
    return found;
}

int tk_timeline_vcpu_find(tk_timeline *t, const char *name, unsigned qemu_index)
{
    int found = TK_EINVAL;

    pthread_mutex_lock(&t->lock);
    for (unsigned i = 0; i < t->vcpu_count && found < 0; i++) {
        if (t->vcpus[i]->qemu_index == qemu_index &&
            strcmp(t->sources[t->vcpus[i]->source].name, name) == 0) {
            found = (int)i;
        }
    }
    pthread_mutex_unlock(&t->lock);
    return found;
}

int tk_timeline_vcpu_info(tk_timeline *t, unsigned i, tk_vcpu_info *info)
{
    int error;

    pthread_mutex_lock(&t->lock);
    error = tk_vcpu_get(t->core, i, info);
    pthread_mutex_unlock(&t->lock);
    return error;
}

unsigned tk_timeline_vcpu_count(tk_timeline *t)
{
    unsigned count;

    pthread_mutex_lock(&t->lock);
    count = t->vcpu_count;
    pthread_mutex_unlock(&t->lock);
    return count;
}

int tk_timeline_holder(tk_timeline *t)
{
    int holder;

    pthread_mutex_lock(&t->lock);
    holder = tk_holder(t->core);
    pthread_mutex_unlock(&t->lock);
    return holder;
}

unsigned tk_timeline_source_count(tk_timeline *t)
{
    unsigned count;

    pthread_mutex_lock(&t->lock);
    count = t->source_count;
    pthread_mutex_unlock(&t->lock);
    return count;
}

void tk_timeline_stats(tk_timeline *t, tk_stats *stats)
{
    pthread_mutex_lock(&t->lock);
    tk_stats_get(t->core, stats);
    pthread_mutex_unlock(&t->lock);
}

/* --- in words --- */

static const char *state_text(const tk_vcpu_info *info)
{
    static const char *const pauses[] = {
        [TK_PAUSE_NONE] = "paused",
        [TK_PAUSE_SKEW] = "paused: a quantum ahead of the slowest active vCPU",
        [TK_PAUSE_WINDOW] = "paused: at the end of SystemC's window",
        [TK_PAUSE_DEADLINE] = "paused: a timer is due",
        [TK_PAUSE_FROZEN] = "paused: the simulation is stopped",
        [TK_PAUSE_TURN] = "paused: it is another one's turn",
    };

    switch (info->state) {
    case TK_IDLE:
        return "idle";
    case TK_RUNNING:
        if (info->kicked) {
            return "was kicked, and has not looked yet";
        }
        return info->blocked ? "running, waits for an exclusive section" : "running";
    case TK_SUSPENDED:
        return "waits for SystemC to answer a transaction";
    default:
        return pauses[info->pause];
    }
}

static void describe(tk_timeline *t, FILE *out)
{
    tk_vcpu_info info;

    fprintf(out, "global time %llu ps, token: ", (unsigned long long)tk_global_time(t->core));
    if (tk_holder(t->core) == TK_NOBODY) {
        fprintf(out, "nobody (%s)\n", tk_all_idle(t->core) ? "all idle" : "to be given when all have looked");
    } else {
        fprintf(out, "vCPU %d\n", tk_holder(t->core));
    }
    if (t->config.deterministic && tk_turn(t->core) == TK_SYSTEMC) {
        fprintf(out, "turn: SystemC\n");
    } else if (t->config.deterministic && tk_turn(t->core) != TK_NOBODY) {
        fprintf(out, "turn: vCPU %d\n", tk_turn(t->core));
    } else if (t->config.deterministic) {
        fprintf(out, "turn: nobody\n");
    }
    if (tk_next_deadline(t->core) == TK_NEVER) {
        fprintf(out, "next timer: none\n");
    } else {
        fprintf(out, "next timer: %llu ps\n", (unsigned long long)tk_next_deadline(t->core));
    }
    for (unsigned s = 0; s < t->source_count; s++) {
        if (t->sources[s].busy > 0) {
            fprintf(out, "%s: its own threads work on %u requests, for which time %s\n", t->sources[s].name,
                    t->sources[s].busy, tl_awaits_work(t) ? "stands" : "does not stand now");
        }
    }
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &info);
        fprintf(out, "vCPU %u (%s, CPU %u): local time %llu ps, %s\n", i,
                t->sources[t->vcpus[i]->source].name, t->vcpus[i]->qemu_index,
                (unsigned long long)info.local_ps, state_text(&info));
    }
}

char *tk_timeline_describe(tk_timeline *t)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out) {
        return NULL;
    }
    pthread_mutex_lock(&t->lock);
    describe(t, out);
    pthread_mutex_unlock(&t->lock);
    fclose(out);
    return text;
}

/* --- a look at all of it --- */

static void look_at_vcpu(const tk_timeline *t, unsigned i, tk_vcpu_view *view)
{
    const vcpu *v = t->vcpus[i];

    view->source = t->sources[v->source].name;
    view->qemu_index = v->qemu_index;
    view->gone = t->sources[v->source].closed;
    tk_vcpu_get(t->core, i, &view->info);
    view->executed = view->info.instructions;
    if (!view->gone) {
        const uint64_t count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);
        /* Without a budget `seen` is 0, and so is the counter. */
        view->executed += count > v->seen ? count - v->seen : 0;
    }
}

static enum tk_keeper_state keeper_state(const tk_timeline *t)
{
    if (!t->has_keeper) {
        return TK_KEEPER_NONE;
    }
    if (t->keeper_stands) {
        return TK_KEEPER_STANDS;
    }
    return t->keeper_waits == KEEPER_AWAITS_TIME  ? TK_KEEPER_AWAITS_VCPUS
           : t->keeper_waits == KEEPER_AWAITS_ANY ? TK_KEEPER_AWAITS_ANY
                                                  : TK_KEEPER_RUNS;
}

static void look(const tk_timeline *t, tk_timeline_view *view)
{
    view->global_ps = tk_global_time(t->core);
    if (t->idling) { /* the core learns of it at the next event */
        view->global_ps = tl_max(view->global_ps, tl_min(t->idle_base_ps, tk_cap(t->core)));
    }
    view->quantum_ps = tk_quantum(t->core);
    view->deadline_ps = tk_next_deadline(t->core);
    view->holder = tk_holder(t->core);
    view->deterministic = t->config.deterministic;
    view->turn = t->config.deterministic ? tk_turn(t->core) : TK_NOBODY;
    view->idle = t->config.idle;
    view->all_idle = tk_all_idle(t->core);
    view->frozen = tk_frozen(t->core);
    view->pauses = t->pauses;
    view->keeper = keeper_state(t);
    view->keeper_now_ps = t->keeper_now_ps;
    view->keeper_next_ps = t->keeper_next_ps;
    view->accepted = tk_accepted(t->core);
    view->source_count = t->source_count;
    for (unsigned s = 0; s < t->source_count; s++) {
        const source *from = &t->sources[s];
        view->sources[s] = (tk_source_view){.name = from->name,
                                            .running = from->running,
                                            .closed = from->closed,
                                            .timers_due = from->timers_due || from->timers_running};
    }
    view->vcpu_count = t->vcpu_count;
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        look_at_vcpu(t, i, &view->vcpus[i]);
    }
}

int tk_timeline_look(tk_timeline *t, tk_timeline_view *view)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    if (pthread_mutex_timedlock(&t->lock, &until) != 0) {
        return TK_ESTATE;
    }
    look(t, view);
    pthread_mutex_unlock(&t->lock);
    return TK_OK;
}
