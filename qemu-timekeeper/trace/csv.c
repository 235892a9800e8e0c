/* SPDX-License-Identifier: MIT
 *
 * The sums as a table, one figure a line: what, name, figure, unit, value. Names are quoted (RFC 4180).
 */
#include "sink.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct row {
    FILE *out;
    const char *what, *name;
} row;

static void put(const row *of, const char *figure, const char *unit, uint64_t value)
{
    fprintf(of->out, "%s,\"", of->what);
    for (const char *c = of->name; *c; c++) {
        if (*c == '"') {
            fputc('"', of->out);
        }
        fputc(*c, of->out);
    }
    fprintf(of->out, "\",\"%s\",%s,%" PRIu64 "\n", figure, unit, value);
}

static void put_span(const row *of, const char *figure, tk_span span)
{
    put(of, figure, "ps", span.global_ps);
    put(of, figure, "host ns", span.host_ns);
}

static void put_run(FILE *out, const tk_digest *d)
{
    const row run = {out, "run", ""};

    put_span(&run, "length", d->now);
    put(&run, "records", "", d->records);
    put(&run, "dropped records", "", d->dropped);
    put(&run, "token handovers", "", d->handovers);
    if (d->has_figures) {
        put(&run, "quantum", "ps", d->figures.quantum_ps);
        put(&run, "greatest lag", "ps", d->figures.max_systemc_lag_ps);
    }
}

static void put_vcpu(FILE *out, tk_digest *d, unsigned i)
{
    static const char *const sums[] = {"running", "idle", "paused"};
    const tk_vcpu_digest *v = d->vcpus[i];
    char room[16];
    const row vcpu = {out, "vcpu", tk_names_vcpu(d->names, i, room, sizeof(room))};

    for (unsigned s = 0; s < TK_TRACE_SUMS; s++) {
        put_span(&vcpu, sums[s], tk_digest_sum(v, (enum tk_trace_sum)s));
    }
    for (unsigned s = 0; s < TK_TRACE_STATES; s++) {
        if (v->states[s].count > 0) {
            const row state = {out, "state", vcpu.name};

            put_span(&state, tk_trace_state_text((enum tk_trace_state)s), v->states[s].time);
            put(&state, tk_trace_state_text((enum tk_trace_state)s), "times", v->states[s].count);
        }
    }
    put_span(&vcpu, "holds the token", v->token.time);
    put(&vcpu, "holds the token", "times", v->token.count);
    put(&vcpu, "reports", "", v->reports);
    put(&vcpu, "kicks", "", v->kicks);
    put(&vcpu, "interrupts taken", "", v->interrupts);
    if (d->has_figures && i < d->figures.vcpu_count) {
        const tk_vcpu_info *info = &d->figures.vcpus[i];

        put(&vcpu, "rate", "instructions/s", info->insn_per_second);
        put(&vcpu, "instructions", "", info->instructions);
        put(&vcpu, "local time", "ps", info->local_ps);
        put(&vcpu, "skipped while idle", "ps", info->idle_ps);
        put(&vcpu, "annotated", "ps", info->annotated_ps);
    }
}

static void put_histogram(FILE *out, const char *name, const tk_histogram *h)
{
    const row what = {out, "histogram", name};
    char from[32];

    put(&what, "samples", "", h->count);
    put(&what, "greatest", "ps", h->max);
    for (unsigned i = 0; i < TK_HISTOGRAM_BUCKETS; i++) {
        if (h->buckets[i] > 0) {
            snprintf(from, sizeof(from), "from %" PRIu64 " ps", tk_histogram_low(i));
            put(&what, from, "samples", h->buckets[i]);
        }
    }
}

static void put_others(FILE *out, tk_digest *d)
{
    const unsigned lines = tk_names_line_count(d->names);

    for (unsigned i = 0; i < d->target_count; i++) {
        const row target = {out, "target", tk_names_region(d->names, i)};

        if (d->targets[i].reads + d->targets[i].writes > 0) {
            put(&target, "reads", "", d->targets[i].reads);
            put(&target, "writes", "", d->targets[i].writes);
            put_span(&target, "time", d->targets[i].sum);
            put_span(&target, "longest", d->targets[i].longest);
        }
    }
    for (unsigned i = 0; i < lines; i++) {
        const row line = {out, "line", tk_names_line(d->names, i)};

        put(&line, "raised", "times", d->lines[i].raised);
    }
}

static void ignore(tk_sink *sink, const tk_trace_record *record)
{
    (void)sink;
    (void)record;
}

static void finish(tk_sink *sink, tk_span end, tk_digest *d)
{
    (void)end;
    fputs("what,name,figure,unit,value\n", sink->file);
    put_run(sink->file, d);
    for (unsigned i = 0; i < d->vcpu_count; i++) {
        if (d->vcpus[i]) {
            put_vcpu(sink->file, d, i);
        }
    }
    put_histogram(sink->file, "skew", &d->skew);
    put_histogram(sink->file, "lag of SystemC", &d->systemc_lag);
    put_histogram(sink->file, "lateness of QEMU's timers", &d->timer_lateness);
    put_others(sink->file, d);
}

static void destroy(tk_sink *sink)
{
    free(sink);
}

tk_sink *tk_csv_new(void)
{
    static const tk_sink_ops ops = {.record = ignore, .finish = finish, .destroy = destroy};
    tk_sink *sink = calloc(1, sizeof(*sink));

    if (sink) {
        sink->ops = &ops;
    }
    return sink;
}
