/* SPDX-License-Identifier: MIT */
#include "timekeeper/timeline.h"

#include "../core/local_time.h"
#include "baton.h"
#include "clock.h"
#include "timekeeper/gate.h"
#include "tracer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct vcpu {
    unsigned source;
    unsigned qemu_index;
    uint64_t *counter;
    uint64_t seen;   /* the counter's value at the last report */
    uint64_t base;   /* + the counter: instructions executed (mod 2^64); written by its own thread */
    uint64_t cap_ps; /* how far the clock might go when it got its budget */
    tk_gate gate;
    /* What its own thread needs to know its local time without the lock; only that thread uses it. */
    uint64_t mark_count;
    tk_local_time mark;
    _Atomic bool mark_is_old; /* another thread has changed what it stands for */
    bool kicked;              /* since it last was out of its execution loop; T */
} vcpu;

typedef struct source {
    char *name;
    const tk_source_ops *ops;
    void *opaque;
    bool running;  /* its vCPUs may execute */
    bool stopping; /* they are being stopped, or have been since */
    bool closed;
    unsigned busy;       /* threads of its own that do something for a guest */
    bool timers_due;     /* somebody has to run its timers */
    bool timers_running; /* somebody does */
    tk_gate gate;        /* where its own thread waits */
} source;

/* What ends the keeper's wait, beside a poke. */
enum keeper_wait {
    KEEPER_GOES,        /* it does not wait */
    KEEPER_AWAITS_TIME, /* SystemC's limit reaches the target, or all are idle */
    KEEPER_AWAITS_ANY,  /* all are idle: whatever happens */
};

struct tk_timeline {
    pthread_mutex_t lock;
    tk_core *core;
    tk_timeline_config config;
    tk_shared_clock clock;
    vcpu *vcpus[TK_VCPUS_MAX]; /* set once, never moved: gates are used without the lock */
    unsigned vcpu_count;
    source sources[TK_SOURCES_MAX];
    unsigned source_count;
    bool user_frozen;
    unsigned waiters;    /* tk_timeline_go_on: time goes on whoever is busy */
    unsigned pauses;     /* tk_timeline_pause without its tk_timeline_continue */
    bool poked_in_pause; /* the keeper has seen to what cannot wait only */
    bool keeper_stands;  /* SystemC's kernel waits for the end of a pause */
    bool has_keeper;
    enum keeper_wait keeper_waits;
    uint64_t keeper_target_ps; /* for SystemC's limit to reach this */
    uint64_t keeper_now_ps;    /* SystemC's time, and its next event, when it last waited or was let go */
    uint64_t keeper_next_ps;
    uint64_t event_ps; /* how far SystemC went when an event of its own was last due */
    tk_gate keeper_gate;
    _Atomic bool poked;
    tk_baton baton;         /* offered while SystemC's kernel waits in tk_timeline_keeper_step */
    uint64_t lent_until_ps; /* to whoever is earlier: SystemC's next event; written with the baton */
    _Atomic bool look_asked;
    tk_look_fn look;
    void *look_opaque;
    bool idling;           /* time follows the host's clock */
    uint64_t idle_base_ps; /* the time at the last look at the host's clock */
    uint64_t idle_base_ns; /* the host's clock then */
    char *name;
    unsigned references;
    tk_timeline *next; /* in the registry */
    tk_tracer tracer;  /* last: what is above keeps the places that it has */
};

/* What the calling thread may do about timers that have come due. */
enum timer_duty {
    TIMERS_LATER, /* holds who knows what: leave it to the source's own thread */
    TIMERS_OWN,   /* holds the BQL of one source: only that one's */
    TIMERS_ALL,   /* holds no BQL */
};

/* --- registry ----------------------------------------------------------------------------------------- */

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
    free(t->name);
    free(t);
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
    t = calloc(1, sizeof(*t));
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

/* --- carrying out what the core decided ------------------------------------------------------------------
 */

static bool follows_host(const tk_timeline *t)
{
    /* With a vCPU in a transaction it is SystemC that takes its time, and nobody is idle. */
    return tk_all_idle(t->core) && t->config.idle == TK_IDLE_WALLCLOCK && t->vcpu_count > 0 &&
           tk_accepted(t->core) == 0;
}

/* While time follows the host's clock, whoever moves it looks at that clock every LOOK_NS, and no more than
 * LOOK_NS_MAX counts from one look to the next: the process was stopped, or not scheduled, and nobody was
 * there for whom time could have passed. */
#define LOOK_NS UINT64_C(10000000)
#define LOOK_NS_MAX (2 * LOOK_NS)

