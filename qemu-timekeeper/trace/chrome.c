/* SPDX-License-Identifier: MIT
 *
 * Chrome's trace format (Google, "Trace Event Format"): what ui.perfetto.dev and chrome://tracing open. The
 * format has one time axis, so everything is there twice: process 1 has global time, process 2 the host's.
 *
 *   X   a state of a vCPU or of SystemC, a hold of the token, a transaction: with its duration
 *   s,f a hand-over of the token, an arrow from one vCPU to the next
 *   i   a kick, an interrupt that is taken, timers that are run, a level of an interrupt line
 *   C   counters: skew of a vCPU, MIPS, simulated time per time of the host
 *   M   names
 */
#include "sink.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { AXIS_GLOBAL = 1, AXIS_HOST = 2 }; /* process numbers */

/* Thread numbers: viewers sort by them. */
enum { TRACK_TOKEN = 1, TRACK_SYSTEMC, TRACK_LINES, TRACK_TIMERS, TRACK_VCPUS = 16 };

/* Counters are for the eye: no more than this many ns of the host between two values. */
#define COUNTER_EVERY_NS UINT64_C(5000000)
#define SPEED_EVERY_NS UINT64_C(10000000)

typedef struct slice {
    tk_span begin;
    const char *name; /* NULL: none is open */
    uint64_t detail;
} slice;

typedef struct vcpu {
    bool known;
    enum tk_trace_state now;
    slice state, access;
    uint32_t access_detail;
    uint64_t instructions, counted_instructions;
    uint64_t skew_at_ns, greatest_skew_ps;
} vcpu;

typedef struct chrome {
    tk_sink sink;
    char *program;
    bool begun, known_lines, known_timers;
    vcpu vcpus[TK_VCPUS_MAX];
    slice token, systemc;
    uint32_t holder;
    uint64_t handovers; /* numbers the arrows */
    tk_span speed_at;
} chrome;

static unsigned vcpu_track(unsigned i)
{
    return TRACK_VCPUS + 2 * i;
}

static unsigned access_track(unsigned i)
{
    return vcpu_track(i) + 1;
}

/* --- events ------------------------------------------------------------------------------------------- */

/* Takes the event. */
static void put(chrome *self, json_t *event)
{
    const size_t flags = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15);
    FILE *file = self->sink.file;
    char text[2048]; /* json_dumpf() writes each comma by itself */
    size_t size;

    if (!self->begun) {
        fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file);
    } else {
        fputs(",\n", file);
    }
    self->begun = true;
    size = event ? json_dumpb(event, text, sizeof(text), flags) : 0;
    if (size > 0 && size <= sizeof(text)) {
        fwrite(text, 1, size, file);
    } else if (size == 0 || json_dumpf(event, file, flags) < 0) {
        fputs("{}", file); /* out of memory: the list stays one */
    }
    json_decref(event);
}

static double us(tk_span at, int axis)
{
    return axis == AXIS_GLOBAL ? (double)at.global_ps / 1e6 : (double)at.host_ns / 1e3;
}

static json_t *args(tk_span at, int axis)
{
    return axis == AXIS_GLOBAL ? json_pack("{s:I}", "host_ns", (json_int_t)at.host_ns)
                               : json_pack("{s:I}", "global_ps", (json_int_t)at.global_ps);
}

static void put_name(chrome *self, int axis, unsigned track, const char *what, const char *name)
{
    put(self, json_pack("{s:s, s:s, s:i, s:i, s:{s:s}}", "name", what, "ph", "M", "pid", axis, "tid",
                        (int)track, "args", "name", name));
}

static void put_track(chrome *self, unsigned track, const char *name)
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        put_name(self, axis, track, "thread_name", name);
        put(self, json_pack("{s:s, s:s, s:i, s:i, s:{s:i}}", "name", "thread_sort_index", "ph", "M", "pid",
                            axis, "tid", (int)track, "args", "sort_index", (int)track));
    }
}

