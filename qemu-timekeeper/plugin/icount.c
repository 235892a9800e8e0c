/* SPDX-License-Identifier: MIT
 *
 * The icount TCG plugin: QEMU's callbacks become events of a timeline, and nothing else happens here.
 *
 * Each vCPU has one counter. Each translation block calls us if it has reached TK_COUNTER_LIMIT, and then
 * adds its instructions to it: the counter is set so far below the limit as the vCPU's budget goes, so one
 * word is both the count and the check, and a new budget is one store.
 *
 * Nothing waits in a callback of the execution loop: there a vCPU counts as running, and others would wait
 * for it. A vCPU that has to wait leaves its loop, and waits where QEMU's idle CPUs do (time_ops.hold, wait).
 */
#include "options.h"
#include "qemu_api.h"
#include "timekeeper/timeline.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

#define NOT_ADDED (-1)

/* QEMU calls us when the counter's highest bit is set. */
_Static_assert(TK_COUNTER_LIMIT - 1 == INT64_MAX, "the limit that the translated code looks for");

typedef struct instance {
    qemu_api api;
    qemu_plugin_id_t id;
    icount_options options;
    tk_timeline *timeline;
    tk_trace *trace; /* or NULL */
    unsigned source;
    bool joined; /* the source is there */
    enum qemu_plugin_count counting;
    _Atomic int vcpus[TK_VCPUS_MAX]; /* QEMU's index -> the timeline's, or NOT_ADDED */
    struct instance *next;
} instance;

/* QEMU hands only its id to some callbacks. Written at install, never removed: QEMU does not unload us. */
static _Atomic(instance *) instances;

static instance *instance_of(qemu_plugin_id_t id)
{
    instance *self = atomic_load(&instances);

    while (self && self->id != id) {
        self = self->next;
    }
    return self;
}

/* The timeline's index of a vCPU, or NOT_ADDED while it has not introduced itself. */
static int vcpu_of(const instance *self, unsigned qemu_index)
{
    return qemu_index < TK_VCPUS_MAX ? atomic_load(&self->vcpus[qemu_index]) : NOT_ADDED;
}

/* --- what the timeline asks of QEMU -------------------------------------------------------------------- */

static void source_run_timers(void *opaque)
{
    ((instance *)opaque)->api.qemu_plugin_run_timers();
}

static int64_t source_deadline_ns(void *opaque)
{
    return ((instance *)opaque)->api.qemu_plugin_timer_deadline_ns();
}

static void source_leave(void *opaque, unsigned qemu_index)
{
    ((instance *)opaque)->api.qemu_plugin_vcpu_leave(qemu_index);
}

static const tk_source_ops source_ops = {
    .run_timers = source_run_timers,
    .deadline_ns = source_deadline_ns,
    .leave = source_leave,
};

/* --- what QEMU asks of the timeline -------------------------------------------------------------------- */

static int64_t time_clock_ns(void *opaque)
{
    return (int64_t)(tk_timeline_now(((instance *)opaque)->timeline) / TK_PS_PER_NS);
}

static void time_timer_armed(void *opaque)
{
    const instance *self = opaque;

    tk_timeline_timer_armed(self->timeline, self->source);
}

static uint32_t time_ticket(void *opaque, unsigned int qemu_index)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    return vcpu < 0 ? 0 : tk_timeline_ticket(self->timeline, (unsigned)vcpu);
}

static enum qemu_plugin_idle time_idle(void *opaque, unsigned int qemu_index, bool stopped, uint32_t ticket)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);
    bool look_again;

    if (vcpu < 0) {
        return QEMU_PLUGIN_IDLE_SLEEP;
    }
    look_again = stopped ? tk_timeline_stopped(self->timeline, (unsigned)vcpu, ticket)
                         : tk_timeline_idle(self->timeline, (unsigned)vcpu, ticket);
    return look_again ? QEMU_PLUGIN_IDLE_LOOK : QEMU_PLUGIN_IDLE_WAIT;
}

static bool time_hold(void *opaque, unsigned int qemu_index, uint32_t ticket)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    return vcpu >= 0 && tk_timeline_hold(self->timeline, (unsigned)vcpu, ticket);
}

static bool time_may_run(void *opaque, unsigned int qemu_index)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    return vcpu < 0 || tk_timeline_may_run(self->timeline, (unsigned)vcpu);
}

static void time_wait(void *opaque, unsigned int qemu_index, uint32_t ticket)
{
    const instance *self = opaque;

    tk_timeline_wait(self->timeline, (unsigned)vcpu_of(self, qemu_index), ticket);
}