static uint64_t min_time(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A look at the host's clock. T held. */
static void note_idling(tk_timeline *t)
{
    const bool idling = follows_host(t);

    if (idling) {
        const uint64_t host_ns = tk_shared_clock_host_ns(&t->clock);

        if (t->idling) {
            t->idle_base_ps += min_time(host_ns - t->idle_base_ns, LOOK_NS_MAX) * TK_PS_PER_NS;
        } else {
            t->idle_base_ps = tk_timeline_now(t);
        }
        t->idle_base_ns = host_ns;
    }
    t->idling = idling;
}

/* T held, between tk_shared_clock_begin and the caller's return. */
static void publish_end(tk_timeline *t)
{
    const int holder = tk_holder(t->core);
    tk_clock_page page = {.cap_ps = tk_cap(t->core)};
    tk_vcpu_info info;

    if (t->idling) {
        page.pace = TK_PACE_HOST;
        page.cap_ps = min_time(page.cap_ps, t->idle_base_ps + LOOK_NS_MAX * TK_PS_PER_NS);
        page.base_ps = t->idle_base_ps;
        page.base = t->idle_base_ns;
    } else if (holder != TK_NOBODY && t->vcpus[holder]->counter) {
        /* Also when time has been stopped, or a window or a deadline has come before what the holder has
         * executed: until it has left its loop it goes on, and what it reads there is its own time. */
        tk_vcpu_get(t->core, (unsigned)holder, &info);
        if (info.state == TK_RUNNING) {
            page.cap_ps = later(page.cap_ps, t->vcpus[holder]->cap_ps);
        }
        page.pace = TK_PACE_COUNT;
        page.base_ps = info.local_ps;
        page.base = t->vcpus[holder]->seen;
        page.rate = info.insn_per_second;
        page.counter = t->vcpus[holder]->counter;
    }
    tk_shared_clock_end(&t->clock, tk_global_time(t->core), &page);
}

static void publish(tk_timeline *t)
{
    note_idling(t);
    tk_shared_clock_begin(&t->clock);
    publish_end(t);
}

static bool keeper_can_go(const tk_timeline *t)
{
    if (t->keeper_waits == KEEPER_AWAITS_ANY || tk_all_idle(t->core)) {
        return true;
    }
    return t->config.deterministic ? tk_turn(t->core) == TK_SYSTEMC
                                   : tk_systemc_limit(t->core) >= t->keeper_target_ps;
}

/* Whose thread moves time when all are idle and there is no keeper; source_count: nobody's. */
static unsigned idle_mover(const tk_timeline *t)
{
    unsigned s = 0;

    while (s < t->source_count && t->sources[s].closed) {
        s++;
    }
    return s;
}

/* Something has happened: those who may have to do with it look for themselves. */
static void wake_movers(tk_timeline *t)
{
    if (t->keeper_waits != KEEPER_GOES && keeper_can_go(t)) {
        t->keeper_waits = KEEPER_GOES;
        tk_gate_open(&t->keeper_gate);
    }
    if (!t->has_keeper && tk_all_idle(t->core) && idle_mover(t) < t->source_count) {
        tk_gate_open(&t->sources[idle_mover(t)].gate);
    }
}

static void for_each_bit(tk_timeline *t, const uint64_t *words, unsigned count,
                         void (*action)(tk_timeline *, unsigned))
{
    for (unsigned w = 0; w < count; w++) {
        for (uint64_t bits = words[w]; bits; bits &= bits - 1) {
            action(t, w * 64 + (unsigned)__builtin_ctzll(bits));
        }
    }
}

static void wake_vcpu(tk_timeline *t, unsigned i)
{
    tk_gate_open(&t->vcpus[i]->gate);
}

static void stop_vcpu(tk_timeline *t, unsigned i)
{
    const source *s = &t->sources[t->vcpus[i]->source];

    s->ops->leave(s->opaque, t->vcpus[i]->qemu_index);
}

static void mark_timers_due(tk_timeline *t, unsigned s)
{
    t->sources[s].timers_due = true;
}

static uint64_t deadline_ps(const source *s)
{
    const int64_t ns = s->running ? s->ops->deadline_ns(s->opaque) : -1;

    return ns < 0 || (uint64_t)ns >= TK_NEVER / TK_PS_PER_NS ? TK_NEVER : (uint64_t)ns * TK_PS_PER_NS;
}

static void note(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a,
                 uint64_t b)
{
    tk_tracer_note(&t->tracer, kind, track, detail, tk_shared_clock_latest(&t->clock), a, b);
}

/* T held; let go of meanwhile. */
static void run_timers(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];

    s->timers_due = false;
    s->timers_running = true;
    note(t, TK_TRACE_TIMERS, index, 0, tk_next_deadline(t->core), 0);
    pthread_mutex_unlock(&t->lock);
    s->ops->run_timers(s->opaque);
    pthread_mutex_lock(&t->lock);
    s->timers_running = false;
    tk_deadline_set(t->core, index, deadline_ps(s));
}

/* Carries out what the core decided, until there is nothing left that this thread can do. True: it ran
 * timers. T held. */
static bool carry_out(tk_timeline *t, enum timer_duty duty, unsigned own)
{
    tk_effects effects;
    bool again = true, ran = false;

    while (again) {
        again = false;
        if (tk_effects_take(t->core, &effects)) {
            for_each_bit(t, effects.timers, TK_SOURCES_MAX / 64, mark_timers_due);
            if (effects.time_moved || effects.all_idle || t->idling) {
                publish(t);
            }
            for_each_bit(t, effects.wake, TK_VCPUS_MAX / 64, wake_vcpu);
            for_each_bit(t, effects.stop, TK_VCPUS_MAX / 64, stop_vcpu);
            wake_movers(t);
        }
        for (unsigned s = 0; s < t->source_count; s++) {
            if (!t->sources[s].timers_due || t->sources[s].timers_running) {
                continue;
            }
            if (duty == TIMERS_ALL || (duty == TIMERS_OWN && s == own)) {
                run_timers(t, s);
                again = ran = true;
            } else {
                tk_gate_open(&t->sources[s].gate);
            }
        }
    }
    tk_tracer_states(&t->tracer, t->core, tk_shared_clock_latest(&t->clock));
    return ran;
}

static bool in_a_transaction(tk_timeline *t, unsigned index)
{
    tk_vcpu_info info;

    for (unsigned i = 0; i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &info);
        if (t->vcpus[i]->source == index && info.state == TK_SUSPENDED) {
            return true;
        }
    }
    return false;
}

/* Time stands from the moment that the first of its vCPUs stops, but for what a transaction takes that
 * another one is in: that one cannot stop before. */
static bool source_stands(tk_timeline *t, unsigned index)
{
    const source *s = &t->sources[index];

    return !s->closed && (!s->running || (s->stopping && !in_a_transaction(t, index)));
}

static bool is_stopped(tk_timeline *t)
{
    bool stopped = t->user_frozen || t->pauses > 0;

    for (unsigned s = 0; s < t->source_count; s++) {
        stopped = stopped || source_stands(t, s);
    }
    return stopped;
}

static bool somebody_is_busy(const tk_timeline *t)
{
    for (unsigned s = 0; s < t->source_count; s++) {
        if (t->sources[s].busy > 0 && !t->sources[s].closed && !t->sources[s].stopping) {
            return true;
        }
    }
    return false;
}

