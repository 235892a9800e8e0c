/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SAMPLE_EVERY_NS UINT64_C(2000000)

const char *const tk_trace_systemc_texts[TK_TRACE_SC_STATES] = {
    [TK_TRACE_SC_WAITS] = "waits for time to come",
    [TK_TRACE_SC_RUNS] = "runs",
    [TK_TRACE_SC_STANDS] = "stands: the simulation is paused",
};

const char *tk_trace_state_text(enum tk_trace_state state)
{
    static const char *const texts[TK_TRACE_STATES] = {
#define TK_TRACE_STATE_TEXT(name, sum, text) [name] = (text),
        TK_TRACE_STATE_MAP(TK_TRACE_STATE_TEXT)
#undef TK_TRACE_STATE_TEXT
    };

    return (unsigned)state < TK_TRACE_STATES ? texts[state] : "unknown";
}

enum tk_trace_sum tk_trace_state_sum(enum tk_trace_state state)
{
    static const enum tk_trace_sum sums[TK_TRACE_STATES] = {
#define TK_TRACE_STATE_SUM(name, sum, text) [name] = TK_TRACE_SUM_##sum,
        TK_TRACE_STATE_MAP(TK_TRACE_STATE_SUM)
#undef TK_TRACE_STATE_SUM
    };

    return (unsigned)state < TK_TRACE_STATES ? sums[state] : TK_TRACE_SUM_PAUSED;
}

enum tk_trace_state tk_trace_state_of(const tk_vcpu_info *info)
{
    static const enum tk_trace_state pauses[] = {
        [TK_PAUSE_NONE] = TK_TRACE_FROZEN,   [TK_PAUSE_SKEW] = TK_TRACE_SKEW,
        [TK_PAUSE_WINDOW] = TK_TRACE_WINDOW, [TK_PAUSE_DEADLINE] = TK_TRACE_DEADLINE,
        [TK_PAUSE_FROZEN] = TK_TRACE_FROZEN, [TK_PAUSE_TURN] = TK_TRACE_TURN,
    };

    switch (info->state) {
    case TK_IDLE:
        return info->instructions > 0 ? TK_TRACE_IDLE : TK_TRACE_OFF;
    case TK_SUSPENDED:
        return TK_TRACE_IN_ACCESS;
    case TK_PAUSED:
        return pauses[info->pause];
    default:
        return info->kicked ? TK_TRACE_WAKING : info->blocked ? TK_TRACE_EXCLUSIVE : TK_TRACE_RUNNING;
    }
}

static enum tk_trace_sum sum_of_vcpu_state(uint32_t state)
{
    return tk_trace_state_sum((enum tk_trace_state)state);
}

static enum tk_trace_sum sum_of_holder(uint32_t holder)
{
    return holder == TK_TRACE_NOBODY ? TK_TRACE_SUM_IDLE : TK_TRACE_SUM_RUNNING;
}

static enum tk_trace_sum sum_of_systemc_state(uint32_t state)
{
    return state == TK_TRACE_SC_RUNS    ? TK_TRACE_SUM_RUNNING
           : state == TK_TRACE_SC_WAITS ? TK_TRACE_SUM_IDLE
                                        : TK_TRACE_SUM_PAUSED;
}

/* --- life --------------------------------------------------------------------------------------------- */

int tk_digest_init(tk_digest *d, tk_names *names, uint64_t begin_ns)
{
    memset(d, 0, sizeof(*d));
    d->names = names;
    d->begin_ns = begin_ns;
    d->holder = d->last_holder = TK_TRACE_NOBODY;
    d->systemc_state = TK_TRACE_SC_WAITS;
    d->mark_stride = 1;
    d->sample_every_ns = FIRST_SAMPLE_EVERY_NS;
    d->target_count = TK_REGIONS_MAX + 1;
    d->targets = calloc(d->target_count, sizeof(*d->targets));
    if (!d->targets || tk_lane_init(&d->token, TK_LANE_PIECES, sum_of_holder) ||
        tk_lane_init(&d->systemc, TK_LANE_PIECES, sum_of_systemc_state)) {
        tk_digest_destroy(d);
        return TK_ENOMEM;
    }
    tk_lane_add(&d->token, d->now, d->holder);
    tk_lane_add(&d->systemc, d->now, d->systemc_state);
    return TK_OK;
}

void tk_digest_destroy(tk_digest *d)
{
    for (unsigned i = 0; i < TK_VCPUS_MAX; i++) {
        if (d->vcpus[i]) {
            tk_lane_destroy(&d->vcpus[i]->lane);
            free(d->vcpus[i]);
        }
    }
    tk_lane_destroy(&d->token);
    tk_lane_destroy(&d->systemc);
    free(d->targets);
    free(d->figures_vcpus);
}

