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
#include "json_line.h"
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
    slice state;
    tk_trace_record access; /* the transaction that it is in, if `in_access` */
    tk_span access_begin;
    bool in_access;
    tk_span accessed; /* when the last one was over */
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
    tk_json_line line; /* the event that is being written */
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

static void begin_event(chrome *self, const char *name, const char *category, const char *phase)
{
    tk_json_begin(&self->line);
    tk_json_text(&self->line, "name", name);
    if (category) {
        tk_json_text(&self->line, "cat", category);
    }
    tk_json_text(&self->line, "ph", phase);
}

static void put_place(chrome *self, int axis, unsigned track)
{
    tk_json_number(&self->line, "pid", (unsigned)axis);
    tk_json_number(&self->line, "tid", track);
}

/* us, from the picosecond and the nanosecond */
static void put_time(chrome *self, int axis, const char *key, tk_span time)
{
    if (axis == AXIS_GLOBAL) {
        tk_json_decimal(&self->line, key, time.global_ps, 6);
    } else {
        tk_json_decimal(&self->line, key, time.host_ns, 3);
    }
}

/* Begins them with the time on the other axis. */
static void begin_args(chrome *self, int axis, tk_span at)
{
    tk_json_object(&self->line, "args");
    if (axis == AXIS_GLOBAL) {
        tk_json_number(&self->line, "host_ns", at.host_ns);
    } else {
        tk_json_number(&self->line, "global_ps", at.global_ps);
    }
}

static void end_event(chrome *self)
{
    FILE *file = self->sink.file;

    tk_json_end(&self->line);
    if (!self->begun) {
        fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file);
    } else {
        fputs(",\n", file);
    }
    self->begun = true;
    fwrite(self->line.text, 1, self->line.size, file);
}

static void put_name(chrome *self, int axis, unsigned track, const char *what, const char *name)
{
    begin_event(self, what, NULL, "M");
    put_place(self, axis, track);
    tk_json_object(&self->line, "args");
    tk_json_text(&self->line, "name", name);
    tk_json_end(&self->line);
    end_event(self);
}

static void put_track(chrome *self, unsigned track, const char *name)
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        put_name(self, axis, track, "thread_name", name);
        begin_event(self, "thread_sort_index", NULL, "M");
        put_place(self, axis, track);
        tk_json_object(&self->line, "args");
        tk_json_number(&self->line, "sort_index", track);
        tk_json_end(&self->line);
        end_event(self);
    }
}

static uint64_t length(uint64_t from, uint64_t until)
{
    return until > from ? until - from : 0;
}

static void put_slice(chrome *self, unsigned track, const slice *open, tk_span end, const char *category,
                      const char *detail)
{
    const tk_span took = {length(open->begin.global_ps, end.global_ps),
                          length(open->begin.host_ns, end.host_ns)};

    for (int axis = AXIS_GLOBAL; open->name && axis <= AXIS_HOST; axis++) {
        begin_event(self, open->name, category, "X");
        put_place(self, axis, track);
        put_time(self, axis, "ts", open->begin);
        put_time(self, axis, "dur", took);
        begin_args(self, axis, open->begin);
        tk_json_number(&self->line, detail, open->detail);
        tk_json_end(&self->line);
        end_event(self);
    }
}

typedef struct number {
    const char *name;
    uint64_t value;
} number;

static void put_instant(chrome *self, unsigned track, tk_span at, const char *name, const number details[2])
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        begin_event(self, name, "event", "i");
        tk_json_text(&self->line, "s", "t");
        put_place(self, axis, track);
        put_time(self, axis, "ts", at);
        begin_args(self, axis, at);
        for (unsigned i = 0; i < 2 && details[i].name; i++) {
            tk_json_number(&self->line, details[i].name, details[i].value);
        }
        tk_json_end(&self->line);
        end_event(self);
    }
}

/* value / 10^places */
static void put_counter(chrome *self, tk_span at, const char *name, const char *unit, uint64_t value,
                        unsigned places)
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        begin_event(self, name, NULL, "C");
        put_place(self, axis, 0);
        put_time(self, axis, "ts", at);
        tk_json_object(&self->line, "args");
        tk_json_decimal(&self->line, unit, value, places);
        tk_json_end(&self->line);
        end_event(self);
    }
}

/* One end of an arrow. */
static void put_arrow(chrome *self, const char *phase, unsigned track, tk_span at)
{
    for (int axis = AXIS_GLOBAL; axis <= AXIS_HOST; axis++) {
        begin_event(self, "hand-over", "token", phase);
        tk_json_text(&self->line, "bp", "e");
        tk_json_number(&self->line, "id", 2 * self->handovers + (unsigned)axis - 1);
        put_place(self, axis, track);
        put_time(self, axis, "ts", at);
        end_event(self);
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
            put_arrow(self, ends[k], vcpu_track(between[k]), at);
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
        put_counter(self, at, "window ahead of SystemC", "ns", r->b - r->a, 3);
    }
}

static tk_span later(tk_span a, tk_span b)
{
    return (tk_span){a.global_ps > b.global_ps ? a.global_ps : b.global_ps,
                     a.host_ns > b.host_ns ? a.host_ns : b.host_ns};
}

static void put_access(chrome *self, const tk_trace_record *r, tk_span begin, tk_span end)
{
    const unsigned region = tk_names_region_at(self->sink.names, r->a);
    char name[300];

    snprintf(name, sizeof(name), r->detail & TK_TRACE_WRITE ? "write %u to %s" : "read %u from %s",
             r->detail & (TK_TRACE_WRITE - 1), tk_names_region(self->sink.names, region));
    put_slice(self, access_track(r->track), &(slice){begin, name, r->a}, end, "transaction", "address");
}

static void access_begun(chrome *self, tk_span at, const tk_trace_record *r)
{
    vcpu *v = vcpu_at(self, r->track);

    v->access = *r;
    v->access_begin = later(v->accessed, (tk_span){at.global_ps, length(r->c, at.host_ns)});
    v->in_access = true;
}

/* The host's clock says when it began. Global time is known if that was told; else it has gone on by what the
 * access took for its CPU, or less if others are behind. */
static void accessed(chrome *self, tk_span at, const tk_trace_record *r)
{
    vcpu *v = vcpu_at(self, r->track);
    const tk_span before = {length(r->b, at.global_ps), length(r->c, at.host_ns)};

    put_access(self, r, v->in_access ? v->access_begin : later(v->accessed, before), at);
    v->in_access = false;
    v->accessed = later(v->accessed, at);
}

static void access_unfinished(chrome *self, tk_span end, unsigned i)
{
    if (self->vcpus[i].in_access) {
        put_access(self, &self->vcpus[i].access, self->vcpus[i].access_begin, end);
    }
}

/* a * factor / b, without loss in between */
static uint64_t ratio(uint64_t a, uint64_t factor, uint64_t b)
{
    const unsigned __int128 result = (unsigned __int128)a * factor / b;

    return result > UINT64_MAX ? UINT64_MAX : (uint64_t)result;
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
    put_counter(self, at, "speed, all CPUs", "MIPS", ratio(instructions, 1000000, host_ns), 3);
    put_counter(self, at, "simulated time", "s per s of the host",
                ratio(at.global_ps - self->speed_at.global_ps, 1000, host_ns), 6);
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
        put_counter(self, at, name, "ns", r->b, 3);
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
        access_begun(self, at, r);
        break;
    case TK_TRACE_ACCESSED:
        accessed(self, at, r);
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
            access_unfinished(self, end, i);
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
