/* SPDX-License-Identifier: MIT */
#include "run_view.h"

bool run_view_stands(const run_view *view)
{
    bool stands =
        view->time.frozen && (view->time.keeper == TK_KEEPER_STANDS || view->time.keeper == TK_KEEPER_NONE);

    for (unsigned i = 0; stands && i < view->time.vcpu_count; i++) {
        stands = view->time.vcpus[i].gone || view->time.vcpus[i].info.state != TK_RUNNING;
    }
    return stands;
}

bool run_view_waits_outside(const run_view *view)
{
    return view->outside && view->time.keeper == TK_KEEPER_AWAITS_ANY && view->time.all_idle &&
           view->time.keeper_next_ps == TK_NEVER && view->time.deadline_ps == TK_NEVER;
}

const char *run_view_state(const run_view *view)
{
    if (view->time.frozen) {
        return run_view_stands(view) ? "paused" : "pausing";
    }
    return run_view_waits_outside(view) ? "waiting" : "running";
}

uint64_t run_view_executed(const run_view *view)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < view->time.vcpu_count; i++) {
        sum += view->time.vcpus[i].executed;
    }
    return sum;
}

int run_view_place(const run_view *view, int vcpu)
{
    for (unsigned place = 0; place < view->count; place++) {
        if ((int)view->order[place] == vcpu) {
            return (int)place;
        }
    }
    return -1;
}
