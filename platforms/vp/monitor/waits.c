/* SPDX-License-Identifier: MIT */
#include "waits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 3, 4))) static void say(waits *result, enum waits_for whom, const char *format,
                                                      ...)
{
    va_list arguments;

    result->whom = whom;
    va_start(arguments, format);
    vsnprintf(result->why, sizeof(result->why), format, arguments);
    va_end(arguments);
}

const char *waits_word(enum waits_for whom)
{
    static const char *const words[] = {
        [WAITS_NOT] = "nobody",      [WAITS_VCPU] = "vcpu",         [WAITS_SYSTEMC] = "systemc",
        [WAITS_TIMERS] = "timers",   [WAITS_EVENT] = "event",       [WAITS_HOST] = "host",
        [WAITS_OUTSIDE] = "outside", [WAITS_CONTINUE] = "continue", [WAITS_ITSELF] = "itself",
    };

    return words[whom];
}

/* --- a vCPU ------------------------------------------------------------------------------------------- */

static const char *name_of(const run_view *view, int vcpu)
{
    return view->vcpu_names[vcpu] ? view->vcpu_names[vcpu] : "a vCPU without a name";
}

/* The active vCPU that is least far, other than i: who is a quantum ahead waits for that one. */
static int slowest(const run_view *view, unsigned besides)
{
    int found = TK_NOBODY;

    for (unsigned i = 0; i < view->time.vcpu_count; i++) {
        const tk_vcpu_view *v = &view->time.vcpus[i];
        if (i != besides && !v->gone && v->info.state != TK_IDLE &&
            (found < 0 || v->info.local_ps < view->time.vcpus[found].info.local_ps)) {
            found = (int)i;
        }
    }
    return found;
}

static void say_skew(const run_view *view, unsigned i, waits *result)
{
    result->vcpu = slowest(view, i);
    if (result->vcpu < 0) {
        say(result, WAITS_ITSELF, "to look: nobody else is active any more");
    } else {
        say(result, WAITS_VCPU, "%s, the slowest active vCPU, a quantum behind", name_of(view, result->vcpu));
    }
}

static void say_turn(const run_view *view, waits *result)
{
    if (view->time.turn == TK_SYSTEMC) {
        say(result, WAITS_SYSTEMC, "its turn: SystemC has it");
    } else if (view->time.turn >= 0) {
        result->vcpu = view->time.turn;
        say(result, WAITS_VCPU, "its turn: %s has it", name_of(view, view->time.turn));
    } else {
        say(result, WAITS_VCPU, "its turn: nobody has it before all threads rest");
    }
}

static void say_frozen(const run_view *view, waits *result)
{
    for (unsigned s = 0; s < view->time.source_count; s++) {
        if (!view->time.sources[s].running && !view->time.sources[s].closed) {
            say(result, WAITS_CONTINUE, "%s to go on: its QEMU is stopped (a debugger, or QEMU's monitor)",
                view->time.sources[s].name);
            return;
        }
    }
    say(result, WAITS_CONTINUE, view->time.pauses > 0 ? "the end of the pause" : "time to be let go");
}

static void say_paused(const run_view *view, unsigned i, enum tk_pause pause, waits *result)
{
    switch (pause) {
    case TK_PAUSE_SKEW:
        say_skew(view, i, result);
        break;
    case TK_PAUSE_WINDOW:
        say(result, WAITS_SYSTEMC, "SystemC's next window; it is at the end of the present one");
        break;
    case TK_PAUSE_DEADLINE:
        say(result, WAITS_TIMERS, "QEMU's timers that are due at %" PRIu64 " ps", view->time.deadline_ps);
        break;
    case TK_PAUSE_FROZEN:
        say_frozen(view, result);
        break;
    case TK_PAUSE_TURN:
        say_turn(view, result);
        break;
    case TK_PAUSE_NONE:
        say(result, WAITS_ITSELF, "its next budget");
        break;
    }
}

static void say_running(const tk_vcpu_info *info, waits *result)
{
    if (info->kicked) {
        say(result, WAITS_ITSELF, "its own thread: it was kicked, and has not looked yet");
    } else if (info->blocked) {
        say(result, WAITS_VCPU, "an exclusive section of QEMU's: the other vCPUs have to leave their blocks");
    }
}

void waits_of_vcpu(const run_view *view, unsigned i, waits *result)
{
    const tk_vcpu_info *info = &view->time.vcpus[i].info;

    *result = (waits){.whom = WAITS_NOT, .vcpu = TK_NOBODY};
    switch (info->state) {
    case TK_IDLE:
        result->state = "idle";
        say(result, WAITS_EVENT, "an interrupt; or it is halted, in reset or off");
        break;
    case TK_RUNNING:
        result->state = "active";
        say_running(info, result);
        break;
    case TK_PAUSED:
        result->state = "paused";
        say_paused(view, i, info->pause, result);
        break;
    case TK_SUSPENDED:
        result->state = "in a transaction";
        say(result, WAITS_SYSTEMC, "SystemC to answer its transaction");
        break;
    }
}