static void put_slice(chrome *self, unsigned track, const slice *open, tk_span end, const char *category,
                      const char *detail)
{
    for (int axis = AXIS_GLOBAL; open->name && axis <= AXIS_HOST; axis++) {
        json_t *more = args(open->begin, axis);
        const double from = us(open->begin, axis), until = us(end, axis);

        json_object_set_new(more, detail, json_integer((json_int_t)open->detail));
        put(self, json_pack("{s:s, s:s, s:s, s:i, s:i, s:f, s:f, s:o}", "name", open->name, "cat", category,
                            "ph", "X", "pid", axis, "tid", (int)track, "ts", from, "dur",
                            until > from ? until - from : 0.0, "args", more));
    }
}

typedef struct number {
    const char *name;
    uint64_t value;
} number;

static void put_instant(chrome *self, unsigned track, tk_span at, const char *name, const number details[2])
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        json_t *more = args(at, axis);

        for (unsigned i = 0; i < 2 && details[i].name; i++) {
            json_object_set_new(more, details[i].name, json_integer((json_int_t)details[i].value));
        }
        put(self, json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:f, s:o}", "name", name, "cat", "event", "ph",
                            "i", "s", "t", "pid", axis, "tid", (int)track, "ts", us(at, axis), "args", more));
    }
}

static void put_counter(chrome *self, tk_span at, const char *name, const char *unit, double value)
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        put(self, json_pack("{s:s, s:s, s:i, s:i, s:f, s:{s:f}}", "name", name, "ph", "C", "pid", axis, "tid",
                            0, "ts", us(at, axis), "args", unit, value));
    }
}

/* --- records ------------------------------------------------------------------------------------------ */

static void begin(chrome *self)
{
    put_name(self, AXIS_GLOBAL, 0, "process_name", "global time");
    put_name(self, AXIS_HOST, 0, "process_name", "the host's time");
    put_track(self, TRACK_TOKEN, "token");
    put_track(self, TRACK_SYSTEMC, "SystemC");
    self->systemc = (slice){{0, 0}, tk_trace_systemc_texts[TK_TRACE_SC_WAITS], 0};
    self->token = (slice){{0, 0}, "nobody", 0};
    self->holder = TK_TRACE_NOBODY;
}

static vcpu *vcpu_at(chrome *self, unsigned i)
{
    vcpu *v = &self->vcpus[i];
    char room[16], name[300];

    if (!v->known) {
        const char *of = tk_names_vcpu(self->sink.names, i, room, sizeof(room));

        v->known = true;
        v->now = TK_TRACE_OFF;
        v->state = (slice){{0, 0}, tk_trace_state_text(TK_TRACE_OFF), 0};
        put_track(self, vcpu_track(i), of);
        snprintf(name, sizeof(name), "%s: transactions", of);
        put_track(self, access_track(i), name);
    }
    return v;
}

static void state_changed(chrome *self, tk_span at, const tk_trace_record *r)
{
    vcpu *v = vcpu_at(self, r->track);

    put_slice(self, vcpu_track(r->track), &v->state, at, "state", "local_time_ps");
    v->now = (enum tk_trace_state)r->detail;
    v->state = (slice){at, tk_trace_state_text(v->now), r->a};
}

static const char *holder_name(chrome *self, uint32_t holder, char *room, size_t size)
{
    return holder == TK_TRACE_NOBODY ? "nobody" : tk_names_vcpu(self->sink.names, holder, room, size);
}

/* An arrow between the vCPUs, and a slice on the token's own track. */
static void token_moved(chrome *self, tk_span at, const tk_trace_record *r)
{
    static const char *const ends[] = {"s", "f"};
    const uint32_t between[] = {self->holder, r->track};
    char room[16];

    self->token.name = holder_name(self, self->holder, room, sizeof(room));
    put_slice(self, TRACK_TOKEN, &self->token, at, "token", "reason");
    if (between[0] != TK_TRACE_NOBODY && between[1] != TK_TRACE_NOBODY) {
        self->handovers++;
        for (unsigned k = 0; k < 2; k++) {
            vcpu_at(self, between[k]);
            for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
                put(self,
                    json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:i, s:f}", "name", "hand-over", "cat", "token",
                              "ph", ends[k], "bp", "e", "id", (json_int_t)(2 * self->handovers) + axis - 1,
                              "pid", axis, "tid", (int)vcpu_track(between[k]), "ts", us(at, axis)));
            }
        }
    }
    self->holder = r->track;
    self->token = (slice){at, "", r->detail};
}

