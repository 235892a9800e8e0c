/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU_CLOCK_VIRTUAL and its timers.
 */
#include "glue.h"

#include "block/aio.h"
#include "qemu/seqlock.h"
#include "qemu/timer.h"
#include "system/cpu-timers-internal.h"
#include "system/cpu-timers.h"
#if __has_include("qemu/time-control.h")
#include "qemu/time-control.h"
#define CLOCK_OWNED (time_control != NULL)
#else
#define CLOCK_OWNED false
#endif

int64_t libqemu_clock_ns(void)
{
    return libqemu_state() == LIBQEMU_READY ? qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) : 0;
}

/* The clock is the host's plus an offset (cpu_get_clock()). */
static void advance(int64_t by_ns)
{
    seqlock_write_lock(&timers_state.vm_clock_seqlock, &timers_state.vm_clock_lock);
    timers_state.cpu_clock_offset += by_ns;
    seqlock_write_unlock(&timers_state.vm_clock_seqlock, &timers_state.vm_clock_lock);
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
}

int libqemu_clock_set_ns(int64_t ns)
{
    int result = LIBQEMU_OK;
    int64_t by_ns;
    bool unlock;

    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    by_ns = ns - qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (CLOCK_OWNED) {
        result = LIBQEMU_ESTATE;
    } else if (ns < 0 || by_ns < 0) {
        result = LIBQEMU_EINVAL;
    } else {
        advance(by_ns);
    }
    libqemu_leave(unlock);
    return result;
}

/*
 * QEMU says how far off the deadline is. While the clock moves between the readings the sum may come out
 * early by that much, never late.
 */
int64_t libqemu_timer_deadline_ns(void)
{
    enum { TRIES = 8 };
    int64_t deadline = -1;

    if (libqemu_state() != LIBQEMU_READY) {
        return -1;
    }
    for (int i = 0; i < TRIES; i++) {
        int64_t before = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
        int64_t distance = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);

        if (distance < 0) {
            return -1;
        }
        deadline = distance > INT64_MAX - before ? INT64_MAX : before + distance;
        if (qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) == before) {
            break;
        }
    }
    return deadline;
}

int libqemu_timers_run(void)
{
    bool unlock;

    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    timerlist_run_timers(qemu_get_aio_context()->tlg.tl[QEMU_CLOCK_VIRTUAL]);
    libqemu_leave(unlock);
    return LIBQEMU_OK;
}