static void time_kicked(void *opaque, unsigned int qemu_index)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    if (vcpu >= 0) {
        tk_timeline_kicked(self->timeline, (unsigned)vcpu);
    }
}

static uint64_t time_instructions(void *opaque, unsigned int qemu_index)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    return vcpu < 0 ? 0 : tk_timeline_vcpu_instructions(self->timeline, (unsigned)vcpu);
}

static void time_interrupted(void *opaque, unsigned int qemu_index, uint64_t pc)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    if (vcpu >= 0) {
        tk_timeline_interrupted(self->timeline, (unsigned)vcpu, pc);
    }
}

static void time_blocked(void *opaque, unsigned int qemu_index, bool blocked)
{
    const instance *self = opaque;
    const int vcpu = vcpu_of(self, qemu_index);

    if (vcpu >= 0) {
        tk_timeline_blocked(self->timeline, (unsigned)vcpu, blocked);
    }
}

static void time_stopping(void *opaque)
{
    const instance *self = opaque;

    tk_timeline_source_stopping(self->timeline, self->source);
}

static void time_work(void *opaque, bool begins)
{
    const instance *self = opaque;

    tk_timeline_source_busy(self->timeline, self->source, begins);
}

static void time_waits(void *opaque, bool begins)
{
    tk_timeline_go_on(((const instance *)opaque)->timeline, begins);
}

static void time_vm_state(void *opaque, bool running)
{
    const instance *self = opaque;

    tk_timeline_source_running(self->timeline, self->source, running);
}

static const struct qemu_plugin_time_ops time_ops = {
    .clock_ns = time_clock_ns,
    .timer_armed = time_timer_armed,
    .ticket = time_ticket,
    .idle = time_idle,
    .hold = time_hold,
    .may_run = time_may_run,
    .wait = time_wait,
    .kicked = time_kicked,
    .instructions = time_instructions,
    .interrupted = time_interrupted,
    .blocked = time_blocked,
    .stopping = time_stopping,
    .work = time_work,
    .waits = time_waits,
    .vm_state = time_vm_state,
};

/* --- the vCPUs ----------------------------------------------------------------------------------------- */

/* On the vCPU's own thread, before it executes anything. */
static void vcpu_init(qemu_plugin_id_t id, unsigned int qemu_index)
{
    instance *self = instance_of(id);
    unsigned vcpu;
    int error = TK_EFULL;

    if (qemu_index < TK_VCPUS_MAX) {
        error = tk_timeline_vcpu_add(self->timeline, self->source, qemu_index,
                                     icount_options_rate(&self->options, qemu_index),
                                     self->api.qemu_plugin_vcpu_count(qemu_index), &vcpu);
    }
    if (error) {
        fprintf(stderr, "icount: CPU %u cannot join the timeline: %s (at most %d vCPUs)\n", qemu_index,
                tk_strerror(error), TK_VCPUS_MAX);
        exit(1);
    }
    atomic_store(&self->vcpus[qemu_index], (int)vcpu);
}

static void end_of_quantum(unsigned int qemu_index, void *opaque)
{
    instance *self = opaque;

    if (!tk_timeline_end_of_quantum(self->timeline, (unsigned)vcpu_of(self, qemu_index))) {
        self->api.qemu_plugin_vcpu_leave(qemu_index);
    }
}

static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    instance *self = instance_of(id);

    self->api.qemu_plugin_register_vcpu_tb_count(tb, self->counting, end_of_quantum, self);
}

/* --- life ---------------------------------------------------------------------------------------------- */

/* Runs timers that no vCPU thread runs: those of the other instances, and all while all vCPUs are idle. */
static void *timer_thread(void *opaque)
{
    const instance *self = opaque;

    while (tk_timeline_source_work(self->timeline, self->source)) {
    }
    return NULL;
}

/* vCPUs' threads may still run: the trace is closed, and not freed. */
static void end_trace(instance *self)
{
    tk_vcpu_info vcpus[TK_VCPUS_MAX];
    tk_trace_figures figures;

    tk_timeline_trace(self->timeline, NULL);
    tk_timeline_figures(self->timeline, &figures, vcpus);
    if (tk_trace_close(self->trace, &figures)) {
        fprintf(stderr, "icount: %s\n", tk_trace_error(self->trace));
    }
    if (tk_trace_dropped(self->trace) > 0) {
        fprintf(stderr,
                "icount: trace: %" PRIu64
                " records were dropped: they came faster than they could be written\n",
                tk_trace_dropped(self->trace));
    }
}