/* --- SystemC ------------------------------------------------------------------------------------------ */

static void say_idle(const run_view *view, waits *result)
{
    const uint64_t next = view->time.keeper_next_ps < view->time.deadline_ps ? view->time.keeper_next_ps
                                                                             : view->time.deadline_ps;

    if (run_view_waits_outside(view)) {
        say(result, WAITS_OUTSIDE,
            "somebody outside (a terminal, a socket); all vCPUs are idle, nothing is due");
    } else if (next == TK_NEVER) {
        say(result, WAITS_EVENT, "whatever comes: all vCPUs are idle, nothing is due");
    } else if (view->time.idle == TK_IDLE_WALLCLOCK) {
        say(result, WAITS_HOST, "the host's clock, until %" PRIu64 " ps; all vCPUs are idle", next);
    } else {
        say(result, WAITS_EVENT, "what is due at %" PRIu64 " ps; all vCPUs are idle", next);
    }
}

static void say_vcpus(const run_view *view, waits *result)
{
    result->vcpu = slowest(view, TK_VCPUS_MAX);
    if (view->time.keeper_next_ps == TK_NEVER) {
        say(result, WAITS_VCPU, "the vCPUs; it has no event");
    } else if (result->vcpu >= 0) {
        say(result, WAITS_VCPU, "%s, the slowest active vCPU, to reach its next event at %" PRIu64 " ps",
            name_of(view, result->vcpu), view->time.keeper_next_ps);
    } else {
        say(result, WAITS_VCPU, "time to reach its next event at %" PRIu64 " ps", view->time.keeper_next_ps);
    }
}

void waits_of_systemc(const run_view *view, waits *result)
{
    *result = (waits){.state = "parked", .whom = WAITS_NOT, .vcpu = TK_NOBODY};
    if (view->throttled) {
        say(result, WAITS_HOST, "the host's clock: speed is %g", view->speed);
        return;
    }
    switch (view->time.keeper) {
    case TK_KEEPER_NONE:
    case TK_KEEPER_RUNS:
        result->state = "runs";
        break;
    case TK_KEEPER_AWAITS_VCPUS:
        say_vcpus(view, result);
        break;
    case TK_KEEPER_AWAITS_ANY:
        say_idle(view, result);
        break;
    case TK_KEEPER_STANDS:
        say_frozen(view, result);
        break;
    }
}

/* --- the screen --------------------------------------------------------------------------------------- */

static void print_time(FILE *out, const char *what, uint64_t ps)
{
    if (ps == TK_NEVER) {
        fprintf(out, "  %-15s none\n", what);
    } else {
        fprintf(out, "  %-15s %" PRIu64 ".%012" PRIu64 " s\n", what, ps / TK_PS_PER_SECOND,
                ps % TK_PS_PER_SECOND);
    }
}

static void print_who(FILE *out, const char *name, const waits *what)
{
    fprintf(out, "  %-24s %s%s%s\n", name, what->state, what->whom == WAITS_NOT ? "" : ", waits for ",
            what->why);
}

static void print_head(FILE *out, const run_view *view)
{
    const int holder = view->time.holder;

    fprintf(out, "Why is it stuck?  The simulation is %s.\n", run_view_state(view));
    print_time(out, "global time", view->time.global_ps);
    print_time(out, "SystemC's time", view->time.keeper_now_ps);
    print_time(out, "its next event", view->time.keeper_next_ps);
    print_time(out, "QEMU's timer", view->time.deadline_ps);
    print_time(out, "quantum", view->time.quantum_ps);
    fprintf(out, "  %-15s %s\n", "active token",
            holder >= 0           ? name_of(view, holder)
            : view->time.all_idle ? "nobody: no vCPU keeps time"
                                  : "nobody: to be given when all who were kicked have looked");
}

static void print_vcpu(FILE *out, const run_view *view, unsigned i)
{
    const tk_vcpu_view *v = &view->time.vcpus[i];
    waits what;

    waits_of_vcpu(view, i, &what);
    print_who(out, name_of(view, (int)i), &what);
    fprintf(out, "  %-24s local time %" PRIu64 " ps, %" PRIu64 " instructions\n", "", v->info.local_ps,
            v->executed);
}

static void print_source(FILE *out, const tk_source_view *source)
{
    fprintf(out, "  %-24s %s%s\n", source->name, source->running ? "runs" : "is stopped",
            source->timers_due ? "; a timer is due, and runs or waits for a thread" : "");
}

char *waits_screen(const run_view *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    waits what;

    if (!out) {
        return NULL;
    }
    print_head(out, view);
    waits_of_systemc(view, &what);
    print_who(out, "SystemC", &what);
    if (view->time.accepted > 0) {
        fprintf(out, "  %-24s works on %u transactions\n", "", view->time.accepted);
    }
    for (unsigned place = 0; place < view->count; place++) {
        print_vcpu(out, view, view->order[place]);
    }
    for (unsigned s = 0; s < view->time.source_count; s++) {
        if (!view->time.sources[s].closed) {
            print_source(out, &view->time.sources[s]);
        }
    }
    fclose(out);
    return text;
}
