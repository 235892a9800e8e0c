/* SPDX-License-Identifier: MIT */
#include "progress_line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *at;
    size_t size, used; /* of the room; `used` may become larger: it did not fit */
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    const size_t room = text->used < text->size ? text->size - text->used : 0;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(room ? text->at + text->used : NULL, room, format, arguments);
    va_end(arguments);
    text->used += length > 0 ? (size_t)length : 0;
}

static const char *word_for(const tk_vcpu_view *v)
{
    static const char *const words[] = {
        [TK_IDLE] = "idle", [TK_RUNNING] = "active", [TK_PAUSED] = "paused", [TK_SUSPENDED] = "transaction"};

    return v->gone ? "gone" : words[v->info.state];
}

static char letter_for(const tk_vcpu_view *v)
{
    static const char letters[] = {
        [TK_IDLE] = 'i', [TK_RUNNING] = 'A', [TK_PAUSED] = 'p', [TK_SUSPENDED] = 't'};

    if (v->gone) {
        return '-';
    }
    return letters[v->info.state];
}

/* "cpu_0" of "platform.cluster.cpu_0" */
static const char *last_part(const char *name)
{
    const char *dot = name ? strrchr(name, '.') : NULL;

    return dot ? dot + 1 : name ? name : "?";
}

static void add_words(struct text *text, const run_view *now)
{
    for (unsigned place = 0; place < now->count; place++) {
        const unsigned i = now->order[place];
        add(text, "  %s %s%s", last_part(now->vcpu_names[i]), word_for(&now->time.vcpus[i]),
            now->time.holder == (int)i ? "*" : "");
    }
}

static void add_letters(struct text *text, const run_view *now)
{
    add(text, "  ");
    for (unsigned place = 0; place < now->count; place++) {
        const unsigned i = now->order[place];
        add(text, "%c%s", letter_for(&now->time.vcpus[i]), now->time.holder == (int)i ? "*" : "");
    }
}

static uint64_t difference(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0;
}

static void add_figures(struct text *text, const run_view *before, const run_view *now)
{
    const uint64_t host_ns = difference(now->host_ns, before->host_ns);
    const uint64_t passed_ps = difference(now->time.global_ps, before->time.global_ps);
    const uint64_t executed = difference(run_view_executed(now), run_view_executed(before));
    const uint64_t ms = now->time.global_ps / (TK_PS_PER_SECOND / 1000);

    add(text, "%" PRIu64 ".%03" PRIu64 " s", ms / 1000, ms % 1000);
    if (now->time.frozen) {
        add(text, "  %s", run_view_state(now));
    } else if (host_ns > 0) {
        add(text, "  %.2fx  %.0f MIPS", (double)passed_ps / 1000 / (double)host_ns,
            (double)executed * 1000 / (double)host_ns);
    }
}

void progress_line(const run_view *before, const run_view *now, char *line, size_t width)
{
    struct text text = {.at = line, .size = width + 1};
    size_t figures;

    add_figures(&text, before, now);
    figures = text.used;
    add_words(&text, now);
    if (text.used > width && figures <= width) {
        text.used = figures;
        add_letters(&text, now);
    }
}
