/* SPDX-License-Identifier: MIT */
#include "ticks_check.h"

#include "ticks.h"

static tk_ticks after(const ticks_look *looks, unsigned count)
{
    tk_ticks ticks = {.counter = true};

    ticks.first = ticks.last = (tk_moment){looks[0].ns, looks[0].ticks};
    for (unsigned i = 1; i < count; i++) {
        tk_ticks_note_look(&ticks, (tk_moment){looks[i].ns, looks[i].ticks});
    }
    return ticks;
}

uint64_t ticks_check_to_ns(const ticks_look *looks, unsigned count, uint64_t when)
{
    const tk_ticks ticks = after(looks, count);

    return tk_ticks_to_ns(&ticks, when);
}

uint64_t ticks_check_length_ns(const ticks_look *looks, unsigned count, uint64_t length)
{
    const tk_ticks ticks = after(looks, count);

    return tk_ticks_length_ns(&ticks, length);
}

const char *ticks_check_of_host(unsigned readings)
{
    tk_ticks ticks;
    tk_moment begin, end;
    uint64_t first, last, before;

    tk_ticks_init(&ticks, 0, 0);
    begin = tk_ticks_look(&ticks);
    first = last = tk_ticks_now(&ticks);
    for (unsigned i = 0; i < readings; i++) {
        before = last;
        last = tk_ticks_now(&ticks);
        if (last < before) {
            return "it goes back";
        }
    }
    end = tk_ticks_look(&ticks);
    if (end.ns < begin.ns || end.ticks < begin.ticks) {
        return "a look goes back";
    }
    if (tk_ticks_to_ns(&ticks, first) > tk_ticks_to_ns(&ticks, last)) {
        return "ns go back";
    }
    /* What one look is wrong by at most: another program may have run between its two readings. */
    if (first < begin.ticks || last > end.ticks) {
        return "a reading is not between the looks";
    }
    return 0;
}
