/* SPDX-License-Identifier: MIT
 *
 * The digest as JSON: docs/trace.md has the format. jansson refuses a NULL value, and hands on a NULL
 * container, so that one check at the end sees whether memory ran out.
 */
#include "digest.h"

#include <jansson.h>
#include <stdlib.h>

/* JSON's integers are signed: what does not fit is no time that a run can reach. */
static json_t *number(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *span_json(tk_span span)
{
    return json_pack("{s:o, s:o}", "ps", number(span.global_ps), "ns", number(span.host_ns));
}

static json_t *duration_json(const tk_duration *duration)
{
    return json_pack("{s:o, s:o, s:o}", "ps", number(duration->time.global_ps), "ns",
                     number(duration->time.host_ns), "count", number(duration->count));
}

static json_t *shares_json(const tk_piece *piece)
{
    json_t *shares = json_array();

    for (unsigned s = 0; s < TK_TRACE_SUMS; s++) {
        json_array_append_new(shares, number(piece->shares[s].global_ps));
    }
    for (unsigned s = 0; s < TK_TRACE_SUMS; s++) {
        json_array_append_new(shares, number(piece->shares[s].host_ns));
    }
    return shares;
}

static json_t *lane_json(const tk_lane *lane)
{
    json_t *ps = json_array(), *ns = json_array(), *state = json_array(), *mixed = json_object();
    char key[16];

    for (unsigned i = 0; i < lane->count; i++) {
        const tk_piece *piece = &lane->pieces[i];

        json_array_append_new(ps, number(piece->begin.global_ps));
        json_array_append_new(ns, number(piece->begin.host_ns));
        if (piece->state == TK_LANE_MIXED) {
            snprintf(key, sizeof(key), "%u", i);
            json_object_set_new(mixed, key, shares_json(piece));
        }
        json_array_append_new(state,
                              json_integer(piece->state == TK_LANE_MIXED     ? -2
                                           : piece->state == TK_TRACE_NOBODY ? -1
                                                                             : (json_int_t)piece->state));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "ps", ps, "ns", ns, "state", state, "mixed", mixed, "end",
                     span_json(lane->last));
}

static json_t *histogram_json(const tk_histogram *h)
{
    json_t *buckets = json_array();

    for (unsigned i = 0; i < TK_HISTOGRAM_BUCKETS; i++) {
        if (h->buckets[i] > 0) {
            json_array_append_new(buckets,
                                  json_pack("[o, o]", number(tk_histogram_low(i)), number(h->buckets[i])));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "count", number(h->count), "max", number(h->max), "sum",
                     number(h->sum), "buckets", buckets);
}

/* --- vCPUs -------------------------------------------------------------------------------------------- */

static json_t *states_json(const tk_duration *states, unsigned count)
{
    json_t *all = json_array();

    for (unsigned s = 0; s < count; s++) {
        json_array_append_new(all, duration_json(&states[s]));
    }
    return all;
}

static void add_figures(json_t *vcpu, const tk_vcpu_info *info)
{
    json_object_set_new(vcpu, "insn_per_second", number(info->insn_per_second));
    json_object_set_new(vcpu, "instructions", number(info->instructions));
    json_object_set_new(vcpu, "local_time_ps", number(info->local_ps));
    json_object_set_new(vcpu, "idle_ps", number(info->idle_ps));
    json_object_set_new(vcpu, "annotated_ps", number(info->annotated_ps));
    json_object_set_new(vcpu, "pauses", number(info->pauses));
    json_object_set_new(vcpu, "token_holds", number(info->token_holds));
}

static json_t *vcpu_json(tk_digest *d, unsigned i, const tk_trace_figures *figures)
{
    const tk_vcpu_digest *v = d->vcpus[i];
    char room[16];
    json_t *json =
        json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "index", (int)i, "name",
                  tk_names_vcpu(d->names, i, room, sizeof(room)), "running",
                  span_json(tk_digest_sum(v, TK_TRACE_SUM_RUNNING)), "idle",
                  span_json(tk_digest_sum(v, TK_TRACE_SUM_IDLE)), "paused",
                  span_json(tk_digest_sum(v, TK_TRACE_SUM_PAUSED)), "states",
                  states_json(v->states, TK_TRACE_STATES), "token", duration_json(&v->token), "reports",
                  number(v->reports), "kicks", number(v->kicks), "interrupts", number(v->interrupts),
                  "max_skew_ps", number(v->max_skew_ps), "lane", lane_json(&v->lane));

    if (figures && i < figures->vcpu_count) {
        add_figures(json, &figures->vcpus[i]);
    } else {
        json_object_set_new(json, "instructions", number(v->instructions));
        json_object_set_new(json, "local_time_ps", number(v->local_ps));
    }
    return json;
}

static json_t *vcpus_json(tk_digest *d, const tk_trace_figures *figures)
{
    json_t *all = json_array();

    for (unsigned i = 0; i < d->vcpu_count; i++) {
        if (d->vcpus[i]) {
            json_array_append_new(all, vcpu_json(d, i, figures));
        }
    }
    return all;
}

/* --- the rest ----------------------------------------------------------------------------------------- */

static json_t *targets_json(tk_digest *d)
{
    json_t *all = json_array();

    for (unsigned i = 0; i < d->target_count; i++) {
        const tk_target_digest *t = &d->targets[i];

        if (t->reads + t->writes > 0) {
            json_array_append_new(all, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                                                 tk_names_region(d->names, i), "reads", number(t->reads),
                                                 "writes", number(t->writes), "bytes", number(t->bytes),
                                                 "errors", number(t->errors), "sum", span_json(t->sum),
                                                 "longest", span_json(t->longest)));
        }
    }
    return all;
}

