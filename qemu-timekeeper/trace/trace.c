/* SPDX-License-Identifier: MIT
 *
 * The threads of a trace: those that emit, each with a ring, and the writer, which merges the rings.
 *
 * Locks: `lock` guards the digest and the sinks (the writer holds it while it works; tk_trace_digest takes
 * it), `rings_lock` the list of rings, taken by a thread once. Nobody takes another lock with either held,
 * but the names' own.
 *
 * Where threads wait: the writer for its next round, at most ROUND_NS, or until it is told that a ring is
 * half full or the trace ends; and for a producer between taking a record's time and putting it in, which
 * waits for nobody there. Producers never wait.
 */
#include "timekeeper/trace.h"

#include "digest.h"
#include "ring.h"
#include "sink.h"
#include "ticks.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_RING_RECORDS 65536u
#define RINGS_MAX 512
#define ROUND_NS 10000000
#define NS_PER_SECOND 1000000000

/* In a ring: the record has ticks for host_ns and c. */
#define IN_TICKS 0x8000u

/* A thread's ring. It outlives its thread, and another thread may have it then; or it outlives its trace,
 * when a thread's end comes later: who lets go of it last, frees it. */
typedef struct slot {
    tk_ring ring;
    _Atomic unsigned users; /* its trace, and a thread */
    /* The writer's: the oldest record, in ns, if it is to be handed on in this round. */
    tk_trace_record oldest;
    bool has_oldest;
} slot;

struct tk_trace {
    tk_trace_config config;
    char *program;
    tk_ticks ticks;
    uint64_t begin_ns;
    pthread_key_t key; /* the calling thread's slot */
    pthread_mutex_t rings_lock;
    slot *slots[RINGS_MAX]; /* set once, never moved, until tk_trace_free */
    _Atomic unsigned slot_count;
    _Atomic uint64_t homeless; /* records of threads that could get no ring */
    _Atomic bool closed;

    pthread_t writer;
    bool writing;
    pthread_mutex_t wake_lock;
    pthread_cond_t wake;
    bool ending;            /* under wake_lock */
    _Atomic bool half_full; /* said once a round */

    pthread_mutex_t lock;
    tk_names names;
    tk_digest digest;
    tk_sink *sinks;
    char error[256];
};

/* --- emitting ----------------------------------------------------------------------------------------- */

enum { UNUSED = 1, TAKEN = 2 }; /* users, while there is a trace */

/* True: it was the last one. */
static bool let_go(slot *s)
{
    if (atomic_fetch_sub(&s->users, 1) > 1) {
        return false;
    }
    tk_ring_destroy(&s->ring);
    free(s);
    return true;
}

static void thread_ends(void *own)
{
    let_go(own);
}

static slot *add_slot(tk_trace *t)
{
    const unsigned count = atomic_load(&t->slot_count);
    slot *made = NULL;

    for (unsigned i = 0; i < count; i++) {
        unsigned users = UNUSED;

        if (atomic_compare_exchange_strong(&t->slots[i]->users, &users, TAKEN)) {
            return t->slots[i];
        }
    }
    if (count < RINGS_MAX) {
        made = aligned_alloc(64, sizeof(*made));
    }
    if (made && tk_ring_init(&made->ring, t->config.ring_records)) {
        free(made);
        made = NULL;
    }
    if (made) {
        atomic_init(&made->users, TAKEN);
        t->slots[count] = made;
        atomic_store(&t->slot_count, count + 1);
    }
    return made;
}

static tk_ring *own_ring(tk_trace *t)
{
    slot *own = pthread_getspecific(t->key);

    if (!own) {
        pthread_mutex_lock(&t->rings_lock);
        own = add_slot(t);
        pthread_mutex_unlock(&t->rings_lock);
        if (own && pthread_setspecific(t->key, own)) {
            let_go(own);
            own = NULL;
        }
    }
    return own ? &own->ring : NULL;
}

static void tell_writer(tk_trace *t)
{
    if (!atomic_exchange(&t->half_full, true)) {
        pthread_cond_signal(&t->wake); /* without its lock: if it goes unheard, the round ends soon */
    }
}

