/* SPDX-License-Identifier: MIT */
#include "ticks.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define NS_PER_SECOND 1000000000
#define LOOKS 8

#if defined(__x86_64__)
/* It counts at one rate, whatever the processor does (AMD64 Architecture Programmer's Manual 3, CPUID
 * Fn8000_0007, EDX 8), and Linux has found the processors' equal: else it would use another clock. */
static bool counter_is_good(void)
{
    unsigned a, b, c, d;
    char source[16] = "";
    FILE *file;

    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8)) {
        return false;
    }
    file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (file) {
        if (!fgets(source, sizeof(source), file)) {
            source[0] = '\0';
        }
        fclose(file);
    }
    return strcmp(source, "tsc\n") == 0;
}

static uint64_t read_in_order(void)
{
    unsigned processor;

    return __rdtscp(&processor);
}
#else
static bool counter_is_good(void)
{
    return false;
}

static uint64_t read_in_order(void)
{
    return 0;
}
#endif

uint64_t tk_ticks_host_ns(const tk_ticks *t)
{
    struct timespec now;

    if (t->host_ns) {
        return t->host_ns(t->opaque);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* Of several looks the one that nothing came between: the two clocks are read one after the other. */
static tk_moment look_at_both(const tk_ticks *t)
{
    uint64_t shortest = UINT64_MAX;
    tk_moment best = {0, 0};

    for (unsigned i = 0; i < LOOKS; i++) {
        const uint64_t begin = read_in_order(), ns = tk_ticks_host_ns(t), took = read_in_order() - begin;

        if (took < shortest) {
            shortest = took;
            best = (tk_moment){ns, begin + took / 2};
        }
    }
    return best;
}

void tk_ticks_init(tk_ticks *t, uint64_t (*host_ns)(void *opaque), void *opaque)
{
    *t = (tk_ticks){.host_ns = host_ns, .opaque = opaque};
    t->counter = !host_ns && counter_is_good();
    if (t->counter) {
        t->first = t->last = look_at_both(t);
    }
}

static uint64_t ns_per_tick(tk_moment from, tk_moment until)
{
    return (uint64_t)(((unsigned __int128)(until.ns - from.ns) << 32) / (until.ticks - from.ticks));
}

tk_moment tk_ticks_look(tk_ticks *t)
{
    tk_moment now;

    if (!t->counter) {
        const uint64_t ns = tk_ticks_host_ns(t);

        return (tk_moment){ns, ns};
    }
    now = look_at_both(t);
    tk_ticks_note_look(t, now);
    return now;
}

void tk_ticks_note_look(tk_ticks *t, tk_moment now)
{
    if (now.ticks > t->last.ticks && now.ns > t->last.ns) {
        t->before = t->last;
        t->last = now;
        t->ns_of_late = ns_per_tick(t->before, now);
        t->ns_on_average = ns_per_tick(t->first, now);
    }
}

static uint64_t length(uint64_t ticks, uint64_t ns_per_tick)
{
    return (uint64_t)((unsigned __int128)ticks * ns_per_tick >> 32);
}

uint64_t tk_ticks_length_ns(const tk_ticks *t, uint64_t count)
{
    return t->counter ? length(count, t->ns_on_average) : count;
}

uint64_t tk_ticks_to_ns(const tk_ticks *t, uint64_t when)
{
    if (!t->counter) {
        return when;
    }
    return when >= t->before.ticks ? t->before.ns + length(when - t->before.ticks, t->ns_of_late)
                                   : t->before.ns - length(t->before.ticks - when, t->ns_of_late);
}