/* A vCPU counts as off from the trace's begin until it says something. */
static tk_vcpu_digest *vcpu_at(tk_digest *d, unsigned i)
{
    tk_vcpu_digest *v;

    if (i >= TK_VCPUS_MAX) {
        return NULL;
    }
    if (!d->vcpus[i]) {
        v = calloc(1, sizeof(*v));
        if (!v || tk_lane_init(&v->lane, TK_LANE_PIECES, sum_of_vcpu_state)) {
            free(v);
            d->out_of_memory = true;
            return NULL;
        }
        v->state = TK_TRACE_OFF;
        v->states[v->state].count = 1;
        tk_lane_add(&v->lane, (tk_span){0, 0}, v->state);
        d->vcpus[i] = v;
        d->vcpu_count = i >= d->vcpu_count ? i + 1 : d->vcpu_count;
    }
    return d->vcpus[i];
}

/* --- time --------------------------------------------------------------------------------------------- */

static void add_time(tk_duration *to, tk_span from, tk_span until)
{
    to->time.global_ps += until.global_ps > from.global_ps ? until.global_ps - from.global_ps : 0;
    to->time.host_ns += until.host_ns > from.host_ns ? until.host_ns - from.host_ns : 0;
}

static tk_span later(tk_span a, tk_span b)
{
    return (tk_span){a.global_ps > b.global_ps ? a.global_ps : b.global_ps,
                     a.host_ns > b.host_ns ? a.host_ns : b.host_ns};
}

static void vcpu_until(tk_vcpu_digest *v, tk_span at)
{
    at = later(at, v->since);
    add_time(&v->states[v->state], v->since, at);
    v->since = at;
    tk_lane_extend(&v->lane, at);
}

static tk_duration *token_of(tk_digest *d, uint32_t holder)
{
    tk_vcpu_digest *v = holder == TK_TRACE_NOBODY ? NULL : vcpu_at(d, holder);

    return v ? &v->token : &d->nobody;
}

static void token_until(tk_digest *d, tk_span at)
{
    at = later(at, d->holder_since);
    add_time(token_of(d, d->holder), d->holder_since, at);
    d->holder_since = at;
    tk_lane_extend(&d->token, at);
}

static void systemc_until(tk_digest *d, tk_span at)
{
    at = later(at, d->systemc_since);
    add_time(&d->systemc_states[d->systemc_state], d->systemc_since, at);
    d->systemc_since = at;
    tk_lane_extend(&d->systemc, at);
}

void tk_digest_extend(tk_digest *d, tk_span at)
{
    d->now = later(d->now, at);
    for (unsigned i = 0; i < d->vcpu_count; i++) {
        if (d->vcpus[i]) {
            vcpu_until(d->vcpus[i], d->now);
        }
    }
    token_until(d, d->now);
    systemc_until(d, d->now);
}

tk_span tk_digest_sum(const tk_vcpu_digest *v, enum tk_trace_sum sum)
{
    tk_span total = {0, 0};

    for (unsigned s = 0; s < TK_TRACE_STATES; s++) {
        if (tk_trace_state_sum((enum tk_trace_state)s) == sum) {
            total.global_ps += v->states[s].time.global_ps;
            total.host_ns += v->states[s].time.host_ns;
        }
    }
    return total;
}

/* --- records ------------------------------------------------------------------------------------------ */

static void vcpu_state(tk_vcpu_digest *v, tk_span at, const tk_trace_record *r)
{
    const uint32_t state = r->detail < TK_TRACE_STATES ? r->detail : TK_TRACE_FROZEN;

    vcpu_until(v, at);
    if (state != v->state) {
        v->state = state;
        v->states[state].count++;
    }
    v->local_ps = r->a;
    tk_lane_add(&v->lane, v->since, state);
}

static void token_moved(tk_digest *d, tk_span at, uint32_t to)
{
    token_until(d, at);
    d->holder = to;
    token_of(d, to)->count++;
    if (to != TK_TRACE_NOBODY) {
        d->handovers += d->last_holder != TK_TRACE_NOBODY && d->last_holder != to;
        d->last_holder = to;
    }
    tk_lane_add(&d->token, d->holder_since, to);
}

static void systemc_state(tk_digest *d, tk_span at, uint32_t state)
{
    systemc_until(d, at);
    if (state < TK_TRACE_SC_STATES && state != d->systemc_state) {
        d->systemc_state = state;
        d->systemc_states[state].count++;
    }
    tk_lane_add(&d->systemc, d->systemc_since, d->systemc_state);
}