/* NULL: the record goes nowhere, which is counted if it has to be. */
static tk_ring *open_ring(tk_trace *t)
{
    tk_ring *ring;

    if (atomic_load_explicit(&t->closed, memory_order_relaxed)) {
        return NULL;
    }
    ring = own_ring(t);
    if (!ring) {
        atomic_fetch_add(&t->homeless, 1);
    }
    return ring;
}

void tk_trace_emit(tk_trace *t, enum tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t global_ps,
                   uint64_t a, uint64_t b)
{
    tk_trace_record record = {.global_ps = global_ps,
                              .a = a,
                              .b = b,
                              .kind = (uint16_t)kind,
                              .track = (uint16_t)track,
                              .detail = detail};
    tk_ring *ring = open_ring(t);

    if (!ring) {
        return;
    }
    tk_ring_enter(ring);
    record.host_ns = tk_ticks_host_ns(&t->ticks);
    tk_ring_put(ring, &record);
    tk_ring_leave(ring);
    if (tk_ring_is_half_full(ring)) {
        tell_writer(t);
    }
}

uint64_t tk_trace_ticks(tk_trace *t)
{
    return tk_ticks_now(&t->ticks);
}

/* Without tk_ring_enter: if the writer hands on a later one of another thread before, that is another
 * track's. */
void tk_trace_emit_since(tk_trace *t, enum tk_trace_kind kind, unsigned track, uint32_t detail,
                         uint64_t global_ps, uint64_t a, uint64_t b, uint64_t since_ticks)
{
    const uint64_t now = tk_ticks_now(&t->ticks);
    const tk_trace_record record = {.host_ns = now,
                                    .global_ps = global_ps,
                                    .a = a,
                                    .b = b,
                                    .c = now > since_ticks ? now - since_ticks : 0,
                                    .kind = (uint16_t)(kind | IN_TICKS),
                                    .track = (uint16_t)track,
                                    .detail = detail};
    tk_ring *ring = open_ring(t);

    if (!ring) {
        return;
    }
    tk_ring_put(ring, &record);
    if (tk_ring_is_half_full(ring)) {
        tell_writer(t);
    }
}

/* --- the writer --------------------------------------------------------------------------------------- */

/* Records that come from now on are not earlier than what is returned, but for those of tk_trace_emit_since.
 */
static tk_moment horizon(tk_trace *t, unsigned *rings)
{
    const tk_moment now = tk_ticks_look(&t->ticks);
    const struct timespec moment = {0, 20000};

    *rings = atomic_load(&t->slot_count);
    for (unsigned i = 0; i < *rings; i++) {
        while (!tk_ring_is_quiet(&t->slots[i]->ring)) {
            nanosleep(&moment, NULL); /* it only has to put a record in */
        }
    }
    return now;
}

static void hand_on(tk_trace *t, const tk_trace_record *record)
{
    tk_digest_record(&t->digest, record);
    for (tk_sink *s = t->sinks; s; s = s->next) {
        s->ops->record(s, record);
    }
}

/* Takes the ring's oldest record out, if it is earlier than `until`. */
static void take_oldest(const tk_trace *t, slot *s, tk_moment until)
{
    const tk_trace_record *found = tk_ring_peek(&s->ring);
    const bool in_ticks = found && (found->kind & IN_TICKS);

    s->has_oldest = found && found->host_ns < (in_ticks ? until.ticks : until.ns);
    if (!s->has_oldest) {
        return;
    }
    s->oldest = *found;
    if (in_ticks) {
        s->oldest.kind &= (uint16_t)~IN_TICKS;
        s->oldest.host_ns = tk_ticks_to_ns(&t->ticks, found->host_ns);
        s->oldest.c = tk_ticks_length_ns(&t->ticks, found->c);
    }
    tk_ring_pop(&s->ring);
}

/* Hands on all records that are earlier than `until`, in their order. */
static void merge(tk_trace *t, unsigned rings, tk_moment until)
{
    for (unsigned i = 0; i < rings; i++) {
        take_oldest(t, t->slots[i], until);
    }
    for (;;) {
        slot *first = NULL;

        for (unsigned i = 0; i < rings; i++) {
            slot *each = t->slots[i];

            if (each->has_oldest && (!first || each->oldest.host_ns < first->oldest.host_ns)) {
                first = each;
            }
        }
        if (!first) {
            break;
        }
        hand_on(t, &first->oldest);
        take_oldest(t, first, until);
    }
    for (unsigned i = 0; i < rings; i++) {
        tk_ring_release(&t->slots[i]->ring);
    }
}

