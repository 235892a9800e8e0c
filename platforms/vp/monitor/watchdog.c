/* SPDX-License-Identifier: MIT */
#include "watchdog.h"

static bool may_stand(const run_view *view)
{
    return view->time.vcpu_count == 0 || view->time.frozen || view->throttled || run_view_waits_outside(view);
}

static bool moved(watchdog *dog, const run_view *view)
{
    const uint64_t executed = run_view_executed(view);
    const bool same = dog->global_ps == view->time.global_ps && dog->systemc_ps == view->time.keeper_now_ps &&
                      dog->executed == executed;

    dog->global_ps = view->time.global_ps;
    dog->systemc_ps = view->time.keeper_now_ps;
    dog->executed = executed;
    return !same;
}

bool watchdog_look(watchdog *dog, const run_view *view, unsigned ms)
{
    if (moved(dog, view) || may_stand(view)) {
        dog->quiet_ms = 0;
        dog->told = false;
        return false;
    }
    dog->quiet_ms += ms;
    if (dog->told || dog->quiet_ms < WATCHDOG_QUIET_MS) {
        return false;
    }
    dog->told = true;
    return true;
}
