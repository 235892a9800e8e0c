/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_RATE UINT64_C(1000000000)
#define DEFAULT_QUANTUM_PS UINT64_C(1000000000) /* 1 ms */
#define QUANTUM_MAX_PS (UINT64_C(3600) * TK_PS_PER_SECOND)

typedef struct parser {
    icount_options *options;
    uint64_t quantum_insn; /* 0: not given */
    bool quantum_ns_given;
    bool wallclock_given;
    char *message;
    size_t size;
} parser;

__attribute__((format(printf, 2, 3))) static bool fail(parser *p, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(p->message, p->size, format, args);
    va_end(args);
    return false;
}

static bool parse_integer(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return errno == 0 && *end == '\0' && *value >= low && *value <= high;
}

static bool set_integer(parser *p, const char *name, const char *value, uint64_t high, uint64_t *where)
{
    if (!parse_integer(value, 1, high, where)) {
        return fail(p, "%s=%s: must be an integer from 1 to %" PRIu64, name, value, high);
    }
    return true;
}

static bool set_name(parser *p, const char *name, const char *value, char *where, size_t size)
{
    if (value[0] == '\0' || strlen(value) >= size) {
        return fail(p, "%s=%s: must be a name of 1 to %zu characters", name, value, size - 1);
    }
    memcpy(where, value, strlen(value) + 1);
    return true;
}

static bool set_trace(parser *p, const char *value)
{
    if (strlen(value) >= sizeof(p->options->trace)) {
        return fail(p, "trace=: the file's name has %zu characters; it may have %zu", strlen(value),
                    sizeof(p->options->trace) - 1);
    }
    if (!tk_trace_file_known(value)) {
        return fail(p, "trace=%s: the name says what is written; it must end in .json or .csv", value);
    }
    memcpy(p->options->trace, value, strlen(value) + 1);
    return true;
}

static bool set_idle(parser *p, const char *value)
{
    if (strcmp(value, "wallclock") == 0) {
        p->options->idle = TK_IDLE_WALLCLOCK;
        p->wallclock_given = true;
    } else if (strcmp(value, "warp") == 0) {
        p->options->idle = TK_IDLE_WARP;
    } else {
        return fail(p, "idle=%s: must be 'wallclock' or 'warp'", value);
    }
    return true;
}

static bool set_mode(parser *p, const char *value)
{
    p->options->deterministic = strcmp(value, "deterministic") == 0;
    if (!p->options->deterministic && strcmp(value, "parallel") != 0) {
        return fail(p, "mode=%s: must be 'parallel' or 'deterministic'", value);
    }
    return true;
}

static bool set_counting(parser *p, const char *value)
{
    if (strcmp(value, "block") == 0) {
        p->options->counting = ICOUNT_COUNTING_BLOCK;
    } else if (strcmp(value, "instruction") == 0) {
        p->options->counting = ICOUNT_COUNTING_INSTRUCTION;
    } else {
        return fail(p, "counting=%s: must be 'block' or 'instruction'", value);
    }
    return true;
}

static bool set_rate(parser *p, const char *name, const char *value)
{
    const char *dot = strchr(name, '.');
    uint64_t vcpu;

    if (!dot) {
        return set_integer(p, name, value, TK_RATE_MAX, &p->options->common_rate);
    }
    if (!parse_integer(dot + 1, 0, TK_VCPUS_MAX - 1, &vcpu)) {
        return fail(p, "%s: the vCPU must be an integer from 0 to %d", name, TK_VCPUS_MAX - 1);
    }
    return set_integer(p, name, value, TK_RATE_MAX, &p->options->insn_per_second[vcpu]);
}

static bool set_option(parser *p, const char *name, const char *value)
{
    uint64_t ns;

    if (strcmp(name, "insn_per_second") == 0 || strncmp(name, "insn_per_second.", 16) == 0) {
        return set_rate(p, name, value);
    }
    if (strcmp(name, "quantum_insn") == 0) {
        return set_integer(p, name, value, UINT64_C(1) << 48, &p->quantum_insn);
    }
    if (strcmp(name, "quantum_ns") == 0) {
        if (!set_integer(p, name, value, QUANTUM_MAX_PS / TK_PS_PER_NS, &ns)) {
            return false;
        }
        p->options->quantum_ps = ns * TK_PS_PER_NS;
        p->quantum_ns_given = true;
        return true;
    }
    if (strcmp(name, "idle") == 0) {
        return set_idle(p, value);
    }
    if (strcmp(name, "mode") == 0) {
        return set_mode(p, value);
    }
    if (strcmp(name, "counting") == 0) {
        return set_counting(p, value);
    }
    if (strcmp(name, "timeline") == 0) {
        return set_name(p, name, value, p->options->timeline, sizeof(p->options->timeline));
    }
    if (strcmp(name, "source") == 0) {
        return set_name(p, name, value, p->options->source, sizeof(p->options->source));
    }
    if (strcmp(name, "trace") == 0) {
        return set_trace(p, value);
    }
    return fail(
        p,
        "unknown option '%s'; there are insn_per_second, insn_per_second.N, quantum_insn, quantum_ns, "
        "idle, mode, counting, timeline, source, trace",
        name);
}

static bool parse_word(parser *p, const char *word)
{
    char name[64];
    const char *equals = strchr(word, '=');

    if (!equals || equals == word || (size_t)(equals - word) >= sizeof(name)) {
        return fail(p, "'%s': must be name=value", word);
    }
    memcpy(name, word, (size_t)(equals - word));
    name[equals - word] = '\0';
    return set_option(p, name, equals + 1);
}

static bool finish(parser *p)
{
    icount_options *o = p->options;

    if (p->quantum_insn > 0 && p->quantum_ns_given) {
        return fail(p, "give quantum_insn or quantum_ns, not both");
    }
    if (p->quantum_insn > 0) {
        o->quantum_ps = tk_insn_to_ps(p->quantum_insn, o->common_rate);
        if (o->quantum_ps == 0 || o->quantum_ps > QUANTUM_MAX_PS) {
            return fail(p,
                        "quantum_insn=%" PRIu64 " at %" PRIu64
                        " instructions per second: the quantum must be "
                        "from 1 ps to 1 hour",
                        p->quantum_insn, o->common_rate);
        }
    }
    if (o->trace[0] && o->timeline[0]) {
        return fail(p, "trace=%s: the timeline %s is traced by the program that made it (vp --trace)",
                    o->trace, o->timeline);
    }
    if (o->deterministic && p->wallclock_given) {
        return fail(p, "idle=wallclock makes time depend on the host: mode=deterministic needs idle=warp");
    }
    if (o->deterministic) {
        o->idle = TK_IDLE_WARP;
    }
    return true;
}

bool icount_options_parse(icount_options *options, int argc, char **argv, char *message, size_t size)
{
    parser p = {.options = options, .message = message, .size = size};

    memset(options, 0, sizeof(*options));
    options->common_rate = DEFAULT_RATE;
    options->quantum_ps = DEFAULT_QUANTUM_PS;
    options->idle = TK_IDLE_WALLCLOCK;
    options->counting = ICOUNT_COUNTING_BLOCK;
    strcpy(options->source, "qemu");
    for (int i = 0; i < argc; i++) {
        if (!parse_word(&p, argv[i])) {
            return false;
        }
    }
    return finish(&p);
}

uint64_t icount_options_rate(const icount_options *options, unsigned vcpu)
{
    const uint64_t own = vcpu < TK_VCPUS_MAX ? options->insn_per_second[vcpu] : 0;

    return own ? own : options->common_rate;
}