static void round_of(tk_trace *t, bool last)
{
    unsigned rings;
    const tk_moment until = horizon(t, &rings);

    pthread_mutex_lock(&t->lock);
    merge(t, rings, last ? (tk_moment){UINT64_MAX, UINT64_MAX} : until);
    pthread_mutex_unlock(&t->lock);
}

static bool await_round(tk_trace *t)
{
    struct timespec until;
    bool ending;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ROUND_NS;
    until.tv_sec += until.tv_nsec / NS_PER_SECOND;
    until.tv_nsec %= NS_PER_SECOND;
    pthread_mutex_lock(&t->wake_lock);
    if (!t->ending && !atomic_load(&t->half_full)) {
        pthread_cond_timedwait(&t->wake, &t->wake_lock, &until);
    }
    ending = t->ending;
    pthread_mutex_unlock(&t->wake_lock);
    atomic_store(&t->half_full, false);
    return !ending;
}

static void *writer(void *opaque)
{
    tk_trace *t = opaque;

    while (await_round(t)) {
        round_of(t, false);
    }
    return NULL;
}

static void stop_writer(tk_trace *t)
{
    if (t->writing) {
        pthread_mutex_lock(&t->wake_lock);
        t->ending = true;
        pthread_cond_signal(&t->wake);
        pthread_mutex_unlock(&t->wake_lock);
        pthread_join(t->writer, NULL);
        t->writing = false;
    }
}

/* --- life --------------------------------------------------------------------------------------------- */

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

int tk_trace_new(const tk_trace_config *config, tk_trace **trace)
{
    tk_trace *t;

    if (!config || !trace || (config->ring_records & (config->ring_records - 1)) != 0) {
        return TK_EINVAL;
    }
    t = calloc(1, sizeof(*t));
    if (!t) {
        return TK_ENOMEM;
    }
    t->config = *config;
    t->config.ring_records = config->ring_records ? config->ring_records : DEFAULT_RING_RECORDS;
    tk_ticks_init(&t->ticks, config->host_ns, config->host_opaque);
    t->begin_ns = tk_ticks_host_ns(&t->ticks);
    t->program = strdup(config->program ? config->program : "qemu-timekeeper");
    tk_names_init(&t->names);
    if (!t->program || tk_digest_init(&t->digest, &t->names, t->begin_ns)) {
        tk_names_destroy(&t->names);
        free(t->program);
        free(t);
        return TK_ENOMEM;
    }
    if (pthread_key_create(&t->key, thread_ends)) {
        tk_digest_destroy(&t->digest);
        tk_names_destroy(&t->names);
        free(t->program);
        free(t);
        return TK_ENOMEM;
    }
    pthread_mutex_init(&t->rings_lock, NULL);
    pthread_mutex_init(&t->wake_lock, NULL);
    pthread_mutex_init(&t->lock, NULL);
    init_condition(&t->wake);
    *trace = t;
    return TK_OK;
}

static int fail(tk_trace *t, const char *path, const char *why)
{
    snprintf(t->error, sizeof(t->error), "%s: cannot write the trace: %s", path, why);
    return TK_EINVAL;
}

int tk_trace_file(tk_trace *t, const char *path)
{
    tk_sink *sink;
    int error;

    if (!tk_trace_file_known(path)) {
        return fail(t, path, "its name must end in .json or .csv");
    }
    sink = tk_ends_with(path, ".csv") ? tk_csv_new() : tk_chrome_new(t->program);
    if (!sink) {
        return fail(t, path, "out of memory");
    }
    sink->names = &t->names;
    sink->begin_ns = t->begin_ns;
    sink->path = strdup(path);
    error = sink->path ? tk_output_open(path, &sink->output) : ENOMEM;
    if (error) {
        free(sink->path);
        sink->ops->destroy(sink);
        return fail(t, path, strerror(error));
    }
    sink->file = tk_output_file(sink->output);
    sink->next = t->sinks;
    t->sinks = sink;
    return TK_OK;
}