/* Time stands for work of QEMU's own threads, unless that may be waiting for time to go on. */
static bool awaits_work(tk_timeline *t)
{
    bool awaits = t->waiters == 0 && somebody_is_busy(t);

    for (unsigned s = 0; awaits && s < t->source_count; s++) {
        awaits = !in_a_transaction(t, s);
    }
    return awaits;
}

static void update_frozen(tk_timeline *t)
{
    const bool frozen = is_stopped(t) || awaits_work(t);

    if (frozen != tk_frozen(t->core)) {
        tk_freeze(t->core, frozen);
        for (unsigned i = 0; t->config.deterministic && frozen && i < t->vcpu_count; i++) {
            wake_vcpu(t, i); /* who waits for its turn in the middle of a transaction comes out */
        }
        publish(t); /* all idle, nothing in the core moves, but the clock goes with the host's or stands */
    }
}

/* A vCPU has come into a transaction, or out of it. T held. */
static void transactions_changed(tk_timeline *t, unsigned i)
{
    const unsigned own = t->vcpus[i]->source;

    if (t->sources[own].stopping || somebody_is_busy(t)) {
        update_frozen(t);
    }
    if (t->sources[own].stopping) {
        for (unsigned k = 0; k < t->vcpu_count; k++) {
            if (t->vcpus[k]->source == own) {
                wake_vcpu(t, k); /* who has stopped says again how: tk_timeline_stopped */
            }
        }
    }
}

void tk_timeline_freeze(tk_timeline *t, bool frozen)
{
    pthread_mutex_lock(&t->lock);
    t->user_frozen = frozen;
    update_frozen(t);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

static void change_pauses(tk_timeline *t, int by)
{
    t->pauses = (unsigned)((int)t->pauses + by);
    update_frozen(t);
    carry_out(t, TIMERS_LATER, 0);
    if (t->pauses == 0 && t->poked_in_pause) {
        t->poked_in_pause = false;
        atomic_store(&t->poked, true); /* what was posted meanwhile is the keeper's now */
    }
    tk_gate_open(&t->keeper_gate);
}

void tk_timeline_pause(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    change_pauses(t, 1);
    pthread_mutex_unlock(&t->lock);
}

int tk_timeline_continue(tk_timeline *t)
{
    int error = TK_ESTATE;

    pthread_mutex_lock(&t->lock);
    if (t->pauses > 0) {
        change_pauses(t, -1);
        error = TK_OK;
    }
    pthread_mutex_unlock(&t->lock);
    return error;
}

bool tk_timeline_stands(tk_timeline *t)
{
    bool stands;
    tk_vcpu_info info;

    pthread_mutex_lock(&t->lock);
    stands = t->pauses > 0 && (!t->has_keeper || t->keeper_stands);
    for (unsigned i = 0; stands && i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &info);
        stands = info.state != TK_RUNNING;
    }
    pthread_mutex_unlock(&t->lock);
    return stands;
}

void tk_timeline_set_idle(tk_timeline *t, enum tk_idle_mode idle)
{
    pthread_mutex_lock(&t->lock);
    t->config.idle = t->config.deterministic ? TK_IDLE_WARP : idle;
    publish(t);
    carry_out(t, TIMERS_LATER, 0);
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
        publish(t); /* what the clock's readers may see depends on it */
    }
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return error;
}

uint64_t tk_timeline_now(tk_timeline *t)
{
    return tk_shared_clock_read(&t->clock);
}

/* --- a source of timers -------------------------------------------------------------------------------- */

int tk_timeline_source_add(tk_timeline *t, const char *name, const tk_source_ops *ops, void *opaque,
                           unsigned *index)
{
    char *copy;
    int error = TK_OK;

    if (!t || !name || !ops || !index) {
        return TK_EINVAL;
    }
    copy = strdup(name);
    if (!copy) {
        return TK_ENOMEM;
    }
    pthread_mutex_lock(&t->lock);
    for (unsigned s = 0; s < t->source_count; s++) {
        if (strcmp(t->sources[s].name, name) == 0) {
            error = TK_EINVAL;
        }
    }
    if (!error) {
        error = tk_source_add(t->core, index);
    }
    if (!error) {
        t->sources[*index] = (source){.name = copy, .ops = ops, .opaque = opaque};
        t->source_count++;
        update_frozen(t);
        carry_out(t, TIMERS_LATER, 0);
        copy = NULL;
    }
    pthread_mutex_unlock(&t->lock);
    free(copy);
    return error;
}