static json_t *lines_json(tk_digest *d)
{
    const unsigned lines = tk_names_line_count(d->names);
    json_t *all = json_array();

    for (unsigned i = 0; i < lines; i++) {
        json_array_append_new(all,
                              json_pack("{s:s, s:o, s:o}", "name", tk_names_line(d->names, i), "raised",
                                        number(d->lines[i].raised), "lowered", number(d->lines[i].lowered)));
    }
    return all;
}

static json_t *marks_json(const tk_digest *d)
{
    json_t *ps = json_array(), *ns = json_array(), *line = json_array(), *level = json_array();

    for (unsigned i = 0; i < d->mark_count; i++) {
        json_array_append_new(ps, number(d->marks[i].at.global_ps));
        json_array_append_new(ns, number(d->marks[i].at.host_ns));
        json_array_append_new(line, json_integer(d->marks[i].line));
        json_array_append_new(level, json_integer(d->marks[i].level));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:i}", "ps", ps, "ns", ns, "line", line, "level", level, "stride",
                     (int)d->mark_stride);
}

static json_t *samples_json(const tk_digest *d)
{
    json_t *ps = json_array(), *ns = json_array(), *instructions = json_array();

    for (unsigned i = 0; i < d->sample_count; i++) {
        json_array_append_new(ps, number(d->samples[i].at.global_ps));
        json_array_append_new(ns, number(d->samples[i].at.host_ns));
        json_array_append_new(instructions, number(d->samples[i].instructions));
    }
    return json_pack("{s:o, s:o, s:o}", "ps", ps, "ns", ns, "instructions", instructions);
}

static json_t *run_json(const tk_digest *d, const tk_trace_figures *figures)
{
    uint64_t instructions = 0;
    json_t *run;

    for (unsigned i = 0; i < d->vcpu_count; i++) {
        instructions += figures && i < figures->vcpu_count ? figures->vcpus[i].instructions
                        : d->vcpus[i]                      ? d->vcpus[i]->instructions
                                                           : 0;
    }
    run = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "global_time_ps", number(d->now.global_ps),
                    "host_ns", number(d->now.host_ns), "instructions", number(instructions),
                    "traced_handovers", number(d->handovers), "records", number(d->records), "dropped",
                    number(d->dropped), "complete", d->complete);
    if (figures) {
        json_object_set_new(run, "global_time_ps", number(figures->global_ps));
        json_object_set_new(run, "quantum_ps", number(figures->quantum_ps));
        json_object_set_new(run, "token_handovers", number(figures->stats.token_handovers));
        json_object_set_new(run, "max_skew_ps", number(figures->stats.max_skew_ps));
        json_object_set_new(run, "max_systemc_lag_ps", number(figures->max_systemc_lag_ps));
    }
    return run;
}

static json_t *words_json(void)
{
    static const char *const sums[] = {"running", "idle", "paused"};
    json_t *states = json_array(), *systemc = json_array();

    for (unsigned s = 0; s < TK_TRACE_STATES; s++) {
        const enum tk_trace_state state = (enum tk_trace_state)s;

        json_array_append_new(states, json_pack("{s:s, s:s}", "text", tk_trace_state_text(state), "sum",
                                                sums[tk_trace_state_sum(state)]));
    }
    for (unsigned s = 0; s < TK_TRACE_SC_STATES; s++) {
        json_array_append_new(systemc, json_string(tk_trace_systemc_texts[s]));
    }
    return json_pack("{s:o, s:o}", "vcpu", states, "systemc", systemc);
}

char *tk_digest_json(tk_digest *d, const char *program, const tk_trace_figures *figures)
{
    const tk_trace_figures *known = figures ? figures : d->has_figures ? &d->figures : NULL;
    char *text;
    json_t *all = json_pack(
        "{s:i, s:s, s:o, s:o, s:o, s:{s:o, s:o}, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format",
        1, "program", program, "run", run_json(d, known), "states", words_json(), "vcpus",
        vcpus_json(d, known), "token", "nobody", duration_json(&d->nobody), "lane", lane_json(&d->token),
        "systemc", "states", states_json(d->systemc_states, TK_TRACE_SC_STATES), "lane",
        lane_json(&d->systemc), "skew", histogram_json(&d->skew), "systemc_lag",
        histogram_json(&d->systemc_lag), "timer_lateness", histogram_json(&d->timer_lateness), "targets",
        targets_json(d), "lines", lines_json(d), "marks", marks_json(d), "samples", samples_json(d));

    if (!all) {
        return NULL;
    }
    text = json_dumps(all, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(all);
    return text;
}