static void systemc_changed(chrome *self, tk_span at, const tk_trace_record *r)
{
    const char *name = r->detail < TK_TRACE_SC_STATES ? tk_trace_systemc_texts[r->detail] : "?";

    if (name != self->systemc.name) {
        put_slice(self, TRACK_SYSTEMC, &self->systemc, at, "systemc", "systemc_time_ps");
        self->systemc = (slice){at, name, r->a};
    }
    if (r->b != TK_NEVER && r->b >= r->a) {
        put_counter(self, at, "window ahead of SystemC", "ns", (double)(r->b - r->a) / 1e3);
    }
}

static void access_over(chrome *self, tk_span at, unsigned i)
{
    vcpu *v = vcpu_at(self, i);
    char name[300];

    if (v->access.name) {
        const unsigned region = tk_names_region_at(self->sink.names, v->access.detail);

        snprintf(name, sizeof(name), v->access_detail & TK_TRACE_WRITE ? "write %u to %s" : "read %u from %s",
                 v->access_detail & (TK_TRACE_WRITE - 1), tk_names_region(self->sink.names, region));
        v->access.name = name;
        put_slice(self, access_track(i), &v->access, at, "transaction", "address");
    }
    v->access.name = NULL;
}

/* MIPS of all, and how fast simulated time goes. */
static void speed(chrome *self, tk_span at)
{
    const uint64_t host_ns = at.host_ns - self->speed_at.host_ns;
    uint64_t instructions = 0;

    if (host_ns < SPEED_EVERY_NS) {
        return;
    }
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        instructions += self->vcpus[i].instructions - self->vcpus[i].counted_instructions;
        self->vcpus[i].counted_instructions = self->vcpus[i].instructions;
    }
    put_counter(self, at, "speed, all CPUs", "MIPS", (double)instructions * 1e3 / (double)host_ns);
    put_counter(self, at, "simulated time", "s per s of the host",
                (double)(at.global_ps - self->speed_at.global_ps) / 1e3 / (double)host_ns);
    self->speed_at = at;
}

static void reported(chrome *self, tk_span at, const tk_trace_record *r)
{
    vcpu *v = vcpu_at(self, r->track);
    char room[16], name[300];

    v->instructions = r->a;
    if (at.host_ns >= v->skew_at_ns + COUNTER_EVERY_NS || r->b > v->greatest_skew_ps) {
        v->skew_at_ns = at.host_ns;
        v->greatest_skew_ps = r->b > v->greatest_skew_ps ? r->b : v->greatest_skew_ps;
        snprintf(name, sizeof(name), "skew of %s",
                 tk_names_vcpu(self->sink.names, r->track, room, sizeof(room)));
        put_counter(self, at, name, "ns", (double)r->b / 1e3);
    }
    speed(self, at);
}

static void line_changed(chrome *self, tk_span at, const tk_trace_record *r)
{
    char name[300];

    if (!self->known_lines) {
        put_track(self, TRACK_LINES, "interrupt lines");
    }
    self->known_lines = true;
    snprintf(name, sizeof(name), "%s %s", tk_names_line(self->sink.names, r->track),
             r->detail ? "raised" : "lowered");
    put_instant(self, TRACK_LINES, at, name,
                (const number[2]){{"level", r->detail}, {"systemc_time_ps", r->a}});
}

static void timers_run(chrome *self, tk_span at, const tk_trace_record *r)
{
    if (!self->known_timers) {
        put_track(self, TRACK_TIMERS, "QEMU's timers");
    }
    self->known_timers = true;
    put_instant(self, TRACK_TIMERS, at, "timers run",
                (const number[2]){{"late_ps", r->global_ps > r->a ? r->global_ps - r->a : 0}});
}

