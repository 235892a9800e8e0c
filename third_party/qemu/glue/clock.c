/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU_CLOCK_VIRTUAL and its timers.
 */
#include "glue.h"

#include "block/aio.h"
#include "qemu/seqlock.h"
#include "qemu/time-control.h"
#include "qemu/timer.h"
#include "system/cpu-timers-internal.h"
#include "system/cpu-timers.h"

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
    if (time_control) {
        result = LIBQEMU_ESTATE;
    } else if (ns < 0 || by_ns < 0) {
        result = LIBQEMU_EINVAL;
    } else {
        advance(by_ns);
    }
    libqemu_leave(unlock);
    return result;
}

int64_t libqemu_timer_deadline_ns(void)
{
    return libqemu_state() == LIBQEMU_READY ? qemu_clock_first_expire_ns(QEMU_CLOCK_VIRTUAL) : -1;
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