static void accessed(tk_digest *d, const tk_trace_record *r)
{
    const unsigned region = tk_names_region_at(d->names, r->a);
    tk_target_digest *t = &d->targets[region < d->target_count ? region : d->target_count - 1];
    const tk_span took = {r->b, r->c}; /* the CPU's clock says how long it was, not global time */

    t->reads += !(r->detail & TK_TRACE_WRITE);
    t->writes += (r->detail & TK_TRACE_WRITE) != 0;
    t->bytes += r->detail & (TK_TRACE_WRITE - 1);
    t->errors += (r->detail & TK_TRACE_ERROR) != 0;
    t->sum.global_ps += took.global_ps;
    t->sum.host_ns += took.host_ns;
    t->longest = later(t->longest, took);
}

static void line_changed(tk_digest *d, tk_span at, unsigned line, bool level)
{
    if (line >= TK_LINES_MAX) {
        return;
    }
    d->lines[line].raised += level;
    d->lines[line].lowered += !level;
    if (d->marks_seen++ % d->mark_stride != 0) {
        return;
    }
    if (d->mark_count == TK_MARKS) {
        for (size_t i = 0; i < TK_MARKS / 2; i++) {
            d->marks[i] = d->marks[2 * i];
        }
        d->mark_count = TK_MARKS / 2;
        d->mark_stride *= 2;
    }
    d->marks[d->mark_count++] = (tk_mark){at, (uint16_t)line, level};
}

static uint64_t all_instructions(const tk_digest *d)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < d->vcpu_count; i++) {
        sum += d->vcpus[i] ? d->vcpus[i]->instructions : 0;
    }
    return sum;
}

static void take_sample(tk_digest *d)
{
    if (d->sample_count > 0 &&
        d->now.host_ns < d->samples[d->sample_count - 1].at.host_ns + d->sample_every_ns) {
        return;
    }
    if (d->sample_count == TK_SAMPLES) {
        for (size_t i = 0; i < TK_SAMPLES / 2; i++) {
            d->samples[i] = d->samples[2 * i];
        }
        d->sample_count = TK_SAMPLES / 2;
        d->sample_every_ns *= 2;
    }
    d->samples[d->sample_count++] = (tk_sample){d->now, all_instructions(d)};
}

static void vcpu_report(tk_digest *d, tk_vcpu_digest *v, const tk_trace_record *r)
{
    v->reports++;
    v->instructions = r->a;
    v->max_skew_ps = r->b > v->max_skew_ps ? r->b : v->max_skew_ps;
    tk_histogram_add(&d->skew, r->b);
}

static void vcpu_record(tk_digest *d, tk_span at, const tk_trace_record *r)
{
    tk_vcpu_digest *v = vcpu_at(d, r->track);

    if (!v) {
        return;
    }
    switch (r->kind) {
    case TK_TRACE_STATE:
        vcpu_state(v, at, r);
        break;
    case TK_TRACE_REPORT:
        vcpu_report(d, v, r);
        break;
    case TK_TRACE_KICK:
        v->kicks++;
        break;
    case TK_TRACE_INTERRUPT:
        v->interrupts++;
        break;
    default: /* TK_TRACE_ACCESS: counted when it is over */
        break;
    }
}

void tk_digest_record(tk_digest *d, const tk_trace_record *r)
{
    const tk_span at = {r->global_ps, r->host_ns > d->begin_ns ? r->host_ns - d->begin_ns : 0};

    d->records++;
    d->now = later(d->now, at);
    switch (r->kind) {
    case TK_TRACE_STATE:
    case TK_TRACE_REPORT:
    case TK_TRACE_KICK:
    case TK_TRACE_INTERRUPT:
    case TK_TRACE_ACCESS:
        vcpu_record(d, at, r);
        break;
    case TK_TRACE_ACCESSED:
        accessed(d, r);
        break;
    case TK_TRACE_TOKEN:
        token_moved(d, at, r->track);
        break;
    case TK_TRACE_TIMERS:
        tk_histogram_add(&d->timer_lateness, r->global_ps > r->a ? r->global_ps - r->a : 0);
        break;
    case TK_TRACE_SYSTEMC:
        systemc_state(d, at, r->detail);
        break;
    case TK_TRACE_LAG:
        tk_histogram_add(&d->systemc_lag, r->a);
        break;
    case TK_TRACE_LINE:
        line_changed(d, at, r->track, r->detail != 0);
        break;
    }
    take_sample(d);
}

int tk_digest_set_figures(tk_digest *d, const tk_trace_figures *figures)
{
    tk_vcpu_info *copy = malloc((figures->vcpu_count + 1) * sizeof(*copy));

    if (!copy) {
        return TK_ENOMEM;
    }
    memcpy(copy, figures->vcpus, figures->vcpu_count * sizeof(*copy));
    free(d->figures_vcpus);
    d->figures = *figures;
    d->figures.vcpus = d->figures_vcpus = copy;
    d->has_figures = true;
    return TK_OK;
}