void tk_timeline_source_running(tk_timeline *t, unsigned index, bool running)
{
    source *s = &t->sources[index];

    pthread_mutex_lock(&t->lock);
    if (!s->closed) {
        s->running = running;
        s->stopping = s->stopping && !running;
        for (unsigned i = 0; running && i < t->vcpu_count; i++) {
            /* Until their threads have looked, nobody knows which are idle: no time passes meanwhile. */
            if (t->vcpus[i]->source == index) {
                tk_vcpu_kick(t->core, i, 0);
                wake_vcpu(t, i); /* also one that QEMU leaves alone, as gdb has another one step */
            }
        }
        tk_deadline_set(t->core, index, deadline_ps(s));
        update_frozen(t);
        carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_source_stopping(tk_timeline *t, unsigned index)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].stopping = true;
    update_frozen(t);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* Something that time stands for has begun or ended. T held. */
static void update_busy(tk_timeline *t)
{
    update_frozen(t);
    carry_out(t, TIMERS_LATER, 0);
    wake_movers(t); /* perhaps all are idle, as before: nothing in the core says so again */
}

void tk_timeline_source_busy(tk_timeline *t, unsigned index, bool begins)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].busy += begins ? 1u : -1u;
    update_busy(t);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_go_on(tk_timeline *t, bool begins)
{
    pthread_mutex_lock(&t->lock);
    t->waiters += begins ? 1u : -1u;
    update_busy(t);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_timer_armed(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];

    pthread_mutex_lock(&t->lock);
    /* Whoever runs timers asks for the deadline afterwards. */
    if (!s->timers_running && !s->closed) {
        tk_deadline_set(t->core, index, deadline_ps(s));
        carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
}

/* All are idle: how long whoever moves time waits until it is `target_ps`, in host ns; 0: it is. T held. */
static uint64_t wait_for_host(tk_timeline *t, uint64_t target_ps)
{
    uint64_t now, left_ns = TK_GATE_FOREVER;

    if (!follows_host(t)) {
        return target_ps == TK_NEVER ? TK_GATE_FOREVER : 0;
    }
    publish(t); /* a look at the host's clock */
    now = tk_timeline_now(t);
    if (target_ps != TK_NEVER) {
        left_ns = now < target_ps ? (target_ps - now + TK_PS_PER_NS - 1) / TK_PS_PER_NS : 0;
    }
    return min_time(left_ns, LOOK_NS);
}

/* All are idle, and nobody but us moves time. How long to wait until there is something to do, in host ns;
 * 0: something was done. T held. */
static uint64_t idle_without_keeper(tk_timeline *t)
{
    const uint64_t deadline = tk_next_deadline(t->core);
    uint64_t timeout_ns;

    /* A timer that is due already is somebody's work, and its end is told. */
    if (!tk_all_idle(t->core) || tk_global_time(t->core) >= deadline) {
        return TK_GATE_FOREVER;
    }
    timeout_ns = wait_for_host(t, deadline);
    if (timeout_ns == 0) {
        tk_idle_advance(t->core, deadline);
    }
    return timeout_ns;
}

bool tk_timeline_source_work(tk_timeline *t, unsigned index)
{
    source *s = &t->sources[index];
    const uint32_t ticket = tk_gate_ticket(&s->gate);
    uint64_t timeout_ns = TK_GATE_FOREVER;
    bool open;

    pthread_mutex_lock(&t->lock);
    open = !s->closed;
    if (open && index == idle_mover(t) && !t->has_keeper) {
        timeout_ns = idle_without_keeper(t);
    }
    if (open) {
        carry_out(t, TIMERS_ALL, index);
    }
    pthread_mutex_unlock(&t->lock);
    if (open && timeout_ns > 0) {
        tk_gate_wait(&s->gate, ticket, timeout_ns);
    }
    return open;
}

void tk_timeline_source_close(tk_timeline *t, unsigned index)
{
    pthread_mutex_lock(&t->lock);
    t->sources[index].closed = true;
    t->sources[index].running = false;
    t->sources[index].timers_due = false;
    tk_deadline_set(t->core, index, TK_NEVER);
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        if (t->vcpus[i]->source == index) {
            tk_vcpu_remove(t->core, i);
            tk_gate_open(&t->vcpus[i]->gate);
        }
    }
    update_frozen(t);
    carry_out(t, TIMERS_LATER, 0);
    tk_gate_open(&t->sources[index].gate);
    pthread_mutex_unlock(&t->lock);
}

static void vcpu_name(const tk_timeline *t, unsigned i, char *name, size_t size)
{
    snprintf(name, size, "%s: CPU %u", t->sources[t->vcpus[i]->source].name, t->vcpus[i]->qemu_index);
}

/* --- a vCPU's thread ----------------------------------------------------------------------------------- */

static _Thread_local struct {
    const char *source;
    unsigned qemu_index;
} own_vcpu;

const char *tk_timeline_own_vcpu(unsigned *qemu_index)
{
    *qemu_index = own_vcpu.qemu_index;
    return own_vcpu.source;
}

int tk_timeline_vcpu_add(tk_timeline *t, unsigned index, unsigned qemu_index, uint64_t insn_per_second,
                         uint64_t *counter, unsigned *result)
{
    vcpu *v = calloc(1, sizeof(*v));
    int error;

    if (!v) {
        return TK_ENOMEM;
    }
    *v = (vcpu){.source = index,
                .qemu_index = qemu_index,
                .counter = counter,
                .seen = TK_COUNTER_LIMIT,
                .base = -TK_COUNTER_LIMIT};
    pthread_mutex_lock(&t->lock);
    error = tk_vcpu_add(t->core, insn_per_second, result);
    if (!error) {
        *counter = TK_COUNTER_LIMIT;
        t->vcpus[*result] = v;
        t->vcpu_count = tk_vcpu_count(t->core);
        /* threads come in any order */
        tk_vcpu_set_order(t->core, *result, (uint32_t)index << 16 | (qemu_index & 0xffff));
        if (tk_tracer_trace(&t->tracer)) {
            char name[160];

            vcpu_name(t, *result, name, sizeof(name));
            tk_trace_name_vcpu(tk_tracer_trace(&t->tracer), *result, name);
        }
        carry_out(t, TIMERS_LATER, 0);
        own_vcpu.source = t->sources[index].name;
        own_vcpu.qemu_index = qemu_index;
        v = NULL;
    }
    pthread_mutex_unlock(&t->lock);
    free(v);
    return error;
}

void tk_timeline_vcpu_counter(tk_timeline *t, unsigned i, uint64_t *counter)
{
    pthread_mutex_lock(&t->lock);
    t->vcpus[i]->counter = counter;
    publish(t);
    pthread_mutex_unlock(&t->lock);
}

/* Time cannot be kept any more, and a wrong time is worse than none. */
static void end_of_time(void)
{
    fputs("timekeeper: simulated time has reached its end, 2^64 ps (213 days)\n", stderr);
    _exit(3);
}

/* Tells the core what vCPU i has executed since the last time. Any thread, only its own writes; T held. */
static void report(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const uint64_t count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);
    int error;

    /* An exception may take back instructions of a block that were reported inside it (an access to a device
     * by the page-table walker): they are made up for by the next ones. */
    if (count < v->seen) {
        return;
    }
    error = tk_vcpu_report(t->core, i, count - v->seen);
    if (error == TK_EOVERFLOW) {
        end_of_time();
    }
    if (count > v->seen) {
        tk_tracer_report(&t->tracer, t->core, i, tk_shared_clock_latest(&t->clock));
    }
    v->seen = count;
}