int tk_trace_start(tk_trace *t)
{
    if (pthread_create(&t->writer, NULL, writer, t)) {
        return TK_ENOMEM;
    }
    t->writing = true;
    return TK_OK;
}

static int finish_sinks(tk_trace *t)
{
    int error = TK_OK;

    while (t->sinks) {
        tk_sink *sink = t->sinks;
        int unwritten;

        sink->ops->finish(sink, t->digest.now, &t->digest);
        unwritten = tk_output_commit(sink->output);
        if (unwritten) {
            error = fail(t, sink->path, strerror(unwritten));
        }
        t->sinks = sink->next;
        free(sink->path);
        sink->ops->destroy(sink);
    }
    return error;
}

int tk_trace_close(tk_trace *t, const tk_trace_figures *figures)
{
    const uint64_t end_ns = tk_ticks_host_ns(&t->ticks);
    tk_span end = {figures ? figures->global_ps : 0, end_ns - t->begin_ns};
    int error = TK_OK;

    if (atomic_exchange(&t->closed, true)) {
        return TK_OK;
    }
    stop_writer(t);
    round_of(t, true);
    pthread_mutex_lock(&t->lock);
    if (figures && (error = tk_digest_set_figures(&t->digest, figures))) {
        snprintf(t->error, sizeof(t->error), "the trace lacks the run's figures: out of memory");
    }
    tk_digest_extend(&t->digest, end);
    t->digest.complete = true;
    t->digest.dropped = tk_trace_dropped(t);
    if (finish_sinks(t)) {
        error = TK_EINVAL;
    }
    pthread_mutex_unlock(&t->lock);
    return error;
}

/* Threads that are still there, or just about to end, let go of their rings later; for that the key stays. */
static void let_go_of_rings(tk_trace *t)
{
    slot *own = pthread_getspecific(t->key);
    bool all = true;

    if (own) {
        pthread_setspecific(t->key, NULL);
        thread_ends(own);
    }
    for (unsigned i = 0; i < atomic_load(&t->slot_count); i++) {
        all = let_go(t->slots[i]) && all;
    }
    if (all) {
        pthread_key_delete(t->key);
    }
}

void tk_trace_free(tk_trace *t)
{
    if (!t) {
        return;
    }
    tk_trace_close(t, NULL);
    let_go_of_rings(t);
    tk_digest_destroy(&t->digest);
    tk_names_destroy(&t->names);
    pthread_mutex_destroy(&t->rings_lock);
    pthread_mutex_destroy(&t->wake_lock);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->wake);
    free(t->program);
    free(t);
}

/* --- names, and what came of it ----------------------------------------------------------------------- */

void tk_trace_name_vcpu(tk_trace *t, unsigned vcpu, const char *name)
{
    tk_names_set_vcpu(&t->names, vcpu, name);
}

void tk_trace_rename(tk_trace *t, const char *from, const char *to)
{
    tk_names_rename(&t->names, from, to);
}

unsigned tk_trace_name_line(tk_trace *t, const char *name)
{
    return tk_names_add_line(&t->names, name);
}

void tk_trace_name_region(tk_trace *t, uint64_t first, uint64_t last, const char *name)
{
    tk_names_add_region(&t->names, first, last, name);
}

char *tk_trace_digest(tk_trace *t, const tk_trace_figures *figures)
{
    char *text;

    pthread_mutex_lock(&t->lock);
    t->digest.dropped = tk_trace_dropped(t);
    if (!t->digest.complete) {
        tk_digest_extend(&t->digest, t->digest.now);
    }
    text = tk_digest_json(&t->digest, t->program, figures);
    pthread_mutex_unlock(&t->lock);
    return text;
}

const char *tk_trace_error(tk_trace *t)
{
    return t->error;
}

uint64_t tk_trace_dropped(tk_trace *t)
{
    uint64_t dropped = atomic_load(&t->homeless);

    for (unsigned i = 0; i < atomic_load(&t->slot_count); i++) {
        dropped += atomic_load_explicit(&t->slots[i]->ring.dropped, memory_order_relaxed);
    }
    return dropped;
}