/* There are tens of thousands a second, nearly all between CPUs that execute: those change nothing. */
static void kicked(chrome *self, tk_span at, unsigned i)
{
    const vcpu *v = vcpu_at(self, i);

    if (v->now == TK_TRACE_IDLE || v->now == TK_TRACE_OFF ||
        tk_trace_state_sum(v->now) == TK_TRACE_SUM_PAUSED) {
        put_instant(self, vcpu_track(i), at, "kick", (const number[2]){{"vcpu", i}});
    }
}

static void interrupted(chrome *self, tk_span at, const tk_trace_record *r)
{
    vcpu_at(self, r->track);
    put_instant(self, vcpu_track(r->track), at, "interrupt taken",
                (const number[2]){{"local_time_ps", r->a}, {"handler", r->b}});
}

static void record(tk_sink *sink, const tk_trace_record *r)
{
    chrome *self = (chrome *)sink;
    const tk_span at = {r->global_ps, r->host_ns > sink->begin_ns ? r->host_ns - sink->begin_ns : 0};

    if (!self->begun) {
        begin(self);
    }
    switch (r->kind) {
    case TK_TRACE_STATE:
        state_changed(self, at, r);
        break;
    case TK_TRACE_REPORT:
        reported(self, at, r);
        break;
    case TK_TRACE_TOKEN:
        token_moved(self, at, r);
        break;
    case TK_TRACE_KICK:
        kicked(self, at, r->track);
        break;
    case TK_TRACE_INTERRUPT:
        interrupted(self, at, r);
        break;
    case TK_TRACE_TIMERS:
        timers_run(self, at, r);
        break;
    case TK_TRACE_SYSTEMC:
        systemc_changed(self, at, r);
        break;
    case TK_TRACE_ACCESS:
        vcpu_at(self, r->track)->access = (slice){at, "", r->a};
        self->vcpus[r->track].access_detail = r->detail;
        break;
    case TK_TRACE_ACCESS_END:
        access_over(self, at, r->track);
        break;
    case TK_TRACE_LINE:
        line_changed(self, at, r);
        break;
    default: /* TK_TRACE_LAG: in the digest's histogram */
        break;
    }
}

/* --- the end ------------------------------------------------------------------------------------------ */

/* The digest without its picture: the file has that. */
static json_t *summary(tk_digest *digest, const char *program)
{
    char *text = tk_digest_json(digest, program, NULL);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    size_t i;
    json_t *each;

    free(text);
    if (json) {
        json_object_del(json, "marks");
        json_object_del(json, "samples");
        json_object_del(json_object_get(json, "token"), "lane");
        json_object_del(json_object_get(json, "systemc"), "lane");
        json_array_foreach(json_object_get(json, "vcpus"), i, each)
        {
            json_object_del(each, "lane");
        }
    }
    return json;
}

static void finish(tk_sink *sink, tk_span end, tk_digest *digest)
{
    chrome *self = (chrome *)sink;
    char room[16];
    json_t *all;

    if (!self->begun) {
        begin(self);
    }
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        if (self->vcpus[i].known) {
            put_slice(self, vcpu_track(i), &self->vcpus[i].state, end, "state", "local_time_ps");
            access_over(self, end, i);
        }
    }
    self->token.name = holder_name(self, self->holder, room, sizeof(room));
    put_slice(self, TRACK_TOKEN, &self->token, end, "token", "reason");
    put_slice(self, TRACK_SYSTEMC, &self->systemc, end, "systemc", "systemc_time_ps");
    all = summary(digest, self->program);
    fputs("\n],\"otherData\":", sink->file);
    if (!all || json_dumpf(all, sink->file, JSON_COMPACT | JSON_ENSURE_ASCII) < 0) {
        fputs("{}", sink->file);
    }
    fputs("}\n", sink->file);
    json_decref(all);
}

static void destroy(tk_sink *sink)
{
    free(((chrome *)sink)->program);
    free(sink);
}

tk_sink *tk_chrome_new(const char *program)
{
    static const tk_sink_ops ops = {.record = record, .finish = finish, .destroy = destroy};
    chrome *self = calloc(1, sizeof(*self));

    if (!self || !(self->program = strdup(program))) {
        free(self);
        return NULL;
    }
    self->sink.ops = &ops;
    return &self->sink;
}