/* Notes what vCPU i's local time is, for when it executes. Its own thread, or for one that waits; T held. */
static void mark(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];

    v->mark_count = v->seen;
    tk_vcpu_local_time(t->core, i, &v->mark);
    atomic_store_explicit(&v->mark_is_old, false, memory_order_relaxed);
}

/* Gives vCPU i its next budget; false if it has to wait. Its own thread, or for one that waits; T held. */
static bool grant(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const uint64_t n = tk_vcpu_budget(t->core, i);
    const bool seen = tk_holder(t->core) == (int)i; /* its counter is what readers of the clock look at */
    const uint64_t count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);

    if (seen) {
        note_idling(t);
        tk_shared_clock_begin(&t->clock);
    }
    /* Without a budget it leaves at its next block: far from the limit it does not ask again before. */
    v->seen = n > 0 ? TK_COUNTER_LIMIT - n : 0;
    v->cap_ps = n > 0 ? tk_cap(t->core) : 0;
    __atomic_store_n(&v->base, v->base + count - v->seen, __ATOMIC_RELAXED);
    __atomic_store_n(v->counter, v->seen, __ATOMIC_RELAXED);
    if (seen) {
        publish_end(t);
    }
    mark(t, i);
    return n > 0;
}

uint64_t tk_timeline_vcpu_instructions(tk_timeline *t, unsigned i)
{
    const vcpu *v = t->vcpus[i];

    return __atomic_load_n(&v->base, __ATOMIC_RELAXED) + __atomic_load_n(v->counter, __ATOMIC_RELAXED);
}

bool tk_timeline_end_of_quantum(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    const uint32_t ticket = tk_gate_ticket(&v->gate);
    bool go_on;

    pthread_mutex_lock(&t->lock);
    report(t, i);
    carry_out(t, TIMERS_ALL, 0);
    go_on = grant(t, i);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    /* To leave the execution loop and come back costs more than SystemC needs for a small event. This must
     * not be a wait (others may want this vCPU out of its loop), and is none: some 50 us at most. Who was
     * kicked leaves in any case: it takes an interrupt before its next block, wherever it has waited. */
    if (!go_on && !t->config.deterministic && tk_gate_look(&v->gate, ticket)) {
        pthread_mutex_lock(&t->lock);
        go_on = !v->kicked && grant(t, i);
        carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    }
    return go_on;
}

/* Its thread is out of its execution loop: whether it may go back. T held; let go of meanwhile. */
static bool may_go_back(tk_timeline *t, unsigned i)
{
    const unsigned own = t->vcpus[i]->source;
    bool granted;

    t->vcpus[i]->kicked = false;
    report(t, i);
    tk_vcpu_resume(t->core, i, tk_timeline_now(t));
    carry_out(t, TIMERS_OWN, own);
    tk_vcpu_ready(t->core, i);
    granted = grant(t, i);
    carry_out(t, TIMERS_LATER, 0);
    return granted || t->sources[own].closed;
}

bool tk_timeline_hold(tk_timeline *t, unsigned i, uint32_t ticket)
{
    bool hold = true;

    pthread_mutex_lock(&t->lock);
    /* Who was kicked since has to look before anybody may rely on its waiting. */
    if (!t->config.deterministic || tk_gate_ticket(&t->vcpus[i]->gate) == ticket) {
        hold = !may_go_back(t, i);
    }
    pthread_mutex_unlock(&t->lock);
    return hold;
}

bool tk_timeline_may_run(tk_timeline *t, unsigned i)
{
    bool may;

    pthread_mutex_lock(&t->lock);
    if (t->config.deterministic) {
        /* Out of its loop it asks anew, so that what others said meanwhile takes effect; but it does not wait
         * here, where it may have more work. */
        report(t, i);
        tk_vcpu_resume(t->core, i, tk_timeline_now(t));
        tk_vcpu_ready(t->core, i);
        may = grant(t, i);
        if (!may) {
            tk_vcpu_kick(t->core, i, 0);
        }
        carry_out(t, TIMERS_LATER, 0);
    } else {
        may = may_go_back(t, i);
    }
    may = may || t->sources[t->vcpus[i]->source].closed;
    pthread_mutex_unlock(&t->lock);
    return may;
}

uint32_t tk_timeline_ticket(tk_timeline *t, unsigned i)
{
    return tk_gate_ticket(&t->vcpus[i]->gate);
}

void tk_timeline_wait(tk_timeline *t, unsigned i, uint32_t ticket)
{
    tk_gate_wait(&t->vcpus[i]->gate, ticket, TK_GATE_FOREVER);
}