static void at_exit(qemu_plugin_id_t id, void *opaque)
{
    instance *self = opaque;

    (void)id;
    tk_timeline_source_close(self->timeline, self->source);
    if (self->trace) {
        end_trace(self);
    }
}

static int refuse(const char *message)
{
    fprintf(stderr, "icount: %s\n", message);
    return 1;
}

static int join_timeline(instance *self)
{
    const tk_timeline_config config = {
        .quantum_ps = self->options.quantum_ps,
        .idle = self->options.idle,
        .deadlines = true,
        .deterministic = self->options.deterministic,
    };
    int error;

    if (self->options.timeline[0]) {
        self->timeline = tk_timeline_get(self->options.timeline);
        error = self->timeline ? TK_OK : TK_EINVAL;
    } else {
        error = tk_timeline_create(NULL, &config, &self->timeline);
    }
    if (!error) {
        error =
            tk_timeline_source_add(self->timeline, self->options.source, &source_ops, self, &self->source);
    }
    self->joined = !error;
    return error;
}

/* False: it has said why. */
static bool start_trace(instance *self)
{
    const tk_trace_config config = {.program = "icount"};

    if (!self->options.trace[0]) {
        return true;
    }
    if (tk_trace_new(&config, &self->trace)) {
        return refuse("out of memory") == 0;
    }
    if (tk_trace_file(self->trace, self->options.trace)) {
        return refuse(tk_trace_error(self->trace)) == 0;
    }
    if (tk_trace_start(self->trace)) {
        return refuse("cannot start the trace's thread") == 0;
    }
    tk_timeline_trace(self->timeline, self->trace);
    return true;
}

/* Before QEMU knows of it. */
static void abandon(instance *self)
{
    if (self->joined) {
        tk_timeline_source_close(self->timeline, self->source);
    }
    tk_timeline_release(self->timeline);
    tk_trace_free(self->trace);
    free(self);
}

static int start(instance *self, const qemu_info_t *info)
{
    const void *handle;
    pthread_t timers;
    int error;

    if (!info->system_emulation) {
        abandon(self);
        return refuse("needs system emulation (qemu-system-...)");
    }
    if (info->system.smp_vcpus > TK_VCPUS_MAX) {
        abandon(self);
        return refuse("too many vCPUs: at most 256 (-smp)");
    }
    handle = self->api.qemu_plugin_request_time_control();
    if (!handle) {
        abandon(self);
        return refuse("another plugin controls time already");
    }
    error = join_timeline(self);
    if (error) {
        abandon(self);
        return refuse(error == TK_ENOMEM
                          ? "cannot join the timeline: out of memory"
                          : "cannot join the timeline: there is none of that name, or it has a "
                            "source of that name");
    }
    if (!start_trace(self)) {
        abandon(self);
        return 1;
    }
    self->counting = self->options.counting == ICOUNT_COUNTING_INSTRUCTION ? QEMU_PLUGIN_COUNT_INSN
                                                                           : QEMU_PLUGIN_COUNT_BLOCK;
    self->next = atomic_load(&instances);
    atomic_store(&instances, self);
    if (self->api.qemu_plugin_own_time(handle, &time_ops, self)) {
        return refuse("needs TCG with a thread for each vCPU (-accel tcg,thread=multi), without -icount");
    }
    if (pthread_create(&timers, NULL, timer_thread, self)) {
        return refuse("cannot start its timer thread");
    }
    /* It ends when the source is closed. Who closes it may hold QEMU's lock, which a timer may want: nobody
     * waits for it. */
    pthread_detach(timers);
    self->api.qemu_plugin_register_vcpu_init_cb(self->id, vcpu_init);
    self->api.qemu_plugin_register_vcpu_tb_trans_cb(self->id, block_translated);
    self->api.qemu_plugin_register_atexit_cb(self->id, at_exit, self);
    return 0;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv)
{
    instance *self = calloc(1, sizeof(*self));
    const char *missing;
    char message[256];

    if (!self) {
        return refuse("out of memory");
    }
    self->id = id;
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        atomic_init(&self->vcpus[i], NOT_ADDED);
    }
    missing = qemu_api_bind(&self->api, __builtin_return_address(0));
    if (missing) {
        fprintf(stderr, "icount: this QEMU lacks %s: use the one that is built with qemu-timekeeper\n",
                missing);
        free(self);
        return 1;
    }
    if (!icount_options_parse(&self->options, argc, argv, message, sizeof(message))) {
        free(self);
        return refuse(message);
    }
    return start(self, info);
}