bool tk_timeline_idle(tk_timeline *t, unsigned i, uint32_t ticket)
{
    const unsigned own = t->vcpus[i]->source;
    /* Whether this thread comes before the source's own is up to the host. */
    const enum timer_duty duty = t->config.deterministic ? TIMERS_LATER : TIMERS_OWN;
    bool look_again;

    pthread_mutex_lock(&t->lock);
    report(t, i);
    /* A timer that runs in here may give it work, without a kick: its thread is awake. Until it has looked
     * again it is active, so that no time passes meanwhile. */
    look_again = carry_out(t, duty, own) || tk_gate_ticket(&t->vcpus[i]->gate) != ticket;
    if (!look_again) {
        tk_vcpu_idle(t->core, i);
        look_again = carry_out(t, duty, own);
    }
    if (look_again) {
        tk_vcpu_kick(t->core, i, tk_timeline_now(t));
        carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
    return look_again;
}

bool tk_timeline_stopped(tk_timeline *t, unsigned i, uint32_t ticket)
{
    bool stands;

    pthread_mutex_lock(&t->lock);
    stands = t->sources[t->vcpus[i]->source].stopping && tk_frozen(t->core);
    if (stands) {
        report(t, i);
        tk_vcpu_resume(t->core, i, tk_timeline_now(t));
        grant(t, i); /* none: time stands, and the core has to know that this one waits for that */
        carry_out(t, TIMERS_LATER, 0);
    }
    pthread_mutex_unlock(&t->lock);
    /* Else time goes on without it: for somebody's transaction, or because it alone was stopped. */
    return !stands && tk_timeline_idle(t, i, ticket);
}

void tk_timeline_kicked(tk_timeline *t, unsigned i)
{
    pthread_mutex_lock(&t->lock);
    t->vcpus[i]->kicked = true;
    tk_vcpu_kick(t->core, i, tk_timeline_now(t));
    note(t, TK_TRACE_KICK, i, 0, 0, 0);
    carry_out(t, TIMERS_LATER, 0);
    tk_gate_open(&t->vcpus[i]->gate);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_blocked(tk_timeline *t, unsigned i, bool blocked)
{
    pthread_mutex_lock(&t->lock);
    tk_vcpu_block(t->core, i, blocked);
    mark(t, i); /* it may have been left behind, and has caught up */
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* Its own thread, while it executes: nobody else changes what its local time is made of, but for the rate. */
static uint64_t local_time(tk_timeline *t, unsigned i)
{
    vcpu *v = t->vcpus[i];
    uint64_t count;

    if (atomic_load_explicit(&v->mark_is_old, memory_order_relaxed)) {
        pthread_mutex_lock(&t->lock);
        mark(t, i);
        pthread_mutex_unlock(&t->lock);
    }
    count = __atomic_load_n(v->counter, __ATOMIC_RELAXED);
    return tk_local_time_after(&v->mark, count > v->mark_count ? count - v->mark_count : 0);
}

void tk_timeline_interrupted(tk_timeline *t, unsigned i, uint64_t handler)
{
    if (tk_tracer_trace(&t->tracer)) {
        note(t, TK_TRACE_INTERRUPT, i, 0, local_time(t, i), handler);
    }
}

/* --- a transaction -------------------------------------------------------------------------------------- */

uint64_t tk_timeline_suspend(tk_timeline *t, unsigned i)
{
    tk_vcpu_info info;

    pthread_mutex_lock(&t->lock);
    report(t, i);
    tk_vcpu_suspend(t->core, i);
    transactions_changed(t, i);
    tk_vcpu_get(t->core, i, &info);
    carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
    return info.local_ps;
}

void tk_timeline_handed_over(tk_timeline *t, unsigned i)
{
    if (t->config.deterministic) {
        pthread_mutex_lock(&t->lock);
        tk_vcpu_ready(t->core, i);
        carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    }
}

void tk_timeline_accept(tk_timeline *t, unsigned i)
{
    pthread_mutex_lock(&t->lock);
    tk_vcpu_accept(t->core, i);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_restart(tk_timeline *t, unsigned i, uint64_t end_ps)
{
    bool goes_on;

    pthread_mutex_lock(&t->lock);
    tk_vcpu_restart(t->core, i, end_ps);
    transactions_changed(t, i);
    /* Its thread waits for the answer, and takes no lock when that brings the budget along. With turns it has
     * to say first that it is back. */
    goes_on = !t->config.deterministic && grant(t, i);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

/* In deterministic mode it must not execute the rest of its block before its turn, and waits for that in
 * here. The wait ends: the turn comes to those who are in here even while an exclusive section waits for them
 * to leave; and when time is stopped it goes on at once, to where QEMU can stop it. Where time stands for
 * QEMU's own work, the turn comes when that is done. */
static bool waits_for_turn(tk_timeline *t, unsigned i)
{
    return t->config.deterministic && !is_stopped(t) && !t->sources[t->vcpus[i]->source].closed;
}

void tk_timeline_resync(tk_timeline *t, unsigned i)
{
    uint32_t ticket = tk_gate_ticket(&t->vcpus[i]->gate);
    bool go_on;

    pthread_mutex_lock(&t->lock);
    report(t, i);
    tk_vcpu_ready(t->core, i);
    go_on = grant(t, i);
    while (!go_on && waits_for_turn(t, i)) {
        carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
        tk_gate_wait(&t->vcpus[i]->gate, ticket, TK_GATE_FOREVER);
        ticket = tk_gate_ticket(&t->vcpus[i]->gate);
        pthread_mutex_lock(&t->lock);
        tk_vcpu_ready(t->core, i);
        go_on = grant(t, i);
    }
    if (!go_on) {
        stop_vcpu(t, i);
    }
    carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}

/* --- a transaction in the direct lane ------------------------------------------------------------------- */

bool tk_timeline_direct_begin(tk_timeline *t, unsigned i, uint64_t *local_ps)
{
    /* With turns the order in which others come would depend on which lane was open. */
    if (t->config.deterministic || atomic_load_explicit(&t->poked, memory_order_relaxed) ||
        !tk_baton_take(&t->baton)) {
        return false;
    }
    *local_ps = local_time(t, i);
    if (*local_ps >= t->lent_until_ps) {
        tk_baton_give_back(&t->baton);
        return false;
    }
    return true;
}

void tk_timeline_direct_end(tk_timeline *t)
{
    tk_baton_give_back(&t->baton);
}

void tk_timeline_delay(tk_timeline *t, unsigned i, uint64_t delay_ps)
{
    pthread_mutex_lock(&t->lock);
    report(t, i);
    if (tk_vcpu_delay(t->core, i, delay_ps) == TK_EOVERFLOW) {
        end_of_time();
    }
    if (!grant(t, i)) {
        stop_vcpu(t, i);
    }
    carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}

/* --- the keeper ------------------------------------------------------------------------------------------
 */

void tk_timeline_keeper_attach(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    t->has_keeper = true;
    tk_systemc_leave(t->core);
    tk_window_set(t->core, tk_global_time(t->core));
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_keeper_detach(tk_timeline *t)
{
    pthread_mutex_lock(&t->lock);
    t->has_keeper = false;
    tk_window_set(t->core, TK_NEVER);
    tk_systemc_parked(t->core, TK_NEVER);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

/* Where the window from `now` ends when SystemC's next event is at `next`. Until then SystemC has nothing to
 * do, so nobody can tell how far ahead the vCPUs are. The shortest window counts from SystemC's last event: a
 * transaction in between does not make the next event one that is too close. */
static uint64_t window_end(const tk_timeline *t, uint64_t now, uint64_t next)
{
    const uint64_t from = t->config.deadlines ? t->event_ps : now;
    const uint64_t least = t->config.deadlines ? t->config.min_window_ps : t->config.quantum_ps;

    return least >= TK_NEVER - from ? TK_NEVER : later(next, from + least);
}

/* All are idle: moves time on towards the keeper's next event or a timer. Returns how long to wait before
 * that is possible, host ns. T held. */
static uint64_t idle_with_keeper(tk_timeline *t, uint64_t next)
{
    const uint64_t deadline = tk_next_deadline(t->core);
    const uint64_t target = next < deadline ? next : deadline;
    uint64_t timeout_ns;

    /* A timer that is due already is run by another thread: it needs the lock to tell the end. */
    if (tk_global_time(t->core) >= target) {
        return TK_GATE_FOREVER;
    }
    timeout_ns = wait_for_host(t, target);
    if (timeout_ns == 0) {
        tk_idle_advance(t->core, target);
        carry_out(t, TIMERS_ALL, 0);
    }
    return timeout_ns;
}

/* SystemC's processes run now: nobody gets further ahead of them meanwhile than a quantum. A single vCPU gets
 * no further at all, because they may set an event that it has to see: its run must not depend on the host.
 */
static uint64_t evaluation_window(const tk_timeline *t, const tk_keeper_step *step)
{
    const uint64_t granted = window_end(t, step->now_ps, step->next_ps);
    const uint64_t ahead = t->vcpu_count > 1 ? t->config.quantum_ps : 0;

    return step->go_ps >= TK_NEVER - ahead || step->go_ps + ahead > granted ? granted : step->go_ps + ahead;
}

/* How far SystemC may go. Its next event may end a transaction, whose vCPU it must not pass then. */
static uint64_t systemc_target(const tk_timeline *t, uint64_t next)
{
    const uint64_t limit = tk_systemc_limit(t->core);

    return tk_accepted(t->core) > 0 && next < limit ? next : limit;
}

void tk_timeline_keeper_window(tk_timeline *t, uint64_t now_ps, uint64_t next_ps)
{
    pthread_mutex_lock(&t->lock);
    tk_window_set(t->core, window_end(t, now_ps, next_ps));
    carry_out(t, TIMERS_ALL, 0);
    pthread_mutex_unlock(&t->lock);
}

static bool keeper_may_leave(const tk_timeline *t)
{
    return !t->config.deterministic || tk_turn(t->core) == TK_SYSTEMC;
}

/* A debugger wants to see something: SystemC's thread shows it from where it waits, as it does nothing else
 * there, and goes on waiting. T held; let go of meanwhile. */
static void serve_look(tk_timeline *t)
{
    if (t->look && atomic_exchange(&t->look_asked, false)) {
        pthread_mutex_unlock(&t->lock);
        t->look(t->look_opaque);
        pthread_mutex_lock(&t->lock);
    }
}

/* SystemC stands as long as the simulation is paused. False: somebody has poked, and may have something for
 * SystemC that cannot wait, such as the end of the run, or of the pause. That is in no order with what vCPUs
 * do, and does not wait for a turn: whoever has it may have come to a stand with it. What vCPUs ask for does
 * wait. T held; let go of meanwhile. */
static bool await_continue(tk_timeline *t, tk_keeper_step *step)
{
    while (t->pauses > 0) {
        const uint32_t ticket = tk_gate_ticket(&t->keeper_gate);

        serve_look(t);
        if (atomic_exchange(&t->poked, false)) {
            step->paused = step->poked = t->poked_in_pause = true;
            step->go_ps = step->now_ps;
            return false;
        }
        t->keeper_stands = true;
        t->keeper_waits = KEEPER_AWAITS_ANY;
        t->lent_until_ps = 0; /* to no vCPU: only to who looks */
        note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_STANDS, step->now_ps, TK_NEVER);
        pthread_mutex_unlock(&t->lock);
        tk_baton_offer(&t->baton);
        /* Ends: tk_timeline_continue and tk_timeline_keeper_poke open the gate. */
        tk_gate_wait(&t->keeper_gate, ticket, TK_GATE_FOREVER);
        tk_baton_claim(&t->baton);
        pthread_mutex_lock(&t->lock);
        t->keeper_waits = KEEPER_GOES;
        t->keeper_stands = false;
    }
    return true;
}

bool tk_timeline_keeper_stand(tk_timeline *t)
{
    tk_keeper_step step = {0};
    bool over;

    pthread_mutex_lock(&t->lock);
    over = await_continue(t, &step);
    pthread_mutex_unlock(&t->lock);
    return !over;
}

void tk_timeline_keeper_step(tk_timeline *t, tk_keeper_step *step, bool patient)
{
    step->poked = step->stuck = step->paused = false;
    pthread_mutex_lock(&t->lock);
    t->keeper_now_ps = step->now_ps;
    t->keeper_next_ps = step->next_ps;
    tk_window_set(t->core, window_end(t, step->now_ps, step->next_ps));
    tk_systemc_parked(t->core, step->next_ps);
    note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_WAITS, step->now_ps, window_end(t, step->now_ps, step->next_ps));
    carry_out(t, TIMERS_ALL, 0); /* time may have moved, and must be seen to before it stands */
    for (;;) {
        uint64_t timeout_ns = TK_GATE_FOREVER;
        uint32_t ticket;

        if (!await_continue(t, step)) {
            break;
        }
        carry_out(t, TIMERS_ALL, 0);
        ticket = tk_gate_ticket(&t->keeper_gate);
        serve_look(t);
        step->go_ps = later(step->now_ps, systemc_target(t, step->next_ps));
        if (keeper_may_leave(t)) {
            step->poked = atomic_exchange(&t->poked, false);
            if (step->poked || (step->next_ps != TK_NEVER && step->go_ps >= step->next_ps)) {
                break;
            }
        }
        if (tk_all_idle(t->core)) {
            step->stuck = !patient && step->next_ps == TK_NEVER && tk_next_deadline(t->core) == TK_NEVER;
            if (step->stuck) {
                break;
            }
            timeout_ns = idle_with_keeper(t, step->next_ps);
        }
        if (timeout_ns > 0) {
            t->keeper_target_ps = step->next_ps;
            t->keeper_waits = tk_all_idle(t->core) ? KEEPER_AWAITS_ANY : KEEPER_AWAITS_TIME;
            t->lent_until_ps = step->next_ps;
            pthread_mutex_unlock(&t->lock);
            tk_baton_offer(&t->baton);
            tk_gate_wait(&t->keeper_gate, ticket, timeout_ns);
            tk_baton_claim(&t->baton);
            pthread_mutex_lock(&t->lock);
            t->keeper_waits = KEEPER_GOES;
        }
    }
    tk_systemc_leave(t->core);
    tk_window_set(t->core, evaluation_window(t, step));
    t->keeper_now_ps = step->go_ps;
    note(t, TK_TRACE_SYSTEMC, 0, TK_TRACE_SC_RUNS, step->go_ps, evaluation_window(t, step));
    if (step->go_ps >= step->next_ps) {
        t->event_ps = step->go_ps;
    }
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_systemc_borrow(tk_timeline *t)
{
    return tk_baton_take(&t->baton);
}

void tk_timeline_systemc_give_back(tk_timeline *t)
{
    tk_baton_give_back(&t->baton);
}

bool tk_timeline_nothing_due(tk_timeline *t)
{
    bool nothing;

    pthread_mutex_lock(&t->lock);
    nothing = tk_all_idle(t->core) && tk_next_deadline(t->core) == TK_NEVER;
    pthread_mutex_unlock(&t->lock);
    return nothing;
}

void tk_timeline_keeper_poke(tk_timeline *t)
{
    if (t->config.deterministic) {
        /* What a vCPU's thread asks for counts from where that vCPU is. */
        pthread_mutex_lock(&t->lock);
        atomic_store(&t->poked, true);
        tk_systemc_request(t->core);
        carry_out(t, TIMERS_LATER, 0);
        pthread_mutex_unlock(&t->lock);
    } else {
        atomic_store(&t->poked, true);
    }
    tk_gate_open(&t->keeper_gate);
}

void tk_timeline_keeper_on_look(tk_timeline *t, tk_look_fn look, void *opaque)
{
    pthread_mutex_lock(&t->lock);
    t->look = look;
    t->look_opaque = opaque;
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_keeper_look(tk_timeline *t)
{
    atomic_store(&t->look_asked, true);
    tk_gate_open(&t->keeper_gate);
}

void tk_timeline_trace_handovers(tk_timeline *t, tk_handover_fn told, void *opaque)
{
    pthread_mutex_lock(&t->lock);
    t->tracer.told = told;
    t->tracer.told_opaque = opaque;
    pthread_mutex_unlock(&t->lock);
}

void tk_timeline_trace(tk_timeline *t, tk_trace *trace)
{
    char name[160];

    pthread_mutex_lock(&t->lock);
    for (unsigned i = 0; trace && i < t->vcpu_count; i++) {
        vcpu_name(t, i, name, sizeof(name));
        tk_trace_name_vcpu(trace, i, name);
    }
    tk_tracer_set(&t->tracer, trace);
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
}

bool tk_timeline_traced(tk_timeline *t, uint64_t *ticks)
{
    tk_trace *trace = tk_tracer_trace(&t->tracer);

    if (trace) {
        *ticks = tk_trace_ticks(trace);
    }
    return trace != NULL;
}

void tk_timeline_note(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a,
                      uint64_t b)
{
    note(t, kind, track, detail, a, b);
}

void tk_timeline_note_since(tk_timeline *t, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                            uint64_t a, uint64_t b, uint64_t since_ticks)
{
    tk_trace *trace = tk_tracer_trace(&t->tracer);

    if (trace) {
        tk_trace_emit_since(trace, kind, track, detail, tk_shared_clock_latest(&t->clock), a, b, since_ticks);
    }
}

void tk_timeline_figures(tk_timeline *t, tk_trace_figures *figures, tk_vcpu_info *room)
{
    pthread_mutex_lock(&t->lock);
    *figures = (tk_trace_figures){.global_ps = tk_timeline_now(t),
                                  .quantum_ps = t->config.quantum_ps,
                                  .vcpu_count = t->vcpu_count,
                                  .vcpus = room};
    tk_stats_get(t->core, &figures->stats);
    for (unsigned i = 0; i < t->vcpu_count; i++) {
        tk_vcpu_get(t->core, i, &room[i]);
    }
    pthread_mutex_unlock(&t->lock);
}

/* --- statistics and diagnosis ------------------------------------------------------------------------------
 */

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

int tk_timeline_vcpu_set_rate(tk_timeline *t, unsigned i, uint64_t insn_per_second)
{
    int error = TK_EINVAL;

    pthread_mutex_lock(&t->lock);
    if (i < t->vcpu_count) {
        report(t, i); /* at the old rate */
        error = tk_vcpu_set_rate(t->core, i, insn_per_second);
        atomic_store_explicit(&t->vcpus[i]->mark_is_old, true, memory_order_relaxed);
        publish(t);
    }
    carry_out(t, TIMERS_LATER, 0);
    pthread_mutex_unlock(&t->lock);
    return error;
}

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
                    t->sources[s].busy, awaits_work(t) ? "stands" : "does not stand now");
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

/* --- a look at all of it ---------------------------------------------------------------------------------
 */

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
        view->global_ps = later(view->global_ps, min_time(t->idle_base_ps, tk_cap(t->core)));
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
